"""Values through emitted models: what is valid comes back the same, what is not is refused with its place."""

import json
from typing import Any

import pytest

TEXT = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
    "Digits": {"type": "string", "pattern": "\\d{2}"},
    "Age": {"type": "integer", "minimum": 0, "exclusiveMaximum": True, "maximum": 10},
    "Small": {"type": "integer", "format": "int32"},
    "Big": {"type": "integer", "format": "int64"},
    "Step": {"type": "number", "multipleOf": 0.1},
    "Share": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
    "Uuid": {"type": "string", "format": "uuid"},
    "Day": {"type": "string", "format": "date"},
    "Moment": {"type": "string", "format": "date-time"},
    "Mail": {"type": "string", "format": "email"},
    "Bytes": {"type": "string", "format": "byte"},
    "Tags": {"type": "array", "items": TEXT, "uniqueItems": True, "minItems": 1, "maxItems": 2},
    "Color": {"type": "string", "enum": ["red", "dark blue", "class", ""]},
    "Level": {"type": "integer", "enum": [1, 2]},
    "Yes": {"type": "boolean", "enum": [True]},
    "Half": {"type": "number", "enum": [0.5, 1]},
    "MaybeColor": {"type": "string", "nullable": True, "enum": ["red", None]},
    "Counts": {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 2},
    "Closed": {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False},
    "Empty": {"type": "object", "additionalProperties": False},
    "Open": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": TEXT, "b-c": {"type": "integer"}},
        "additionalProperties": {"type": "boolean"},
    },
    "Pair": {"type": "object", "minProperties": 1, "properties": {"a": TEXT, "b": TEXT}},
    "Either": {
        "type": "object",
        "properties": {"a": TEXT, "b": TEXT},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "NotSecret": {"type": "string", "not": {"enum": ["secret"]}},
    "Words": {
        "type": "object",
        "required": ["class", "self", "a b"],
        "properties": {
            "class": TEXT,
            "self": TEXT,
            "a b": TEXT,
            "a-b": TEXT,
            "str": TEXT,
            "int": {"type": "integer"},
            "list": {"type": "array", "items": TEXT},
            "Words": TEXT,
            "field": TEXT,
            "UNSET": TEXT,
            "__init__": TEXT,
            "type": TEXT,
            "größe": TEXT,
            "_links": TEXT,
            "1st": TEXT,
            "checking": TEXT,
            "Any": TEXT,
        },
    },
    "Node": {
        "type": "object",
        "required": ["value"],
        "properties": {
            "value": {"type": "integer"},
            "next": {"$ref": "#/components/schemas/Node"},
            "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "Anything": {"oneOf": [TEXT, {"type": "array", "items": {"$ref": "#/components/schemas/Anything"}}]},
    "Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
    "Cat": {
        "type": "object",
        "required": ["kind", "meow"],
        "properties": {"kind": {"type": "string", "enum": ["cat"]}, "meow": {"type": "boolean"}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "bark": {"type": "integer"}},
    },
    "Tagged": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog", "wolf": "#/components/schemas/Dog"},
        },
    },
    "Exactly": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
    "AtLeast": {"anyOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}]},
    "IntOrNumber": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]},
    "ArgsOrText": {"oneOf": [{"type": "object", "additionalProperties": True}, {"type": "string", "enum": [""]}]},
    "Puppy": {
        "allOf": [
            {"$ref": "#/components/schemas/Dog"},
            {
                "type": "object",
                "required": ["bark"],
                "properties": {"bark": {"minimum": 3}, "age": {"type": "integer"}},
            },
        ]
    },
    "Hybrid": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}},
        "oneOf": [
            {"type": "object", "required": ["x"], "properties": {"x": TEXT}, "additionalProperties": False},
            {"type": "object", "required": ["y"], "properties": {"y": TEXT}},
        ],
    },
    "Defaults": {
        "type": "object",
        "properties": {
            "n": {"type": "integer", "default": 3},
            "c": {"$ref": "#/components/schemas/Color"},
            "d": {"allOf": [{"$ref": "#/components/schemas/Color"}], "default": "dark blue"},
            "l": {"type": "array", "items": TEXT, "default": ["x"]},
            "o": {"type": "object", "properties": {"p": TEXT}, "default": {"p": "q"}},
            "z": {"type": "string", "nullable": True, "default": None},
        },
    },
    "MaybeNode": {"type": "object", "nullable": True, "properties": {"a": TEXT}},
    "Holder": {
        "type": "object",
        "properties": {
            "plain": TEXT,
            "nullable": {"type": "string", "nullable": True},
            "node": {"$ref": "#/components/schemas/MaybeNode"},
            "tags": {"$ref": "#/components/schemas/Tags"},
            "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Exactly"}},
        },
    },
}

CAT = {"kind": "cat", "meow": True}
GOOD: list[tuple[str, Any]] = [
    ("Name", "abc"),
    ("Digits", "a12"),
    ("Age", 9),
    ("Small", 2**31 - 1),
    ("Big", -(2**63)),
    ("Step", 0.3),
    ("Share", 0.5),
    ("Share", 1),
    ("Uuid", "123e4567-e89b-12d3-a456-426614174000"),
    ("Day", "2024-02-29"),
    ("Moment", "2024-02-29T23:59:60Z"),
    ("Moment", "2023-01-31T00:00:00.123456789+01:00"),
    ("Mail", "a@b"),
    ("Bytes", "YQ=="),
    ("Bytes", ""),
    ("Tags", ["a", "b"]),
    ("Color", "dark blue"),
    ("Color", ""),
    ("Level", 2),
    ("Yes", True),
    ("Half", 1),
    ("Half", 0.5),
    ("MaybeColor", None),
    ("MaybeColor", "red"),
    ("Counts", {"a": 1}),
    ("Closed", {}),
    ("Empty", {}),
    ("Open", {"a": "b", "c": True}),
    ("Open", {"a": "b", "b-c": 1}),
    ("Pair", {"a": "x"}),
    ("Either", {"b": "x"}),
    ("NotSecret", "open"),
    ("Words", {"class": "1", "self": "2", "a b": "3", "a-b": "4", "str": "5", "int": 6, "list": ["7"], "Words": "8"}),
    ("Words", {"class": "1", "self": "2", "a b": "3", "field": "4", "UNSET": "5", "__init__": "6", "type": "7"}),
    ("Words", {"class": "1", "self": "2", "a b": "3", "größe": "4", "_links": "5", "1st": "6", "checking": "7"}),
    ("Node", {"value": 1, "next": {"value": 2}, "kids": [{"value": 3, "kids": []}]}),
    ("Anything", ["a", ["b", []]]),
    ("Loop", [[], [[]]]),
    ("Tagged", CAT),
    ("Tagged", {"kind": "wolf", "bark": 1}),
    ("Exactly", {"kind": "x", "bark": 3}),
    ("AtLeast", CAT),
    ("IntOrNumber", 3),
    ("IntOrNumber", 5.5),
    ("ArgsOrText", {"a": [1]}),
    ("ArgsOrText", ""),
    ("Puppy", {"kind": "x", "bark": 3, "age": 1}),
    ("Hybrid", {"id": 1, "y": "b"}),
    ("MaybeNode", None),
    ("MaybeNode", {"a": "b"}),
    ("Holder", {"plain": "x", "nullable": None, "node": None, "tags": ["a"], "pets": [{"kind": "x"}]}),
    ("Holder", {}),
]
BAD: list[tuple[str, Any]] = [
    ("Name", "a"),
    ("Name", "abcde"),
    ("Name", "ab\n"),
    ("Name", "AB"),
    ("Digits", "٣٤"),
    ("Age", 10),
    ("Age", -1),
    ("Age", 1.5),
    ("Age", True),
    ("Age", "1"),
    ("Small", 2**31),
    ("Big", 2**63),
    ("Step", 0.35),
    ("Share", 0),
    ("Uuid", "123e4567e89b12d3a456426614174000"),
    ("Uuid", "x"),
    ("Day", "2023-02-29"),
    ("Day", "2023-13-01"),
    ("Day", "2100-02-29"),
    ("Moment", "2024-02-29 12:00"),
    ("Moment", "2024-02-29T24:00:00Z"),
    ("Mail", "a"),
    ("Bytes", "YQ="),
    ("Bytes", "Y Q="),
    ("Tags", ["a", "a"]),
    ("Tags", []),
    ("Tags", ["a", "b", "c"]),
    ("Color", "blue"),
    ("Level", 3),
    ("Level", True),
    ("Yes", False),
    ("Half", 0.7),
    ("Half", True),
    ("MaybeColor", "x"),
    ("Counts", {"a": "x"}),
    ("Counts", {"a": 1, "b": 2, "c": 3}),
    ("Closed", {"b": 1}),
    ("Empty", {"a": 1}),
    ("Open", {"a": "b", "c": 1}),
    ("Open", {}),
    ("Pair", {}),
    ("Either", {}),
    ("NotSecret", "secret"),
    ("Words", {"class": "1"}),
    ("Node", {"value": 1, "next": {}}),
    ("Node", {"value": 1, "next": None}),
    ("Anything", [1]),
    ("Loop", [1]),
    ("Tagged", {"kind": "cow"}),
    ("Tagged", {"bark": 1}),
    ("Tagged", {"kind": "cat"}),
    ("Exactly", CAT),
    ("Exactly", {}),
    ("AtLeast", {}),
    ("IntOrNumber", 7),
    ("IntOrNumber", 4.5),
    ("ArgsOrText", "x"),
    ("Puppy", {"kind": "x", "bark": 2}),
    ("Puppy", {"kind": "x"}),
    ("Hybrid", {"y": "b"}),
    ("Hybrid", {"id": 1}),
    ("Holder", {"plain": None}),
    ("Holder", {"tags": ["a", "a"]}),
    ("Holder", {"pets": [CAT]}),
]


@pytest.fixture
def models(generate: Any) -> Any:
    return generate(SCHEMAS)


def test_valid_values_come_back_the_same(models: Any) -> None:
    changed = [(s, v, models.round_trip(s, v)) for s, v in GOOD if models.round_trip(s, v) != v]
    assert changed == []


def test_invalid_values_are_refused(models: Any) -> None:
    assert [(s, v) for s, v in BAD if models.accepts(s, v)] == []


def test_whole_numbers_written_as_floats_are_integers(models: Any) -> None:
    assert models.decode("Age", "1.0") == 1
    assert models.decode("Node", '{"value": 2e0}').value == 2


def test_a_fault_is_reported_with_its_place(models: Any) -> None:
    with pytest.raises(models.contract.Mismatch, match=r"^body kids\[1\]\.value: expected `int`, got `str`$"):
        models.decode("Node", '{"value": 1, "kids": [{"value": 1}, {"value": "x"}]}')
    with pytest.raises(models.contract.Mismatch, match=r"^body: expected a UUID such as"):
        models.decode("Uuid", '"x"')
    with pytest.raises(models.contract.Mismatch, match=r"^body tags: expected items that are all different"):
        models.decode("Holder", '{"tags": ["a", "a"]}')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"value": 1, "value": 2}', "duplicate key"),
        (b'{"value": 1', "truncated"),
        (b"NaN", "body"),
        (b'{"value": NaN}', "body"),
        (b'"\xff"', "body"),
        (b'{"value": 1, "more": "\xff"}', "UTF-8"),
        (b'{"value": 1, "kids": ' + b"[" * 100_000, "body"),
        (b'{"value": 1, "more": ' + b"[" * 100_000, "body"),
        (b'{"value": ' + b"1" * 6000 + b"}", "body"),
        (b'{"value": "\\ud800"}', "body"),
        (b"", "body"),
    ],
)
def test_bytes_that_are_no_json_are_a_mismatch(models: Any, text: bytes, message: str) -> None:
    with pytest.raises(models.contract.Mismatch, match=message):
        models.decode("Node", text)


def test_duplicate_keys_hidden_deep_inside_are_refused(models: Any) -> None:
    with pytest.raises(models.contract.Mismatch, match="duplicate"):
        models.decode("Open", '{"a": "b", "c": true, "c": false}')


def test_defaults_are_there_and_are_not_shared(models: Any) -> None:
    first, second = models.decode("Defaults", "{}"), models.decode("Defaults", "{}")
    assert (first.n, first.d, first.l, first.o.p, first.z) == (3, "dark blue", ["x"], "q", None)
    first.l.append("y")
    assert second.l == ["x"]


def test_what_is_left_out_is_not_null(models: Any) -> None:
    holder = models.decode("Holder", '{"nullable": null}')
    assert json.loads(models.operations.OPERATIONS[0].encode(holder)) == {"nullable": None}


def test_unions_within_unions_are_decoded_in_reasonable_time(models: Any) -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = [deep, deep] if isinstance(deep, str) else [deep]
    assert models.round_trip("Anything", deep) == deep


def test_written_and_read_forms_differ_only_where_marked(generate: Any) -> None:
    user = {
        "type": "object",
        "required": ["id", "name", "password"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": TEXT,
            "password": {"type": "string", "writeOnly": True},
        },
    }
    group = {"type": "object", "properties": {"owner": {"$ref": "#/components/schemas/User"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Group"}}}
    path = {
        "post": {
            "operationId": "make_group",
            "requestBody": {"required": True, "content": content},
            "responses": {"200": {"description": "ok", "content": content}},
        }
    }
    out = generate({"User": user, "Group": group, "Other": {"type": "object", "properties": {"a": TEXT}}}, {"/g": path})
    models = out.models()
    assert models.User.__struct_fields__ == ("id", "name")
    assert models.UserWrite.__struct_fields__ == ("name", "password")
    assert not hasattr(models, "OtherWrite")
    made = out.operation("make_group").decode(b'{"owner": {"name": "n", "password": "p", "id": 5}}')
    assert isinstance(made.owner, models.UserWrite)
