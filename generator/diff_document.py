"""A bundled specification as the review reads it: references resolved on demand, so recursion costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from generator.diff_text import canonical, code
from generator.source import DATA_KEYS, NAME_MAPS

# Below these keys stand names that the spec's author chose: a response `default` is not a schema's default.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Unusable(Exception):
    """The input cannot be compared; the message says why in one line."""


def mapping(node: Any) -> Mapping[str, Any]:
    """The node if it is an object, else nothing: odd specs are compared as far as they go."""
    return node if isinstance(node, dict) else {}


def sequence(node: Any) -> Sequence[Any]:
    """The node if it is an array, else nothing."""
    return node if isinstance(node, list) else ()


class Document:
    """One bundled document; every `$ref` in it is local."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        """Take the bundle as it is, with text keys throughout."""
        self.root = mapping(_text_keys(root, {}))
        if not isinstance(self.root.get("paths"), dict):
            raise Unusable("the specification has no paths")

    def target(self, reference: str) -> Any:
        """What a local reference points at."""
        if not reference.startswith("#"):
            raise Unusable(f"reference {code(reference)} was not bundled")
        node: Any = self.root
        for step in unquote(reference[1:]).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
                node = node[int(name)]
            elif isinstance(node, dict) and name in node:
                node = node[name]
            else:
                raise Unusable(f"reference {code(reference)} leads nowhere")
        return node

    def resolve(self, node: Any) -> Mapping[str, Any]:
        """The object behind a chain of references."""
        seen: set[str] = set()
        while (reference := reference_of(node)) is not None:
            if reference in seen:
                raise Unusable(f"reference {code(reference)} leads back to itself")
            seen.add(reference)
            node = self.target(reference)
        return mapping(node)


def reference_of(node: Any) -> str | None:
    """The reference that the node is, if it is one."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def component_name(node: Any) -> str | None:
    """The name of the component that the node refers to."""
    reference = reference_of(node)
    return None if reference is None else reference.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")


def references_in(node: Any) -> Iterator[str]:
    """Every reference inside the node, however deep, without following any; examples and defaults are data."""
    pending = [(node, False)]
    while pending:
        item, names = pending.pop()
        if isinstance(item, list):
            pending.extend((part, False) for part in item)
        elif isinstance(item, dict):
            reference = None if names else reference_of(item)
            if reference is not None:
                yield reference
            pending.extend(
                (part, not names and key in NAME_MAPS)
                for key, part in item.items()
                if names or (key not in DATA_KEYS and not key.startswith("x-"))
            )


def unchanged_references(before: Document, after: Document) -> frozenset[str]:
    """References whose targets, and all that those refer to, are equal in both documents."""
    pending = set(references_in(before.root)) & set(references_in(after.root))
    users: dict[str, set[str]] = {}
    changed: list[str] = []
    for ref in sorted(pending):
        old = before.target(ref)
        if canonical(old) != canonical(after.target(ref)):
            changed.append(ref)
        for used in references_in(old):
            users.setdefault(used, set()).add(ref)
    different = set(changed)
    while changed:
        for user in users.get(changed.pop(), ()):
            if user not in different:
                different.add(user)
                changed.append(user)
    return frozenset(pending - different)


def _text_keys(node: Any, done: dict[int, Any]) -> Any:
    """The node with text keys (`200:` is a number in YAML); shared parts stay shared."""
    if not isinstance(node, (dict, list)):
        return node
    if id(node) not in done:
        done[id(node)] = None  # a part that contains itself ends here
        if isinstance(node, dict):
            done[id(node)] = {str(name): _text_keys(item, done) for name, item in node.items()}
        else:
            done[id(node)] = [_text_keys(item, done) for item in node]
    return done[id(node)]
