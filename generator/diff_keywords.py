"""The constraints of one schema against another's, keyword by keyword."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.diff_findings import Direction, Relation
from generator.diff_shape import LOWER, UPPER, Shape
from generator.diff_text import canonical, shortened, value

# What clients that go beyond a limit send, or may now receive.
_BEYOND = {
    "minimum": "less",
    "maximum": "more",
    "minLength": "shorter text",
    "maxLength": "longer text",
    "minItems": "fewer items",
    "maxItems": "more items",
    "minProperties": "fewer fields",
    "maxProperties": "more fields",
}
_SUBSETS = {("int32", "int64"), ("float", "double")}
# Looked at elsewhere: the schema comparison walks into these.
STRUCTURE = frozenset(
    {"properties", "required", "items", "additionalProperties", "oneOf", "anyOf", "discriminator", "nullable"}
)
_COMPARED = STRUCTURE | {
    "type", "format", "enum", "pattern", "multipleOf", "uniqueItems", "default", "deprecated", "readOnly", "writeOnly",
    *_BEYOND,
}  # fmt: skip


class Change(NamedTuple):
    """One keyword's change; without a relation it breaks nobody."""

    what: str
    relation: Relation | None
    text: str
    beyond: str = ""


def consequence(relation: Relation, direction: Direction, beyond: str) -> str:
    """What clients see of the change, in brackets."""
    other = beyond or "other values"
    if not relation.breaks(direction):
        return f" ({relation.value})"
    sends = f"clients that send {other} get 400"
    receives = f"clients may receive {other}"
    if relation is Relation.DIFFERENT:
        return f" ({sends if direction is Direction.REQUEST else receives})"
    return f" ({relation.value}: {sends if direction is Direction.REQUEST else receives})"


def keyword_changes(old: Shape, new: Shape) -> Iterator[Change]:
    """Every change of the constraints that stand in the schema itself."""
    yield from _limits(old, new)
    yield from _format(old, new)
    yield from _enum(old, new)
    yield from _pattern(old, new)
    yield from _multiple(old, new)
    yield from _unique(old, new)
    yield from _remarks(old, new)
    yield from _rest(old, new)


def type_change(old: Shape, new: Shape) -> Change | None:
    """The change of the type, if it changed."""
    before, after = old.get("type"), new.get("type")
    if before == after:
        return None
    relation = _relation(_covers(after, before), _covers(before, after))
    return Change("type", relation, f"the type went from {_kinds(before)} to {_kinds(after)}", "other types")


def nullable_change(old: Shape, new: Shape) -> Change | None:
    """The change of whether null is valid."""
    if old["nullable"] == new["nullable"]:
        return None
    if new["nullable"]:
        return Change("nullable", Relation.WIDER, "null became valid", "null")
    return Change("nullable", Relation.NARROWER, "null is no longer valid", "null")


def _covers(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return all(kind in wide or (kind == "integer" and "number" in wide) for kind in narrow)


def _relation(wider: bool, narrower: bool) -> Relation:
    if wider == narrower:
        return Relation.DIFFERENT
    return Relation.WIDER if wider else Relation.NARROWER


def _kinds(kinds: frozenset[str] | None) -> str:
    return value(" or ".join(sorted(kinds))) if kinds is not None else "any type"


def _shown(item: Any) -> str:
    return "none" if item is None else value(item)


def _limits(old: Shape, new: Shape) -> Iterator[Change]:
    for keyword in (*LOWER, *UPPER):
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        relation = _limit_relation(keyword, before, after)
        text = f"the {_name(keyword)} went from {_bound(before)} to {_bound(after)}"
        yield Change(keyword, relation, text, _BEYOND[keyword])


def _name(keyword: str) -> str:
    return keyword if keyword in ("minimum", "maximum") else f"`{keyword}`"


def _bound(bound: tuple[float, bool] | None) -> str:
    if bound is None:
        return "none"
    return f"{value(bound[0])} (exclusive)" if bound[1] else value(bound[0])


def _limit_relation(keyword: str, before: Any, after: Any) -> Relation:
    if before is None or after is None:
        return Relation.NARROWER if before is None else Relation.WIDER
    if before[0] == after[0]:
        return Relation.NARROWER if after[1] else Relation.WIDER
    raised = after[0] > before[0]
    return Relation.NARROWER if raised == (keyword in LOWER) else Relation.WIDER


def _format(old: Shape, new: Shape) -> Iterator[Change]:
    before, after = old.get("format"), new.get("format")
    if before != after:
        wider = after is None or (before, after) in _SUBSETS
        narrower = before is None or (after, before) in _SUBSETS
        text = f"the format went from {_shown(before)} to {_shown(after)}"
        yield Change("format", _relation(wider, narrower), text, "other formats")


def _enum(old: Shape, new: Shape) -> Iterator[Change]:
    before = {canonical(item): item for item in old["enum"]} if "enum" in old else None
    after = {canonical(item): item for item in new["enum"]} if "enum" in new else None
    if before is None and after is not None:
        yield Change("enum", Relation.NARROWER, f"only {_listed(after)} became valid")
    elif before is not None and after is None:
        yield Change("enum", Relation.WIDER, f"any value became valid, not only {_listed(before)}")
    elif before is not None and after is not None:
        for name in sorted(before.keys() - after.keys()):
            text = f"the value {value(before[name])} is no longer valid"
            yield Change(f"enum {shortened(name)} removed", Relation.NARROWER, text, "it")
        for name in sorted(after.keys() - before.keys()):
            text = f"the value {value(after[name])} became valid"
            yield Change(f"enum {shortened(name)} added", Relation.WIDER, text, "it")


def _listed(items: dict[str, Any]) -> str:
    shown = [value(items[name]) for name in sorted(items)]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def _pattern(old: Shape, new: Shape) -> Iterator[Change]:
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        relation = _relation(after is None, before is None)
        text = f"the pattern went from {_shown(before)} to {_shown(after)}"
        yield Change("pattern", relation, text, "text of another form")


def _multiple(old: Shape, new: Shape) -> Iterator[Change]:
    before, after = old.get("multipleOf"), new.get("multipleOf")
    if before != after:
        relation = _relation(_divides(after, before), _divides(before, after))
        yield Change("multipleOf", relation, f"`multipleOf` went from {_shown(before)} to {_shown(after)}")


def _divides(small: Any, large: Any) -> bool:
    if small is None or large is None:
        return small is None
    return isinstance(small, int) and isinstance(large, int) and small != 0 and large % small == 0


def _unique(old: Shape, new: Shape) -> Iterator[Change]:
    before, after = old.get("uniqueItems") is True, new.get("uniqueItems") is True
    if before != after:
        text = "items must be unique now" if after else "items may repeat now"
        yield Change("uniqueItems", Relation.NARROWER if after else Relation.WIDER, text, "repeated items")


def _remarks(old: Shape, new: Shape) -> Iterator[Change]:
    if canonical(old.get("default")) != canonical(new.get("default")):
        text = f"the default went from {_shown(old.get('default'))} to {_shown(new.get('default'))}"
        yield Change("default", None, text)
    if (old.get("deprecated") is True) != (new.get("deprecated") is True):
        yield Change("deprecated", None, "is deprecated now" if new.get("deprecated") else "is no longer deprecated")


def _rest(old: Shape, new: Shape) -> Iterator[Change]:
    """Keywords without a rule of their own: what this review cannot grade counts as breaking."""
    for keyword in sorted((old.keys() | new.keys()) - _COMPARED):
        if canonical(old.get(keyword)) == canonical(new.get(keyword)):
            continue
        relation = None if keyword.startswith("x-") else _relation(keyword not in new, keyword not in old)
        yield Change(keyword, relation, f"{value(keyword)} changed")
