"""JSON schema fragments for the rules that msgspec has no words for, in one dialect whatever the specification's."""

from typing import Any

from generator.findings import Findings, shown
from generator.merge import ALSO, Merger, annotation
from generator.patterns import translated
from generator.scan import Map
from generator.source import Sources

_SCHEMA = frozenset({"not", "if", "then", "else", "contains", "propertyNames", "items", "additionalProperties"})
_SCHEMAS = frozenset({"oneOf", "anyOf", "allOf", "prefixItems"})
_NAMED = frozenset({"properties", "dependentSchemas", "patternProperties"})
_COPIED = frozenset(
    {"required", "enum", "const", "minLength", "maxLength", "multipleOf", "minItems", "maxItems", "uniqueItems"}
    | {"minProperties", "maxProperties", "minContains", "maxContains", "dependentRequired"}
)
_LIMITS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "nullable", "type", "pattern"})
_SILENT = frozenset({"format", "discriminator", "contentEncoding", "contentMediaType", "contentSchema"})


class Fragments:
    """Copies parts of a specification into self-contained rules."""

    def __init__(self, sources: Sources, merger: Merger, findings: Findings) -> None:
        self.sources = sources
        self.merger = merger
        self.findings = findings
        self._again: dict[str, Any] = {}

    def pattern(self, schema: Map) -> str | None:
        """The schema's pattern for Python, with a finding where there is none."""
        given = schema.get("pattern")
        if given is None:
            return None
        return self._pattern(given, schema, "pattern")

    def _pattern(self, given: Any, schema: Map, key: str) -> str | None:
        found = translated(given) if isinstance(given, str) else None
        if found is None:
            wrong = f"the pattern {shown(given)} cannot be expressed in Python"
            self._report(schema, key, wrong, "use the common part of ECMA 262 and Python")
        return found

    def _report(self, schema: Map, key: str, wrong: str, right: str) -> None:
        self.findings.add(schema.file, schema.line_of(key), wrong, right)

    def copy(self, schema: Any, like: Map, keys: frozenset[str] | None = None) -> Any:
        """The rules of a schema, or of some of its keywords, as plain data; what contains itself is in `$defs`."""
        self._again = {}
        out = self._copy(schema, like, keys, ())
        if self._again and isinstance(out, dict):
            out["$defs"] = dict(sorted(self._again.items()))
        return out

    def _copy(self, schema: Any, like: Map, keys: frozenset[str] | None, within: tuple[str, ...]) -> Any:
        if isinstance(schema, bool):
            return schema
        flat = self.merger.flat(schema, like)
        place = flat.file.rsplit("/", 1)[-1] + "#" + flat.pointer
        if place in within or place in self._again:
            self._again.setdefault(place, {})
            return {"$ref": place}
        out: dict[str, Any] = {}
        for key, value in flat.items():
            if keys is None or key in keys:
                self._keyword(out, key, value, flat, within if keys is not None else (*within, place))
        if place in self._again and keys is None:
            self._again[place] = out
            return {"$ref": place}
        return out

    def _keyword(self, out: dict[str, Any], key: str, value: Any, schema: Map, within: tuple[str, ...]) -> None:
        if key in _SCHEMA:
            out[key] = self._copy(value, schema, None, within)
        elif key in _SCHEMAS:
            items = [self._copy(v, schema, None, within) for v in value] if isinstance(value, list) else []
            out["allOf" if key == ALSO else key] = items
        elif key == ALSO:
            out["allOf"] = [self._copy(v, schema, None, within) for v in value]
        elif key in _NAMED and isinstance(value, dict):
            copied = {k: self._copy(v, schema, None, within) for k, v in value.items()}
            if key == "patternProperties":
                copied = {p: c for k, c in copied.items() if (p := self._pattern(k, schema, key)) is not None}
            out[key] = copied
        elif key in _COPIED:
            out[key] = plain(value)
        elif key in _LIMITS:
            self._limit(out, key, value, schema)
        elif not annotation(key) and key not in _SILENT:
            self._report(schema, key, f"the keyword {shown(key)} cannot be expressed", "leave it out")

    def _limit(self, out: dict[str, Any], key: str, value: Any, schema: Map) -> None:
        if key == "type":
            nullable = schema.get("nullable") and "null" not in value
            out["type"] = [*value, "null"] if nullable else list(value)
        elif key == "pattern":
            found = self.pattern(schema)
            if found is not None:
                out[key] = found
        elif key in {"minimum", "maximum"}:
            strict = "exclusive" + key.capitalize()
            out[strict if schema.get(strict) is True else key] = value
        elif key != "nullable" and not isinstance(value, bool):
            out[key] = value


def plain(value: Any) -> Any:
    """Data without its places."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value
