"""The full form: typed nodes and typed attributes, each of which may carry permissions.

Permissions inside metadata are checked for their shape and then left alone: who may see, use or change a dataset is
decided by the permissions on the dataset itself, in one place.
"""

import datetime
import re
from typing import TypeGuard

from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.nodes import Groups, Level, Node

NODE_KEYS = ("type_name", "attributes", "child_nodes", "permissions")
ATTRIBUTE_KEYS = ("type_name", "key", "value", "permissions")
ACTIONS = ("read", "write_attributes", "write_child_nodes", "write_permissions", "write_value")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_full(content: Plain, path: str, faults: Faults) -> list[Node]:
    """The dataset node under `node`."""
    return [_node(content, Level.DATASET, path, faults)]


def _node(content: Plain, level: Level, path: str, faults: Faults) -> Node:
    node = Node(level, path)
    if not _keyed(content, NODE_KEYS, path, faults):
        return node
    if content.get("type_name") != level:
        faults.add(join(path, "type_name"), f"must be {level}")
    _permissions(content.get("permissions"), join(path, "permissions"), faults)
    node.attributes = _groups(content.get("attributes"), join(path, "attributes"), faults)
    children = content.get("child_nodes")
    inner = join(path, "child_nodes")
    if children is None:
        return node
    if level.below is None or not isinstance(children, list):
        faults.add(inner, "must be a list of nodes" if level.below else "a column has no child nodes")
        return node
    node.children = [_node(child, level.below, f"{inner}[{n}]", faults) for n, child in enumerate(children)]
    return node


def _keyed(content: Plain, known: tuple[str, ...], path: str, faults: Faults) -> TypeGuard[dict[str, Plain]]:
    if not isinstance(content, dict):
        faults.add(path, f"must be a mapping with {', '.join(known)}")
        return False
    for key in content:
        if key not in known:
            faults.unknown(path, key, known)
    return True


def _groups(content: Plain, path: str, faults: Faults) -> Groups:
    values = _list(content, path, faults)
    groups: Groups = {}
    if isinstance(values, list):
        if values:
            faults.add(path, "each attribute group needs a key")
        return groups
    for group, keys in values.items():
        if isinstance(keys, dict):
            groups[group] = keys
        elif keys:
            faults.add(join(path, group), "must be of type list and hold attributes")
    return groups


def _list(content: Plain, path: str, faults: Faults) -> dict[str, Plain] | list[Plain]:
    """A list of attributes: by their keys where they have some, in their order where they have none."""
    if content is None:
        return []
    if not isinstance(content, list):
        faults.add(path, "must be a list of attributes")
        return []
    read = [_attribute(item, f"{path}[{n}]", faults) for n, item in enumerate(content)]
    pairs = [pair for pair in read if pair is not None]
    if all(key is None for key, _ in pairs):
        return [value for _, value in pairs]
    keyed: dict[str, Plain] = {}
    for key, value in pairs:
        if key is None or key in keyed:
            faults.add(path, "each key stands once, and all attributes of a list have one or none has")
        else:
            keyed[key] = value
    return keyed


def _attribute(content: Plain, path: str, faults: Faults) -> tuple[str | None, Plain] | None:
    if not _keyed(content, ATTRIBUTE_KEYS, path, faults):
        return None
    _permissions(content.get("permissions"), join(path, "permissions"), faults)
    key = content.get("key")
    if not isinstance(key, str | None):
        faults.add(join(path, "key"), "must be text")
        return None
    value = content.get("value")
    if content.get("type_name") == "list":
        return key, _list(value, join(path, "value"), faults)
    message = _mismatch(content.get("type_name"), value)
    if message:
        faults.add(join(path, key or ""), message)
        return None
    return key, value


def _mismatch(type_name: Plain, value: Plain) -> str:
    """What is wrong with a scalar attribute; empty when it is of the type it says."""
    kinds: dict[str, tuple[tuple[type, ...], str]] = {
        "boolean": ((bool,), "must be true or false"),
        "datetime": ((datetime.datetime, datetime.date), "must be a date or a date and time"),
        "float": ((float,), "a float attribute takes floats only (write 1.0, not 1)"),
        "int": ((int,), "must be a whole number"),
        "string": ((str,), "must be text (in quotes)"),
    }
    if not isinstance(type_name, str) or type_name not in kinds:
        return f"type_name must be one of {', '.join(sorted([*kinds, 'list']))}"
    types, message = kinds[type_name]
    fits = isinstance(value, types) and (type_name != "int" or not isinstance(value, bool))
    return "" if value is None or fits else message


def _permissions(content: Plain, path: str, faults: Faults) -> None:
    if content is None:
        return
    if not isinstance(content, dict):
        faults.add(path, "must be a mapping of actions to role uuids")
        return
    for action, roles in content.items():
        if action not in ACTIONS:
            faults.unknown(path, action, ACTIONS)
        if roles is not None and not _uuids(roles):
            faults.add(join(path, action), "must be a set of role uuids")


def _uuids(roles: Plain) -> bool:
    # A YAML set is a mapping whose values are empty.
    return isinstance(roles, dict | list) and all(isinstance(one, str) and UUID.fullmatch(one) for one in roles)
