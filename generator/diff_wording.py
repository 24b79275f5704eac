"""Prose that changed: descriptions, summaries and examples, counted and not listed."""

from __future__ import annotations

from typing import Any

from generator.diff_document import reference_of
from generator.diff_shape import PROSE
from generator.diff_text import canonical
from generator.source import NAME_MAPS

_VALUES = frozenset({"default", "enum", "const", "security", "required"})


def wording_changes(before: Any, after: Any) -> int:
    """How many texts differ, in parts of the document that both have."""
    old, new = _Texts(before), _Texts(after)
    return sum(
        old.texts.get(place) != new.texts.get(place)
        for place in old.texts.keys() | new.texts.keys()
        if place[:-1] in old.parts and place[:-1] in new.parts
    )


class _Texts:
    """Every text of a document by its place; lists count by what their items are, not by position."""

    def __init__(self, root: Any) -> None:
        self.texts: dict[tuple[str, ...], str] = {}
        self.parts: set[tuple[str, ...]] = set()
        pending: list[tuple[tuple[str, ...], Any, bool]] = [((), root, False)]
        while pending:
            place, node, names = pending.pop()
            if isinstance(node, dict):
                self.parts.add(place)
                pending.extend(self._members(place, node, names))
            elif isinstance(node, list):
                pending.extend(((*place, _item_name(index, item)), item, False) for index, item in enumerate(node))

    def _members(self, place: tuple[str, ...], node: dict[str, Any], names: bool) -> Any:
        for key, item in node.items():
            if not names and key in PROSE:
                self.texts[(*place, key)] = canonical(item)
            elif names or key not in _VALUES:
                yield (*place, key), item, not names and key in NAME_MAPS


def _item_name(index: int, item: Any) -> str:
    if not isinstance(item, dict):
        return str(index)
    if reference_of(item) is not None:
        return str(item["$ref"])
    return f"{item['in']} {item['name']}" if "in" in item and "name" in item else str(item.get("name", index))
