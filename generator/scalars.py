"""JSON scalars with their constraints, as msgspec can check them; what it cannot goes into rules."""

import math
from typing import Any

from generator.findings import Findings, shown
from generator.fragments import Fragments
from generator.ir import ANY, NONE, Literals, Plain, Type
from generator.scan import Map

INT64 = 2**63
_TEXT_FORMATS = {"uuid": "Uuid", "date-time": "DateTime", "date": "Date", "email": "Email", "byte": "Base64"}
_INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-INT64, INT64 - 1), "uint64": (0, 2**64 - 1)}
COUNTS = {"minLength": "min_length", "maxLength": "max_length", "minItems": "min_length", "maxItems": "max_length"}
COUNTS |= {"minProperties": "min_length", "maxProperties": "max_length"}


class Scalars:
    """Builds the types of one specification's scalars; each method returns the type and the keywords left over."""

    def __init__(self, fragments: Fragments, findings: Findings) -> None:
        self.fragments = fragments
        self.findings = findings

    def build(self, kind: str, schema: Map) -> tuple[Type, set[str]]:
        if kind == "string":
            return self.text(schema)
        if kind in {"integer", "number"}:
            return self.number(kind, schema)
        return {"boolean": Plain("bool"), "null": NONE}.get(kind, ANY), set()

    def counts(self, schema: Map, low: str, high: str) -> tuple[tuple[str, Any], ...]:
        """Length limits, where they say anything."""
        out = []
        for key in (low, high):
            value = schema.get(key)
            if value is None:
                continue
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                self._wrong(schema, key, "write a count of 0 or more")
            elif (value or key == high) and value < INT64:
                out.append((COUNTS[key], value))
        return tuple(out)

    def _wrong(self, schema: Map, key: str, right: str) -> None:
        self.findings.add(schema.file, schema.line_of(key), f"{key} is {shown(schema[key])}", right)

    def text(self, schema: Map) -> tuple[Type, set[str]]:
        limits = self.counts(schema, "minLength", "maxLength")
        given = schema.get("format")
        named = _TEXT_FORMATS.get(given, "") if isinstance(given, str) else ""
        if schema.get("contentEncoding") == "base64":
            named = named or "Base64"
        if given == "binary" and not limits and "pattern" not in schema:
            return Plain("Raw"), set()
        if "pattern" not in schema:
            return Plain("str", limits, named), set()
        if named:
            return Plain("str", limits, named), {"pattern"}
        found = self.fragments.pattern(schema)
        return Plain("str", limits if found is None else (*limits, ("pattern", found))), set()

    def number(self, kind: str, schema: Map) -> tuple[Type, set[str]]:
        limits: dict[str, Any] = {}
        left: set[str] = set()
        given = schema.get("format")
        if kind == "integer" and isinstance(given, str) and given in _INTEGERS:
            limits["ge"], limits["le"] = _INTEGERS[given]
        for key, given_bound, exclusive in self._bounds(schema):
            low = key == "minimum"
            whole = kind == "integer"
            value, strict = (_whole(given_bound, low, exclusive), False) if whole else (given_bound, exclusive)
            name = {(True, True): "gt", (True, False): "ge", (False, True): "lt", (False, False): "le"}[low, strict]
            limits[name] = _tighter(limits, name, value, low)
        _one_of_each(limits)
        step = schema.get("multipleOf")
        if step is not None:
            if isinstance(step, int) and not isinstance(step, bool) and 0 < step < INT64 and kind == "integer":
                limits["multiple_of"] = step
            else:
                left.add("multipleOf")
        if kind == "integer" and any(not -INT64 <= v < INT64 for v in limits.values()):
            left |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
            limits = {k: v for k, v in limits.items() if -INT64 <= v < INT64}
        return Plain("int" if kind == "integer" else "float", tuple(sorted(limits.items()))), left

    def _bounds(self, schema: Map) -> list[tuple[str, Any, bool]]:
        out = []
        for key in ("minimum", "maximum"):
            strict = schema.get("exclusive" + key.capitalize())
            candidates = [(key, schema.get(key), strict is True), ("exclusive" + key.capitalize(), strict, True)]
            for name, value, exclusive in candidates:
                if value is None or isinstance(value, bool):
                    continue
                if not isinstance(value, int | float) or not math.isfinite(value):
                    self._wrong(schema, name, "write a number")
                    continue
                out.append((key, value, exclusive))
        return out


def _whole(value: float, low: bool, strict: bool) -> int:
    if low:
        return math.floor(value) + 1 if strict else math.ceil(value)
    return math.ceil(value) - 1 if strict else math.floor(value)


def _one_of_each(limits: dict[str, Any]) -> None:
    """msgspec takes one lower and one upper bound: the stricter of the two stays."""
    if "ge" in limits and "gt" in limits:
        del limits["ge" if limits["gt"] >= limits["ge"] else "gt"]
    if "le" in limits and "lt" in limits:
        del limits["le" if limits["lt"] <= limits["le"] else "lt"]


def _tighter(limits: dict[str, Any], name: str, value: Any, low: bool) -> Any:
    if name not in limits:
        return value
    return max(limits[name], value) if low else min(limits[name], value)


def enumerated(values: list[Any]) -> Type | None:
    """The type of an enum that msgspec has words for: texts and integers."""
    good = [v for v in values if isinstance(v, str) or (type(v) is int and -INT64 <= v < INT64)]
    if len(good) != len(values) or not good:
        return None
    return Literals(tuple(dict.fromkeys(good)))


def patterned(kind: Type) -> bool:
    """Whether this is a text with a pattern."""
    return isinstance(kind, Plain) and any(name == "pattern" for name, _ in kind.limits)


def unpatterned(kind: Type) -> Type:
    """The same without its pattern."""
    if not isinstance(kind, Plain):
        return kind
    return Plain(kind.name, tuple(limit for limit in kind.limits if limit[0] != "pattern"), kind.format)
