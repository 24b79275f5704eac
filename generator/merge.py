"""allOf made one schema: the result allows what all parts allow, and says so without allOf and without `$ref`."""

import math
from typing import Any

from generator.findings import Findings, shown
from generator.scan import Map, Seq
from generator.source import Sources

ANNOTATIONS = frozenset(
    {"description", "title", "deprecated", "example", "examples", "default", "readOnly", "writeOnly", "summary", "xml"}
    | {"externalDocs", "$comment", "$id", "$anchor", "$schema", "$defs", "definitions"}
)
# Where a merged schema keeps what has no merged form; no specification can write this key.
ALSO = "\0also"
_LARGER = frozenset({"minLength", "minItems", "minProperties"})
_SMALLER = frozenset({"maxLength", "maxItems", "maxProperties"})
_TRUE = frozenset({"uniqueItems", "readOnly", "writeOnly", "deprecated"})


def annotation(key: str) -> bool:
    """Whether a keyword says nothing about which values are valid."""
    return key in ANNOTATIONS or key.startswith("x-")


def made(like: Map, content: dict[str, Any], pointer: str | None = None) -> Map:
    """A mapping that stands for a place in the specification."""
    out = Map(like.file, like.line, like.pointer if pointer is None else pointer)
    out.update(content)
    out.lines = {k: like.line_of(k) for k in content}
    return out


class Merger:
    """Flattens schemas of one specification. `modern` is OpenAPI 3.1, where `$ref` has siblings."""

    def __init__(self, sources: Sources, findings: Findings, modern: bool) -> None:
        self.sources = sources
        self.findings = findings
        self.modern = modern
        self._done: dict[int, tuple[Map, Map]] = {}
        self._open: set[tuple[str, str]] = set()

    def flat(self, schema: Any, like: Map) -> Map:
        """The schema without allOf and `$ref` at its top."""
        if isinstance(schema, bool):
            return made(like, {} if schema else {"not": made(like, {})})
        if not isinstance(schema, Map):
            wrong = f"a schema is {shown(schema)}"
            self.findings.stop(like.file, like.line, wrong, "write a mapping")
            return made(like, {})
        if "$ref" not in schema and "allOf" not in schema:
            return self._normal(schema)
        known = self._done.get(id(schema))
        if known is not None:
            return known[1]
        place = (schema.file, schema.pointer)
        if place in self._open:
            wrong = "allOf contains itself"
            self.findings.stop(schema.file, schema.line, wrong, "let it contain other schemas only")
            return made(schema, {})
        self._open.add(place)
        out = self._combined(schema)
        self._open.discard(place)
        self._done[id(schema)] = (schema, out)
        return out

    def _combined(self, schema: Map) -> Map:
        ref = "$ref" in schema
        parts: list[Any] = []
        if ref:
            parts.append(self.sources.target(schema))
        own = {k: v for k, v in schema.items() if k not in {"$ref", "allOf"}} if not ref or self.modern else {}
        if not ref or self.modern:
            listed = schema.get("allOf", [])
            parts.extend(listed if isinstance(listed, list) else [listed])
        flats = [self.flat(p, schema) for p in parts if p is not None]
        base = self._normal(made(schema, own))
        if base.get("nullable") is None and flats and all(self._nullable(f) for f in flats):
            base["nullable"] = True
        elif base.get("nullable") and flats and "type" not in base:
            flats = [made(f, {**f, "nullable": True}) for f in flats]
        self._check_closed(schema, [base, *flats])
        for part in flats:
            base = self.combine(base, part)
        return made(schema, dict(base))

    def _nullable(self, part: Map) -> bool:
        return bool(part.get("nullable")) or "null" in (part.get("type") or [])

    def _check_closed(self, schema: Map, parts: list[Map]) -> None:
        names = [frozenset(p.get("properties") or ()) for p in parts]
        for part, own in zip(parts, names, strict=True):
            if part.get("additionalProperties") is False and any(n - own for n in names):
                wrong = "a part of allOf has `additionalProperties: false` and other parts have more properties"
                self.findings.add(schema.file, schema.line, wrong, "close the outermost schema only")

    def _normal(self, schema: Map) -> Map:
        kind = schema.get("type")
        if kind is None or isinstance(kind, list):
            return schema
        return made(schema, {**schema, "type": [kind]})

    def combine(self, a: Map, b: Map) -> Map:
        """What both allow; annotations are those of the first where both have them."""
        out = made(a, dict(a))
        for key, value in b.items():
            if key not in out or out[key] == value:
                out[key] = value
                out.lines.setdefault(key, b.line_of(key))
            elif key == ALSO:
                out[key] = [*out[key], *value]
            elif not annotation(key) or key in _TRUE:
                self._both(out, key, out[key], value, b)
        return out

    def _both(self, out: Map, key: str, x: Any, y: Any, b: Map) -> None:
        if key == "type":
            out[key] = self._types(out, x, y)
        elif key in _TRUE:
            out[key] = bool(x) or bool(y)
        elif key == "nullable":
            out[key] = bool(x) and bool(y)
        elif key == "required" and isinstance(x, list) and isinstance(y, list):
            out[key] = sorted({str(n) for n in [*x, *y]})
        elif key == "enum" and isinstance(x, list) and isinstance(y, list):
            out[key] = [v for v in x if v in y]
        elif key in _LARGER | {"minimum"} and not _exclusive(out, b):
            out[key] = max(x, y)
        elif key in _SMALLER | {"maximum"} and not _exclusive(out, b):
            out[key] = min(x, y)
        elif key == "properties" and isinstance(x, Map) and isinstance(y, Map):
            out[key] = self._properties(out, x, y)
        elif key == "additionalProperties":
            out[key] = self._additional(out, x, y)
        elif key == "items":
            out[key] = self._and(out, "items", x, y)
        elif key == "multipleOf" and isinstance(x, int) and isinstance(y, int) and x > 0 and y > 0:
            out[key] = math.lcm(x, y)
        elif key == "format":
            out[key] = x
        elif key != "discriminator":
            out[ALSO] = [*out.get(ALSO, ()), made(b, {key: y})]

    def _types(self, out: Map, x: list[str], y: list[str]) -> list[str]:
        both = [t for t in x if t in y or (t == "integer" and "number" in y)]
        both += [t for t in y if t == "integer" and "number" in x and t not in both]
        if not both:
            wrong = f"allOf wants {shown(x)} and {shown(y)} at once"
            self.findings.add(out.file, out.line, wrong, "let the parts agree on a type")
        return both or x

    def _properties(self, out: Map, x: Map, y: Map) -> Map:
        merged = made(x, dict(x))
        merged.lines = dict(x.lines)
        for name, schema in y.items():
            merged[name] = self._and(out, f"properties/{name}", x[name], schema) if name in x else schema
            merged.lines.setdefault(name, y.line_of(name))
        return merged

    def _and(self, out: Map, step: str, x: Any, y: Any) -> Any:
        if x == y or y is True:
            return x
        if x is True:
            return y
        parts = Seq(out.file, out.line, f"{out.pointer}/{step}/allOf")
        parts.extend([x, y])
        both = made(out, {"allOf": parts}, f"{out.pointer}/{step}")
        both.line = x.line if isinstance(x, Map) else out.line
        return both

    def _additional(self, out: Map, x: Any, y: Any) -> Any:
        if x is False or y is False:
            return False
        return self._and(out, "additionalProperties", x, y)


def _exclusive(a: Map, b: Map) -> bool:
    return any(isinstance(m.get(k), bool) for m in (a, b) for k in ("exclusiveMinimum", "exclusiveMaximum"))
