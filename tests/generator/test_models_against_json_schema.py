"""Emitted decoders accept what JSON Schema accepts and nothing else, on generated schemas and values."""

import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.__main__ import main

NAMES = st.sampled_from(["a", "b", "class", "x y"])
small = st.integers(-2, 4)
scalars = st.one_of(
    st.none(), st.booleans(), small, st.sampled_from([0.5, 1.0, -1.5]), st.sampled_from(["", "a", "ab"])
)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(NAMES, v, max_size=3), max_leaves=6)


def some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


def typed(kind: str, rest: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(rest, st.booleans()).map(lambda t: {"type": [kind, "null"] if t[1] else kind, **t[0]})


numbers = some(minimum=small, maximum=small, exclusiveMinimum=small, multipleOf=st.sampled_from([1, 2, 0.5]))
leaves = st.one_of(
    typed(
        "string", some(minLength=st.integers(0, 2), maxLength=st.integers(0, 2), pattern=st.sampled_from(["^a", "b$"]))
    ),
    typed("integer", numbers),
    typed("number", numbers),
    typed("boolean", st.just({})),
    st.builds(lambda v: {"enum": v}, st.lists(scalars, min_size=1, max_size=3, unique_by=lambda v: (type(v), v))),
    st.builds(lambda v: {"const": v}, values),
    st.sampled_from([{}, {"$ref": "#/components/schemas/Tree"}, {"type": ["string", "integer"]}]),
)


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    counts = st.integers(0, 2)
    more = st.one_of(st.booleans(), inner)
    return st.one_of(
        typed("array", some(items=inner, minItems=counts, maxItems=counts, uniqueItems=st.booleans())),
        typed("array", some(prefixItems=st.lists(inner, min_size=1, max_size=2), contains=inner)),
        typed(
            "object",
            some(
                properties=st.dictionaries(NAMES, inner, max_size=3),
                required=st.lists(NAMES, unique=True, max_size=2),
                additionalProperties=more,
                minProperties=counts,
                maxProperties=counts,
            ),
        ),
        typed(
            "object", some(properties=st.dictionaries(NAMES, inner, max_size=2), patternProperties=st.just({"^x": {}}))
        ),
        st.builds(lambda s: {"oneOf": s}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda s: {"anyOf": s}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda s, t: {"type": "object", **s, "not": t}, some(properties=st.dictionaries(NAMES, inner)), inner
        ),
    )


schemas = st.recursive(leaves, nested, max_leaves=5)
TREE = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
}


@settings(
    max_examples=30,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_decoders_agree_with_json_schema(workplace: Path, forgotten: Any, data: st.DataObject) -> None:
    drawn = {f"S{i}x": data.draw(schemas) for i in range(20)}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {**drawn, "Tree": TREE}},
    }
    shutil.rmtree("agree", ignore_errors=True)
    Path("spec.json").write_text(json.dumps(document))
    main(["spec.json", "agree"])
    forgotten("agree")
    models: Any = importlib.import_module("agree.models.spec")
    contract: Any = importlib.import_module("agree.contract")
    for name, schema in drawn.items():
        decoder = msgspec.json.Decoder(getattr(models, name), dec_hook=contract.hook)
        validator = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
        for value in data.draw(st.lists(values, min_size=12, max_size=12)):
            try:
                contract.decode_json(json.dumps(value).encode(), decoder)
                accepted = True
            except contract.Mismatch:
                accepted = False
            assert accepted == validator.is_valid(value), (schema, value)
