"""The simple form: a node is keyed by its type name, siblings as `column_0`, `column_1`, ... without gaps."""

from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.nodes import Groups, Level, Node

NODE_KEYS = ("attributes", "child_nodes")


def read_simple(content: Plain, path: str, faults: Faults) -> list[Node]:
    """The dataset nodes under `node`."""
    return _siblings(content, Level.DATASET, path, faults)


def _siblings(content: Plain, level: Level, path: str, faults: Faults) -> list[Node]:
    if not isinstance(content, dict):
        faults.add(path, f"must be a mapping with {level} or {level}_0, {level}_1, ...")
        return []
    found: dict[int, str] = {}
    for key in content:
        index = _index(key, level)
        if index is None:
            faults.add(join(path, key), f"must be {level} or {level}_0, {level}_1, ...")
        elif index in found:
            faults.add(join(path, key), f"has the same position as {found[index]}")
        else:
            found[index] = key
    for position, index in enumerate(sorted(found)):
        if index != position:
            faults.add(join(path, found[index]), f"{level}_{position} is missing; the numbers run from 0 without gaps")
            break
    return [_node(content[found[index]], level, join(path, found[index]), faults) for index in sorted(found)]


def _index(key: str, level: Level) -> int | None:
    if key == level:
        return 0
    digits = key.removeprefix(f"{level}_")
    if digits == key or not (digits.isascii() and digits.isdecimal() and len(digits) < 7):
        return None
    return int(digits)


def _node(content: Plain, level: Level, path: str, faults: Faults) -> Node:
    node = Node(level, path)
    if not isinstance(content, dict):
        faults.add(path, "must be a mapping with attributes and child_nodes")
        return node
    for key in content:
        if key not in NODE_KEYS:
            faults.unknown(path, key, NODE_KEYS)
    node.attributes = _groups(content.get("attributes"), join(path, "attributes"), faults)
    children = content.get("child_nodes")
    if children is not None and level.below is None:
        faults.add(join(path, "child_nodes"), "a column has no child nodes")
    elif children is not None and level.below is not None:
        node.children = _siblings(children, level.below, join(path, "child_nodes"), faults)
    return node


def _groups(content: Plain, path: str, faults: Faults) -> Groups:
    groups: Groups = {}
    if not isinstance(content, dict | None):
        faults.add(path, "must be a mapping of attribute groups")
        return groups
    for group, keys in (content or {}).items():
        if isinstance(keys, dict):
            groups[group] = keys
        else:
            faults.add(join(path, group), "must be a mapping of attributes")
    return groups
