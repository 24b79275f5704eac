"""Schemas to types and definitions."""

import contextlib
import re
from typing import Any

from generator.findings import Findings, shown
from generator.fragments import Fragments, plain
from generator.ir import (
    ANY,
    NO_DEFAULT,
    NONE,
    Alias,
    Choice,
    Definition,
    DictOf,
    Enum,
    Field,
    Guarded,
    Key,
    ListOf,
    Named,
    Rules,
    Struct,
    Type,
    Union,
)
from generator.merge import ALSO, Merger, annotation, made
from generator.runtime.rules import fault
from generator.scalars import Scalars, enumerated, patterned, unpatterned
from generator.scan import Map
from generator.source import Sources
from generator.variants import Variants

KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
_OBJECT = frozenset({"properties", "additionalProperties", "patternProperties", "required", "minProperties"})
_ARRAY = frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"})
_TEXT = frozenset({"minLength", "maxLength", "pattern"})
_NUMBER = frozenset({"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"})
_RULES = frozenset({"not", "if", ALSO, "dependentRequired", "dependentSchemas"})
_OBJECT_RULES = frozenset({"propertyNames", "patternProperties"})
_ARRAY_RULES = frozenset({"prefixItems", "contains", "minContains", "maxContains"})
_INEXPRESSIBLE = frozenset(
    {"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef", "dependencies", "additionalItems"}
)


class Schemas:
    """Translates the schemas of one specification. Definitions come into `definitions` as they are met."""

    def __init__(self, sources: Sources, merger: Merger, findings: Findings) -> None:
        self.sources = sources
        self.merger = merger
        self.findings = findings
        self.fragments = Fragments(sources, merger, findings)
        self.scalars = Scalars(self.fragments, findings)
        self.variants = Variants(sources)
        self.definitions: dict[Key, Definition] = {}
        self.waiting: list[tuple[Map, Struct, bool]] = []

    def type(self, schema: Any, like: Map, write: bool) -> Type:
        """The type of a schema where it is used: a name for what it refers to, or its own form."""
        if schema is True or schema is None:
            return ANY
        if not isinstance(schema, Map):
            return self._inline(self.merger.flat(schema, like), write)
        if "$ref" in schema and self._only_refers(schema):
            target = self.sources.target(schema)
            first = self.sources.step(schema) if isinstance(target, Map) else None
            if isinstance(first, Map) and "$ref" in first and _component(first):
                target = first
            return self.type(target, schema, write) if not isinstance(target, Map) else self.named(target, write)
        parts = schema.get("allOf")
        if isinstance(parts, list) and len(parts) == 1 and self._only_annotates(schema, "allOf"):
            inner = self.type(parts[0], schema, write)
            return nullable(inner) if schema.get("nullable") is True else inner
        return self._inline(self.merger.flat(schema, like), write)

    def _only_refers(self, schema: Map) -> bool:
        return not self.merger.modern or self._only_annotates(schema, "$ref")

    def _only_annotates(self, schema: Map, key: str) -> bool:
        return all(k in {key, "nullable"} or annotation(k) for k in schema)

    def named(self, target: Map, write: bool) -> Type:
        """The type of something that is referred to. Components are definitions; other places are used as they are."""
        if not _component(target) and target.pointer and not self._recursive(target):
            return self._inline(self.merger.flat(target, target), write)
        write = write or self.variants.only_written(target)
        key = Key(target.file, target.pointer, self.variants.variant(target, write))
        if key not in self.definitions:
            self.define(key, target, write)
        return Named(key)

    def _recursive(self, target: Map) -> bool:
        return self.variants.recursive(target)

    def define(self, key: Key, target: Map, write: bool) -> None:
        """Make a definition of a schema; a definition that is in the making may already be referred to."""
        self.definitions[key] = alias = Alias(ANY, _doc(target))
        flat = self.merger.flat(target, target)
        if _text_enum(flat):
            self.definitions[key] = Enum(tuple(dict.fromkeys(flat["enum"])), _doc(flat))
            return
        own = self.type(target, target, write) if _passes_on(target) else self._inline(flat, write, key)
        if own != Named(key):
            alias.type = own
            alias.doc = alias.doc or _doc(flat)

    def key(self, schema: Map, write: bool) -> Key:
        """The key of an anonymous schema. Below a path nothing is both read and written: no variant is needed."""
        shared = schema.pointer.startswith("/components/schemas") or not schema.pointer.startswith(
            ("/paths", "/components")
        )
        return Key(schema.file, schema.pointer, self.variants.variant(schema, write) if shared else "")

    def _inline(self, schema: Map, write: bool, key: Key | None = None) -> Type:
        key = key or self.key(schema, write)
        self._inexpressible(schema)
        for union in ("oneOf", "anyOf"):
            if isinstance(schema.get(union), list) and not _only_constrains(schema, union):
                return self._union(schema, union, write, key)
        kinds = self._kinds(schema)
        nulls = schema.get("nullable") is True or "null" in kinds
        nulls = nulls or (not kinds and isinstance(schema.get("enum"), list) and None in schema["enum"])
        kinds = [k for k in kinds if k != "null"]
        if "number" in kinds:
            kinds = [k for k in kinds if k != "integer"]
        out, left = self._of_kinds(schema, kinds, write, key, nulls)
        rules = {k for k in (*_RULES, "then", "else", "oneOf", "anyOf") if k in schema} | left
        if rules:
            fragment = self.fragments.copy(schema, schema, frozenset(rules | {"exclusiveMinimum", "exclusiveMaximum"}))
            if isinstance(fragment, dict) and nulls and "enum" in fragment and None not in fragment["enum"]:
                fragment["enum"] = [*fragment["enum"], None]
            inner = out
            out = Guarded(key, inner, Rules(fragment))
        return nullable(out) if nulls else out

    def _inexpressible(self, schema: Map) -> None:
        for key in schema:
            if key in _INEXPRESSIBLE:
                wrong = f"the keyword {shown(key)} cannot be expressed"
                self.findings.add(schema.file, schema.line_of(key), wrong, "state the rule in another way")

    def _kinds(self, schema: Map) -> list[str]:
        given = schema.get("type")
        if given is None:
            inferred = (("object", _OBJECT), ("array", _ARRAY), ("string", _TEXT), ("number", _NUMBER))
            return next(([kind] for kind, keys in inferred if any(k in schema for k in keys)), [])
        kinds = given if isinstance(given, list) else [given]
        for kind in kinds:
            if kind not in KINDS:
                wrong = f"the type {shown(kind)} does not exist"
                self.findings.add(schema.file, schema.line_of("type"), wrong, "use one of " + ", ".join(KINDS))
        return [k for k in kinds if k in KINDS]

    def _of_kinds(self, schema: Map, kinds: list[str], write: bool, key: Key, nulls: bool) -> tuple[Type, set[str]]:
        if "const" in schema or isinstance(schema.get("enum"), list):
            return self._enumerated(schema, kinds, write, key)
        if not kinds:
            return (NONE if nulls else ANY), set()
        members: list[Type] = []
        left: set[str] = set()
        for kind in kinds:
            built, rest = self._of_kind(schema, kind, write, key)
            members.append(built)
            left |= rest
        if len(members) == 1:
            return members[0], left
        # Beside a container a pattern is a rule of its own: see `Settling`.
        if not {"array", "object"}.isdisjoint(kinds) and any(patterned(m) for m in members):
            members, left = [unpatterned(m) for m in members], left | {"pattern"}
        return Union(tuple(members)), left

    def _enumerated(self, schema: Map, kinds: list[str], write: bool, key: Key) -> tuple[Type, set[str]]:
        const = "const" in schema
        values = [schema["const"]] if const else [v for v in schema["enum"] if v is not None]
        found = enumerated(values)
        plain_kinds = {"string" if isinstance(v, str) else "integer" for v in values}
        odd = any(k in schema for k in (*_TEXT, *_NUMBER)) or (const and "enum" in schema)
        if (
            found is not None
            and not odd
            and all(k in kinds or not kinds or (k == "integer" and "number" in kinds) for k in plain_kinds)
        ):
            return found, set()
        if not values:
            return NONE, set()
        rest = made(schema, {k: v for k, v in schema.items() if k not in {"enum", "const"}})
        inner, left = self._of_kinds(rest, kinds, write, key, False)
        return inner, left | {k for k in ("const", "enum") if k in schema}

    def _of_kind(self, schema: Map, kind: str, write: bool, key: Key) -> tuple[Type, set[str]]:
        if kind == "object":
            return self._object(schema, write, key)
        if kind == "array":
            return self._array(schema, write)
        return self.scalars.build(kind, schema)

    def _array(self, schema: Map, write: bool) -> tuple[Type, set[str]]:
        left = {k for k in _ARRAY_RULES if k in schema} | ({"uniqueItems"} if schema.get("uniqueItems") else set())
        items = schema.get("items", True)
        if "prefixItems" in left:
            left |= {"items"} & set(schema)
            items = True
        limits = self.scalars.counts(schema, "minItems", "maxItems")
        return ListOf(self.type(items, schema, write), limits), left

    def _object(self, schema: Map, write: bool, key: Key) -> tuple[Type, set[str]]:
        left = {k for k in _OBJECT_RULES if k in schema}
        more = schema.get("additionalProperties")
        properties = schema.get("properties")
        if not properties and more is not False:
            left |= {"required"} if schema.get("required") else set()
            value = self.type(True if more is None else more, schema, write)
            if "patternProperties" in left and more is not None:
                left |= {"additionalProperties"}
                value = ANY
            return DictOf(value, self.scalars.counts(schema, "minProperties", "maxProperties")), left
        left |= {k for k in ("minProperties", "maxProperties") if k in schema}
        return self._struct(schema, write, key, left)

    def _struct(self, schema: Map, write: bool, key: Key, left: set[str]) -> tuple[Type, set[str]]:
        more = schema.get("additionalProperties")
        patterned = "patternProperties" in left
        guarded = bool(left | {k for k in (*_RULES, "oneOf", "anyOf") if k in schema})
        if patterned and more is not None and more is not True:
            left |= {"additionalProperties", "properties"}
        several = isinstance(schema.get("type"), list) and len([k for k in schema["type"] if k != "null"]) > 1
        null = schema.get("nullable") is True or "null" in (schema.get("type") or ())
        apart = guarded or several or (null and isinstance(self.definitions.get(key), Alias))
        own = key._replace(variant=key.variant + "Fields") if apart else key
        if not isinstance(self.definitions.get(own), Struct):
            struct = Struct([], _doc(schema), closed=more is False and not patterned)
            self.definitions[own] = struct
            if patterned or more is True or (isinstance(more, Map) and more is not None):
                struct.extra = ANY if patterned or more is True else self.type(more, schema, write)
            self.waiting.append((schema, struct, write))
        return Named(own), left

    def finish(self) -> None:
        """Fill in the fields of all structs that were met; meeting more of them on the way."""
        while self.waiting:
            schema, struct, write = self.waiting.pop()
            required = {n for n in schema.get("required", ()) if isinstance(n, str)}
            properties = schema.get("properties")
            properties = properties if isinstance(properties, Map) else made(schema, {})
            for name in sorted(properties):
                if not self._nameable(properties, name):
                    continue
                if not self.variants.hidden(properties[name], write):
                    struct.fields.append(self._field(schema, properties, name, name in required, write))
            more = schema.get("additionalProperties", True)
            for name in sorted(required - set(properties)):
                kind = self.type(more, schema, write) if "patternProperties" not in schema else ANY
                if self._nameable(schema, name):
                    struct.fields.append(Field(name, kind, True, file=schema.file, line=schema.line_of("required")))

    def _nameable(self, properties: Map, name: str) -> bool:
        """msgspec has no escapes in property names."""
        if not any(c in '"\\' or c < " " or "\ud800" <= c <= "\udfff" for c in name):
            return True
        wrong = f"the property name {shown(name)} holds a quote, a backslash or a control character"
        self.findings.add(properties.file, properties.line_of(name), wrong, "give the property another name")
        return False

    def _field(self, schema: Map, properties: Map, name: str, required: bool, write: bool) -> Field:
        value = properties[name]
        line = properties.line_of(name)
        out = Field(name, self.type(value, schema, write), required, file=properties.file, line=line)
        if isinstance(value, Map):
            out.doc = _doc(value)
            out.default = self.default(self.merger.flat(value, schema))
        return out

    def default(self, flat: Map) -> Any:
        """A schema's default; one that does not fit its own schema is a finding, and is not emitted."""
        if "default" not in flat:
            return NO_DEFAULT
        value = plain(flat["default"])
        message = None
        with contextlib.suppress(TypeError, ValueError, RecursionError, AttributeError, re.error):
            message = fault(flat, value, self.sources.target)
        if message is None:
            return value
        wrong = f"the default {shown(value)} does not fit its schema"
        self.findings.add(flat.file, flat.line_of("default"), wrong, message[:1].lower() + message[1:])
        return NO_DEFAULT

    def _union(self, schema: Map, union: str, write: bool, key: Key) -> Type:
        branches = schema[union]
        rest = {k: v for k, v in schema.items() if k not in {union, "discriminator"} and not annotation(k)}
        nulls = rest.pop("nullable", False) is True
        structural = set(rest) - ({"type"} if rest.get("type") == ["object"] else set())
        members: list[Type] = []
        for index, branch in enumerate(branches):
            if isinstance(branch, Map) and branch.get("type") in ("null", ["null"]) and len(branch) == 1:
                nulls = True
                continue
            whole = branch
            if structural:
                part = self.merger.flat(branch, schema)
                whole = self.merger.combine(made(part, rest, f"{schema.pointer}/{union}/{index}"), part)
            members.append(self.type(whole, schema, write))
        if not members:
            return NONE
        out = members[0]
        if len(members) > 1:
            tag, mapping = self._discriminator(schema, branches, members, write)
            out = Choice(key, tuple(members), union == "oneOf", tag, mapping)
        return nullable(out) if nulls else out

    def _discriminator(
        self, schema: Map, branches: list[Any], members: list[Type], write: bool
    ) -> tuple[str, tuple[tuple[str, Type], ...]]:
        given = schema.get("discriminator")
        if not isinstance(given, Map) or not isinstance(given.get("propertyName"), str):
            return "", ()
        mapping: dict[str, Type] = {}
        refs = [b["$ref"] for b in branches if isinstance(b, Map) and isinstance(b.get("$ref"), str)]
        if len(refs) != len(branches) or len(members) != len(branches):
            return "", ()
        by_ref = dict(zip(refs, members, strict=True))
        for tag, ref in (given.get("mapping") or {}).items():
            full = ref if "/" in ref or "#" in ref else f"#/components/schemas/{ref}"
            if full in by_ref:
                mapping[tag] = by_ref[full]
            else:
                at = given["mapping"] if isinstance(given["mapping"], Map) else given
                mapping[tag] = self.type(made(at, {"$ref": full}), at, write)
        for ref, member in by_ref.items():
            if member not in mapping.values():
                mapping[ref.rsplit("/", 1)[-1]] = member
        return given["propertyName"], tuple(sorted(mapping.items()))


def nullable(inner: Type) -> Type:
    """The type, or null."""
    if inner in (ANY, NONE):
        return inner
    if isinstance(inner, Union):
        return inner if NONE in inner.members else Union((*inner.members, NONE))
    return Union((inner, NONE))


def _only_constrains(schema: Map, union: str) -> bool:
    """Whether the branches only restrict a type that the schema itself gives: `anyOf: [{required: [a]}, ...]`."""
    if not any(k in schema for k in ("properties", "type", "enum")):
        return False
    shapes = {"properties", "$ref", "allOf", "oneOf", "anyOf", "type", "items", "additionalProperties", "enum", "const"}
    return all(isinstance(b, Map) and not shapes & set(b) for b in schema[union])


def _text_enum(flat: Map) -> bool:
    """Whether a definition is a closed list of texts and nothing else."""
    values = flat.get("enum")
    if not isinstance(values, list) or not values or flat.get("nullable") or flat.get("type", ["string"]) != ["string"]:
        return False
    return all(isinstance(v, str) for v in values) and not any(k in flat for k in (*_RULES, "oneOf", "anyOf", *_TEXT))


def _passes_on(target: Map) -> bool:
    return "$ref" in target or (isinstance(target.get("allOf"), list) and len(target["allOf"]) == 1)


def _doc(schema: Map) -> str:
    for key in ("description", "title"):
        if isinstance(schema.get(key), str):
            text: str = schema[key]
            return text
    return ""


def _component(target: Map) -> bool:
    steps = target.pointer.split("/")
    return len(steps) == 4 and steps[1:3] == ["components", "schemas"]
