"""A schema as a set of constraints: `allOf` merged, both dialects' spellings (3.0 and 3.1) made one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generator.diff_document import Document, Unusable, component_name, mapping, sequence
from generator.diff_text import canonical
from generator.source import NAME_MAPS

PROSE = frozenset({"description", "title", "example", "examples", "externalDocs", "xml", "$comment", "summary"})
FORMS = ("oneOf", "anyOf")
LOWER = ("minimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_MADE = "x-merged"
_MOST_PARTS, _MOST_SHAPES = 64, 200_000

Shape = dict[str, Any]


def is_number(item: Any) -> bool:
    """Whether the item is a JSON number; true and false are not."""
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def bare(schema: Any) -> Any:
    """The schema without its prose and extensions: two of the same form are equal."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {key: bare(item) for key, item in mapping(part).items()} if name in NAME_MAPS else bare(part)
        for name, part in schema.items()
        if name not in PROSE and not name.startswith("x-")
    }


def form(schema: Any) -> str:
    """What identifies a schema among alternatives: the component's name, else its bare constraints."""
    schema = _essence(schema)
    name = component_name(schema)
    if name is not None:
        return f"ref {name}"
    return canonical({key: part for key, part in mapping(bare(schema)).items() if key not in ("nullable", "default")})


def _essence(schema: Any) -> Any:
    """The one schema that a wrapper of a single part stands for."""
    for _ in range(8):
        keys = mapping(bare(schema)).keys() - {"nullable", "default"}
        keyword = next(iter(keys), "")
        parts = [part for part in sequence(mapping(schema).get(keyword)) if not is_null(part)]
        if len(keys) != 1 or keyword not in ("allOf", *FORMS) or len(parts) != 1:
            break
        schema = parts[0]
    return schema


def form_name(schema: Any) -> str:
    """A short name of a schema for people and keys."""
    name = component_name(schema)
    if name is not None:
        return name
    kind = mapping(schema).get("title", mapping(schema).get("type"))
    return kind if isinstance(kind, str) else canonical(bare(schema))


def is_null(schema: Any) -> bool:
    """Whether the schema only admits null."""
    return mapping(schema).get("type") in ("null", ["null"])


class Shapes:
    """Shapes of the schemas of one document, made once each."""

    def __init__(self, document: Document) -> None:
        """Read from the document on demand."""
        self._document = document
        # The source is kept beside its shape, so that its id stays its own.
        self._made: dict[int | str, tuple[Any, Shape]] = {}

    def of(self, schema: Any) -> Shape:
        """The shape of the schema, references resolved."""
        source, key = self._document.resolve(schema), self.identity(schema)
        if key not in self._made:
            if len(self._made) >= _MOST_SHAPES:
                raise Unusable("its schemas multiply without end")
            self._made[key] = (source, self._flatten(source, frozenset()))
        return self._made[key][1]

    def identity(self, schema: Any) -> int | str:
        """What tells the schema from others; a merged one is the same whenever its parts are."""
        source = self._document.resolve(schema)
        return canonical(source) if _MADE in source else id(source)

    def _flatten(self, schema: Mapping[str, Any], above: frozenset[int]) -> Shape:
        shape = _own(schema)
        parts = list(sequence(schema.get("allOf")))
        for keyword in FORMS:
            if len(sequence(shape.get(keyword))) == 1:
                parts.extend(shape.pop(keyword))
        above = above | {id(schema)}
        branches = [self._document.resolve(part) for part in sorted(parts, key=canonical)]
        flat = [self._flatten(branch, above) for branch in branches if id(branch) not in above]
        nullable = shape.pop("nullable") or (bool(flat) and all(part["nullable"] for part in flat))
        for part in flat:
            shape = _both(shape, {name: item for name, item in part.items() if name != "nullable"})
        return shape | {"nullable": nullable}


def _own(schema: Mapping[str, Any]) -> Shape:
    shape = {name: item for name, item in schema.items() if name not in PROSE and name not in ("allOf", _MADE)}
    nullable = shape.get("nullable") is True
    kinds = shape.pop("type", None)
    names = {kinds} if isinstance(kinds, str) else {kind for kind in sequence(kinds) if isinstance(kind, str)}
    nullable = nullable or "null" in names
    names = (names - {"null"}) or _implied(shape)
    if names:
        shape["type"] = frozenset(names - {"integer"} if "number" in names else names)
    if "const" in shape:
        shape["enum"] = [shape.pop("const")]
    for keyword in ("enum", *FORMS):
        if isinstance(shape.get(keyword), list):
            kept = [item for item in shape[keyword] if item is not None and not is_null(item)]
            nullable = nullable or (keyword in FORMS and len(kept) < len(shape[keyword]))
            shape[keyword] = kept
    for keyword in FORMS:
        if keyword in shape:
            shape[keyword] = sorted(sequence(shape[keyword]), key=canonical)
    shape["required"] = frozenset(name for name in sequence(shape.get("required")) if isinstance(name, str))
    _exclusive(shape)
    return shape | {"nullable": nullable}


def _implied(shape: Shape) -> set[str]:
    if "properties" in shape:
        return {"object"}
    return {"array"} if "items" in shape else set()


def _exclusive(shape: Shape) -> None:
    """Write bounds as (value, exclusive); of whole numbers as the nearest one that is allowed."""
    whole = shape.get("type") == frozenset({"integer"})
    for keyword, flag, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        limit, exclusive = shape.get(keyword), shape.pop(flag, False)
        bounds: list[tuple[Any, bool]] = [(limit, exclusive is True)] if is_number(limit) else []
        if is_number(exclusive):
            bounds.append((exclusive, True))
        if whole:
            bounds = [(n + step, False) if strict and isinstance(n, int) else (n, strict) for n, strict in bounds]
        shape.pop(keyword, None)
        if bounds:
            shape[keyword] = _tightest(keyword, *bounds)
    for keyword in (*LOWER[1:], *UPPER[1:]):
        if keyword in shape:
            limit = shape.pop(keyword)
            if is_number(limit) and not (keyword in LOWER and limit <= 0):
                shape[keyword] = (limit, False)


def _tightest(keyword: str, *bounds: tuple[float, bool]) -> tuple[float, bool]:
    if keyword in LOWER:
        return max(bounds)
    return min(bounds, key=lambda bound: (bound[0], not bound[1]))


def _all_of(one: Any, other: Any) -> Any:
    """Both at once. Its parts stay those of the document, so that schemas that nest in each other end."""
    parts = {canonical(part): part for schema in (one, other) for part in _parts(schema)}
    if len(parts) > _MOST_PARTS:
        raise Unusable("the parts of an allOf multiply without end")
    ordered = [parts[text] for text in sorted(parts)]
    return ordered[0] if len(ordered) == 1 else {"allOf": ordered, _MADE: True}


def _parts(schema: Any) -> Any:
    return schema["allOf"] if _MADE in mapping(schema) else [schema]


def _fields(one: Any, other: Any) -> Any:
    both = {**mapping(one), **mapping(other)}
    return {
        name: _all_of(mapping(one)[name], item) if name in mapping(one) and name in mapping(other) else item
        for name, item in both.items()
    }


def _types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    common = one & other
    if "integer" in one | other and "number" in one | other:
        common |= {"integer"}
    return common


def _others(one: Any, other: Any) -> Any:
    if one is False or other is False:
        return False
    if one is True:
        return other
    return one if other is True else _all_of(one, other)


def _enum(one: Any, other: Any) -> Any:
    known = {canonical(item) for item in sequence(other)}
    return [item for item in sequence(one) if canonical(item) in known]


def _bounds(keyword: str) -> Callable[[Any, Any], Any]:
    return lambda one, other: _tightest(keyword, one, other)


_MERGED: dict[str, Callable[[Any, Any], Any]] = {
    "properties": _fields,
    "type": _types,
    "required": lambda one, other: one | other,
    "additionalProperties": _others,
    "items": _all_of,
    "enum": _enum,
    **{keyword: _bounds(keyword) for keyword in (*LOWER, *UPPER)},
}


def _both(one: Shape, other: Shape) -> Shape:
    """Both shapes' constraints at once; what cannot be merged is kept side by side under a name of its own."""
    merged = dict(one)
    for name, item in other.items():
        if name not in merged:
            merged[name] = item
        elif name in _MERGED:
            merged[name] = _MERGED[name](merged[name], item)
        elif canonical(merged[name]) != canonical(item):
            merged[f"allOf {name}"] = sorted([*sequence(merged.get(f"allOf {name}")), item], key=canonical)
    return merged
