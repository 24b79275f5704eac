"""Every rule of the spec review, in both directions: what it is called, and whether it breaks clients."""

import copy
from typing import Any

import pytest

from generator.diff_review import Review, review

Json = dict[str, Any]


def api(**operation: Any) -> Json:
    """One operation, `POST /things`, that takes and gives nothing yet."""
    post = {"operationId": "make_thing", "tags": ["things"], "responses": {"200": {"description": "fine"}}} | operation
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"post": post}}}


def body(schema: Any, **rest: Any) -> Json:
    return api(requestBody={"content": {"application/json": {"schema": schema}}, **rest})


def answer(schema: Any, media: str = "application/json") -> Json:
    return api(responses={"200": {"description": "fine", "content": {media: {"schema": schema}}}})


def parameters(*items: Json) -> Json:
    return api(parameters=list(items))


def query(name: str = "page", required: bool = False, **schema: Any) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "integer", **schema}}


def keys(outcome: Review) -> dict[str, bool]:
    return {finding.key.removeprefix("POST /things "): finding.breaking for finding in outcome.findings}


def field(**schema: Any) -> Json:
    return {"type": "object", "properties": {"x": schema}}


OBJECT = {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "integer"}}}
A, B = {"type": "string"}, {"type": "array", "items": {"type": "string"}}

# The narrower schema, the wider one, what the change is called when narrowed and when widened.
ORDERED: list[tuple[Json, Json, str, str]] = [
    ({"type": "integer", "maximum": 10}, {"type": "integer", "maximum": 1000}, "maximum", "maximum"),
    ({"type": "integer", "maximum": 10}, {"type": "integer"}, "maximum", "maximum"),
    ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 0}, "minimum", "minimum"),
    (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "number", "minimum": 0},
        "minimum",
        "minimum",
    ),
    ({"type": "number", "exclusiveMaximum": 5}, {"type": "number", "maximum": 5}, "maximum", "maximum"),
    ({"type": "string", "minLength": 3}, {"type": "string"}, "minLength", "minLength"),
    ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 4}, "maxLength", "maxLength"),
    ({"type": "string", "pattern": "^a$"}, {"type": "string"}, "pattern", "pattern"),
    ({"type": "array", "items": A, "minItems": 1}, {"type": "array", "items": A}, "minItems", "minItems"),
    ({"type": "array", "items": A, "maxItems": 1}, {"type": "array", "items": A}, "maxItems", "maxItems"),
    ({"type": "array", "items": A, "uniqueItems": True}, {"type": "array", "items": A}, "uniqueItems", "uniqueItems"),
    ({"type": "array", "items": A}, {"type": "array"}, "items", "items"),
    ({"type": "object", "maxProperties": 2}, {"type": "object"}, "maxProperties", "maxProperties"),
    ({"type": "object", "minProperties": 2}, {"type": "object"}, "minProperties", "minProperties"),
    ({"type": "integer", "multipleOf": 4}, {"type": "integer", "multipleOf": 2}, "multipleOf", "multipleOf"),
    ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}, "format", "format"),
    ({"type": "string", "format": "uuid"}, {"type": "string"}, "format", "format"),
    ({"type": "integer"}, {"type": "number"}, "type", "type"),
    ({"type": "string"}, {"type": ["string", "integer"]}, "type", "type"),
    ({"type": "string"}, {}, "type", "type"),
    ({"type": "string"}, {"type": "string", "nullable": True}, "nullable", "nullable"),
    ({"type": "string"}, {"type": ["string", "null"]}, "nullable", "nullable"),
    ({"type": "string", "enum": ["a"]}, {"type": "string"}, "enum", "enum"),
    ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}, 'enum "b" removed', 'enum "b" added'),
    ({"oneOf": [A]}, {"oneOf": [A, B]}, "oneOf", "oneOf"),
    (
        {"anyOf": [A, {"type": "boolean"}]},
        {"anyOf": [A, B, {"type": "boolean"}]},
        "form array removed",
        "form array added",
    ),
    ({"oneOf": [A, B]}, {"anyOf": [A, B]}, "oneOf", "anyOf"),
    (
        {"type": "object", "additionalProperties": False},
        {"type": "object"},
        "additionalProperties",
        "additionalProperties",
    ),
    (
        {"type": "object", "additionalProperties": A},
        {"type": "object", "additionalProperties": True},
        "additionalProperties",
        "additionalProperties",
    ),
    ({"type": "string", "not": {"enum": ["z"]}}, {"type": "string"}, "not", "not"),
]


@pytest.mark.parametrize(("narrow", "wide", "narrowed", "widened"), ORDERED)
def test_a_request_breaks_when_it_narrows_and_a_response_when_it_widens(
    narrow: Json, wide: Json, narrowed: str, widened: str
) -> None:
    small, large = field(**narrow), field(**wide)
    assert keys(review(body(large), body(small))) == {f"request.x {narrowed}": True}
    assert keys(review(body(small), body(large))) == {f"request.x {widened}": False}
    assert keys(review(answer(large), answer(small))) == {f"response.200.x {narrowed}": False}
    assert keys(review(answer(small), answer(large))) == {f"response.200.x {widened}": True}


DIFFERENT: list[tuple[Json, Json, str]] = [
    ({"type": "string"}, {"type": "integer"}, "type"),
    ({"type": "string", "format": "uuid"}, {"type": "string", "format": "date"}, "format"),
    ({"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^b$"}, "pattern"),
    ({"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 2}, "multipleOf"),
    ({"oneOf": [A, B]}, {"type": "boolean"}, "oneOf"),
    ({"oneOf": [A, B], "discriminator": {"propertyName": "k"}}, {"oneOf": [A, B]}, "discriminator"),
]


@pytest.mark.parametrize(("one", "other", "what"), DIFFERENT)
def test_a_change_that_is_neither_narrower_nor_wider_breaks_both_sides(one: Json, other: Json, what: str) -> None:
    for old, new in ((one, other), (other, one)):
        assert keys(review(body(field(**old)), body(field(**new)))) == {f"request.x {what}": True}
        assert keys(review(answer(field(**old)), answer(field(**new)))) == {f"response.200.x {what}": True}


EQUAL: list[tuple[Json, Json]] = [
    ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, {"type": "integer", "minimum": 1}),
    ({"type": "string", "minLength": 0}, {"type": "string"}),
    ({"const": "a"}, {"enum": ["a"]}),
    ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    ({"anyOf": [A, {"type": "null"}]}, {"type": "string", "nullable": True}),
    ({"allOf": [A, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
    ({"allOf": [{"maximum": 3}, {"maximum": 2}], "type": "integer"}, {"type": "integer", "maximum": 2}),
    ({"oneOf": [A, B]}, {"oneOf": [B, A]}),
    ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ({"type": "string", "enum": ["a", None], "nullable": True}, {"type": "string", "enum": ["a"], "nullable": True}),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_two_spellings_of_one_schema_are_no_change(one: Json, other: Json) -> None:
    assert keys(review(body(field(**one)), body(field(**other)))) == {}
    assert keys(review(answer(field(**other)), answer(field(**one)))) == {}


def without(schema: Json, name: str) -> Json:
    return schema | {"properties": {key: part for key, part in schema["properties"].items() if key != name}}


def renamed(schema: Json, name: str, other: str) -> Json:
    return schema | {"properties": {other if key == name else key: part for key, part in schema["properties"].items()}}


def needs(schema: Json, *names: str) -> Json:
    return schema | {"required": list(names)}


def at_path(path: str, method: str = "post", **operation: Any) -> Json:
    document = api(**operation)
    document["paths"] = {path: {method: document["paths"]["/things"]["post"]}}
    return document


def alias(**entry: Any) -> Json:
    return api(**{"x-aliases": [entry]})


def permission(level: Any, on: str = "data", key: str = "id") -> Json:
    return api(**{"x-permission": {"level": level, "on": on, "key": key}})


def roles(**levels: str) -> Json:
    return api(**{"x-roles": levels})


def secured(*names: str) -> Json:
    return api(security=[{name: []} for name in names])


def header(**schema: Any) -> Json:
    return api(responses={"200": {"description": "", "headers": {"X-Left": {"schema": schema}}}})


def scheme(**definition: Any) -> Json:
    return api() | {"components": {"securitySchemes": {"bearer": {"type": "http", **definition}}}}


PAGE, LIMIT = query("page"), query("limit", format="int32")
NO_BODY, BODY, BODY_NEEDED = api(), body(OBJECT), body(OBJECT, required=True)
OLD_FIELD = body(renamed(OBJECT, "x", "z")) | {}
OLD_FIELD["paths"]["/things"]["post"]["x-aliases"] = [{"body": {"x": "z"}}]
PUBLIC = api(**{"x-permission": "public"}, security=[])
SESSION = api(**{"x-permission": {"level": "see", "on": "session"}}, security=[{"bearer": []}])
TEXT = "media text/plain"

CASES: list[tuple[str, Json, Json, dict[str, bool]]] = [
    ("a request property removed", BODY, body(without(OBJECT, "x")), {"request.x removed": True}),
    ("a request property added", body(without(OBJECT, "x")), BODY, {"request.x added": False}),
    ("a request property added, required", body(without(OBJECT, "x")), body(needs(OBJECT, "x")),
     {"request.x required": True}),
    ("a request property newly required", BODY, body(needs(OBJECT, "x")), {"request.x required": True}),
    ("a request property no longer required", body(needs(OBJECT, "x")), BODY, {"request.x required": False}),
    ("a request property renamed", BODY, body(renamed(OBJECT, "x", "z")), {"request.x renamed": True}),
    (
        "a request property renamed, the old name still read",
        BODY,
        OLD_FIELD,
        {"request.x renamed": False, 'alias {"body": {"x": "z"}} added': False},
    ),
    ("a response property removed", answer(OBJECT), answer(without(OBJECT, "y")), {"response.200.y removed": True}),
    ("a response property added", answer(without(OBJECT, "y")), answer(OBJECT), {"response.200.y added": False}),
    ("a response property renamed", answer(OBJECT), answer(renamed(OBJECT, "y", "z")),
     {"response.200.y renamed": True}),
    ("a response property newly required", answer(OBJECT), answer(needs(OBJECT, "y")),
     {"response.200.y required": False}),
    ("a response property that may miss", answer(needs(OBJECT, "y")), answer(OBJECT),
     {"response.200.y required": True}),
    ("a property clients may no longer send", body(field(type="string")), body(field(type="string", readOnly=True)),
     {"request.x removed": True}),
    ("a property of list items", answer({"type": "array", "items": OBJECT}),
     answer({"type": "array", "items": without(OBJECT, "x")}), {"response.200.[].x removed": True}),
    ("a property of any name", body({"type": "object", "additionalProperties": A}),
     body({"type": "object", "additionalProperties": A | {"maxLength": 1}}), {"request.* maxLength": True}),
    ("a default changed", body(field(type="integer", default=1)), body(field(type="integer", default=2)),
     {"request.x default": False}),
    ("one form became two", body(field(**A)), body(field(oneOf=[A, B])), {"request.x oneOf": False}),
    ("two forms became one", body(field(oneOf=[A, B])), body(field(**A)), {"request.x oneOf": True}),
    ("a role's default level raised", roles(auditors="see"), roles(auditors="own"), {"default of auditors": False}),
    ("a role's default level gone", roles(auditors="own"), api(), {"default of auditors": False}),
    ("a parameter removed", parameters(PAGE), parameters(), {"query.page removed": True}),
    ("a parameter added", parameters(), parameters(PAGE), {"query.page added": False}),
    ("a parameter added, required", parameters(), parameters(query(required=True)), {"query.page required": True}),
    ("a parameter newly required", parameters(PAGE), parameters(query(required=True)), {"query.page required": True}),
    ("a parameter no longer required", parameters(query(required=True)), parameters(PAGE),
     {"query.page required": False}),
    ("a parameter's limit lowered", parameters(query(maximum=9)), parameters(query(maximum=5)),
     {"query.page maximum": True}),
    ("a parameter's limit raised", parameters(query(maximum=5)), parameters(query(maximum=9)),
     {"query.page maximum": False}),
    ("a parameter's style", parameters(PAGE), parameters(PAGE | {"explode": False}),
     {"query.page explode changed": True}),
    ("a parameter's case in a header", parameters(PAGE | {"in": "header", "name": "X-A"}),
     parameters(PAGE | {"in": "header", "name": "x-a"}), {}),
    ("a body became required", BODY, BODY_NEEDED, {"request required": True}),
    ("a body no longer required", BODY_NEEDED, BODY, {"request required": False}),
    ("a body added", NO_BODY, BODY, {"request added": False}),
    ("a body added, required", NO_BODY, BODY_NEEDED, {"request required": True}),
    ("a body removed", BODY, NO_BODY, {"request removed": True}),
    ("a response's media type", answer(A), answer(A, "text/plain"),
     {"response.200 media application/json removed": True, f"response.200 {TEXT} added": False}),
    ("a status added", api(), api(responses={"200": {"description": "fine"}, "404": {"description": ""}}),
     {"response.404 added": False}),
    ("a success added", api(), api(responses={"200": {"description": "fine"}, "202": {"description": ""}}),
     {"response.202 added": True}),
    ("a status removed", api(), api(responses={}), {"response.200 removed": True}),
    ("a response header removed", header(type="integer"), api(responses={"200": {"description": ""}}),
     {"response.200.header.x-left removed": True}),
    ("a response header added", api(responses={"200": {"description": ""}}), header(type="integer"),
     {"response.200.header.x-left added": False}),
    ("a response header widened", header(type="integer"), header(type="number"),
     {"response.200.header.x-left type": True}),
    ("an operation removed", api(), api() | {"paths": {}}, {"removed": True}),
    ("an operation added", api() | {"paths": {}}, api(), {"added": False}),
    ("an operation renamed", api(), api(operationId="create_thing"), {"operationId": True}),
    ("an operation moved", api(), at_path("/items"), {"moved": True}),
    ("an operation moved, the old form still answered", api(),
     at_path("/items", **{"x-aliases": [{"method": "POST", "path": "/things"}]}),
     {"moved": False, 'alias {"method": "POST", "path": "/things"} added': False}),
    ("an alias removed", alias(method="GET", path="/things"), api(),
     {'alias {"method": "GET", "path": "/things"} removed': True}),
    ("an alias of one field removed", alias(body={"a": "b", "c": "d"}), alias(body={"a": "b"}),
     {'alias {"body": {"c": "d"}} removed': True}),
    ("an alias added", api(), alias(query={"a": "b"}), {'alias {"query": {"a": "b"}} added': False}),
    ("secured", api(security=[]), secured("bearer"), {"security secured": True}),
    ("public", secured("bearer"), api(security=[]), {"security public": False}),
    ("a way in removed", secured("bearer", "key"), secured("bearer"), {'security {"key": []} removed': True}),
    ("a way in added", secured("bearer"), secured("bearer", "key"), {'security {"key": []} added': False}),
    ("public to session", PUBLIC, SESSION, {"permission": True, "security secured": True}),
    ("session to public", SESSION, PUBLIC, {"permission": False, "security public": False}),
    ("a level raised", permission("see"), permission("own"), {"permission level": True}),
    ("a level lowered", permission("own"), permission("use"), {"permission level": False}),
    ("a level on another object", permission("see"), permission("see", on="job"), {"permission on": True}),
    ("a level by another key", permission("see"), permission("see", key="other"), {"permission key": True}),
    ("an action renamed", api(**{"x-action": "ThingMake"}), api(**{"x-action": "ThingCreate"}), {"action": True}),
    ("answered elsewhere", api(**{"x-answered-by": "local"}), api(**{"x-answered-by": "quarantine"}),
     {"answered-by": False}),
    ("deprecated", api(), api(deprecated=True), {"deprecated": False}),
    ("an extension of others", api(), api(**{"x-colour": "red"}), {"x-colour changed": False}),
    ("what has no rule of its own", api(), api(callbacks={"done": {}}), {"callbacks changed": True}),
    ("a server removed", api() | {"servers": [{"url": "/api"}]}, api() | {"servers": [{"url": "/v2"}]},
     {"spec servers /api removed": True, "spec servers /v2 added": False}),
    ("other credentials", scheme(scheme="bearer"), scheme(scheme="basic"),
     {"spec securitySchemes.bearer changed": True}),
    ("another version", api(), api() | {"info": {"title": "t", "version": "2"}}, {"spec version changed": False}),
    ("a component nobody uses", api(), api() | {"components": {"schemas": {"Old": A}}},
     {"spec components.schemas.Old added": False}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_rule_finds_its_change_under_its_key_and_nothing_else(
    before: Json, after: Json, expected: dict[str, bool]
) -> None:
    untouched = copy.deepcopy((before, after))
    assert keys(review(before, after)) == expected
    assert (before, after) == untouched


def test_a_command_that_goes_breaks_scripts_and_another_name_does_not() -> None:
    plain, named = api(), api(**{"x-command": {"name": "build"}})
    both = api(**{"x-command": [{}, {"context": "model", "name": "build"}]})
    assert keys(review(plain, named))["command thing make removed"] is True
    assert keys(review(plain, named))["command thing build added"] is False
    assert keys(review(plain, both))["command model build added"] is False
    assert not any(breaking for breaking in keys(review(plain, both)).values())
    assert "command thing make removed" not in keys(review(both, plain))
