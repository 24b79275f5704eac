"""The spec review as a whole: properties that hold for all specs, recursion, handlers, Markdown."""

import copy
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diff_document import Unusable
from generator.diff_report import markdown, named_in, unnamed
from generator.diff_review import review

Json = dict[str, Any]

NAMES = st.text(min_size=1, max_size=6) | st.sampled_from(["id", "name", "description", "default", "a.b", "`|\n<b>@me"])
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean"]),
        "format": st.sampled_from(["int32", "int64", "uuid"]),
        "minimum": st.integers(-5, 5),
        "maxLength": st.integers(0, 9),
        "enum": st.lists(st.text(max_size=4) | st.integers(0, 3), max_size=3),
        "nullable": st.booleans(),
        "description": st.text(max_size=5),
        "pattern": st.text(max_size=4),
    },
)
REFERENCES = st.sampled_from(["A", "B"]).map(lambda name: {"$ref": f"#/components/schemas/{name}"})


def grown(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
        optional={"required": st.lists(NAMES, max_size=2), "additionalProperties": st.booleans() | inner},
    )
    arrays = st.fixed_dictionaries({"type": st.just("array"), "items": inner})
    mixed = st.sampled_from(["allOf", "oneOf", "anyOf"]).flatmap(
        lambda keyword: st.fixed_dictionaries({keyword: st.lists(inner, min_size=1, max_size=3)})
    )
    return objects | arrays | mixed


SCHEMAS = st.recursive(LEAVES | REFERENCES, grown, max_leaves=6)


@st.composite
def specs(draw: st.DrawFn) -> Json:
    def operation(number: int) -> Json:
        found: Json = {"operationId": f"op_{number}", "responses": {"200": content(draw(SCHEMAS))}}
        found["parameters"] = [
            {"name": name, "in": "query", "required": draw(st.booleans()), "schema": draw(LEAVES)}
            for name in draw(st.lists(NAMES, max_size=2, unique=True))
        ]
        if draw(st.booleans()):
            found["requestBody"] = content(draw(SCHEMAS))
        return found

    paths = draw(st.lists(st.sampled_from(["/a", "/b/{id}", "/c`|*"]), max_size=2, unique=True))
    return {
        "openapi": "3.0.3",
        "info": {"title": draw(st.text(max_size=4)), "version": "1"},
        "paths": {path: {"post": operation(number)} for number, path in enumerate(paths)},
        "components": {"schemas": {"A": draw(SCHEMAS), "B": draw(SCHEMAS)}},
    }


def content(schema: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def shuffled(node: Any, order: random.Random) -> Any:
    if isinstance(node, list):
        return [shuffled(item, order) for item in node]
    if not isinstance(node, dict):
        return node
    names = list(node)
    order.shuffle(names)
    return {name: shuffled(node[name], order) for name in names}


def readable(one: Json, other: Json) -> bool:
    try:
        # What is equal on both sides is not looked into.
        review(one, other)
    except Unusable:
        return False  # such as a schema that is nothing but a reference to itself
    return True


@settings(deadline=None)
@given(specs())
def test_a_spec_compared_with_itself_shows_nothing(spec: Json) -> None:
    if readable(spec, spec):
        assert markdown(review(spec, copy.deepcopy(spec)), Counter()) == "# Spec review: nothing changed\n"


@settings(deadline=None)
@given(specs(), specs(), st.randoms(use_true_random=False))
def test_a_review_is_the_same_every_time_whatever_the_order_of_keys(
    one: Json, other: Json, order: random.Random
) -> None:
    if readable(one, other):
        outcome = review(one, other)
        assert review(shuffled(one, order), shuffled(other, order)) == outcome
        assert markdown(outcome, Counter()) == markdown(review(one, other), Counter())


@settings(deadline=None)
@given(specs(), specs())
def test_a_ledger_that_holds_every_printed_key_silences_the_review(one: Json, other: Json) -> None:
    if readable(one, other):
        outcome = review(one, other)
        printed = named_in(markdown(outcome, Counter()))
        assert unnamed(outcome, printed) == []
        assert bool(unnamed(outcome, Counter())) == bool(outcome.breaking)


@settings(deadline=None)
@given(specs(), specs())
def test_every_line_of_the_markdown_is_our_own_whatever_a_spec_is_called(one: Json, other: Json) -> None:
    if readable(one, other):
        for line in markdown(review(one, other), Counter()).splitlines():
            assert line == "" or line.startswith(("# Spec review: ", "## ", "- ", "  - ")), line


def tree(limit: int) -> Json:
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": limit},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }
    post = {"operationId": "plant", "requestBody": content({"$ref": "#/components/schemas/Tree"}), "responses": {}}
    return {"paths": {"/trees": {"post": post}}, "components": {"schemas": {"Tree": node}}}


def test_a_schema_that_refers_to_itself_is_compared_once() -> None:
    found = [finding.key for finding in review(tree(9), tree(5)).findings]
    assert found == ["POST /trees request.name maxLength"]


def test_schemas_that_refer_to_each_other_in_many_ways_are_compared_in_no_time() -> None:
    def web(limit: int) -> Json:
        document = tree(limit)
        names = [f"N{number}" for number in range(40)]
        fields = {name: {"$ref": f"#/components/schemas/{name}"} for name in [*names, "Tree"]}
        document["components"]["schemas"] |= {name: {"type": "object", "properties": fields} for name in names}
        document["components"]["schemas"]["Tree"]["properties"] |= fields
        return document

    assert [finding.key for finding in review(web(9), web(5)).findings] == ["POST /trees request.name maxLength"]


def test_schemas_that_merge_into_each_other_come_to_an_end() -> None:
    def merging(limit: int) -> Json:
        document = tree(limit)
        other, text = {"$ref": "#/components/schemas/Other"}, {"type": "string", "maxLength": limit}
        again: Json = {"properties": {"x": {"$ref": "#/components/schemas/Tree"}, "y": other, "name": text}}
        document["components"]["schemas"]["Tree"] = {
            "allOf": [again, {"properties": {"x": other, "y": {"allOf": [other]}}}]
        }
        document["components"]["schemas"]["Other"] = {"allOf": [{"properties": {"x": other}}, again]}
        return document

    found = [finding.key for finding in review(merging(9), merging(5)).findings]
    assert "POST /trees request.name maxLength" in found
    assert len(found) < 20


def test_a_reference_that_leads_nowhere_is_unusable() -> None:
    broken = tree(1)
    broken["components"] = {}
    with pytest.raises(Unusable, match="leads nowhere"):
        review(broken, broken)


def test_a_path_parameter_may_be_renamed_without_breaking_a_client_but_not_a_handler() -> None:
    def users(name: str) -> Json:
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
        rule = {"level": "see", "on": "action", "key": name}
        get = {
            "operationId": "get_user",
            "tags": ["users"],
            "parameters": [parameter],
            "x-permission": rule,
            "responses": {},
        }
        return {"paths": {f"/users/{{{name}}}": {"get": get}}}

    outcome = review(users("id"), users("user_id"))
    assert outcome.breaking == ()
    assert [(change.before, change.after) for change in outcome.handlers] == [
        (
            ("handlers/users.py", "get_user(context, id: int) -> None"),
            ("handlers/users.py", "get_user(context, user_id: int) -> None"),
        )
    ]


def test_a_handler_takes_path_then_body_then_the_rest_by_keyword_in_order() -> None:
    def operation(*parameters: Json, **rest: Any) -> Json:
        post = {"operationId": "ask", "tags": ["queries"], "parameters": list(parameters)}
        post |= {"responses": {"200": content({"$ref": "#/components/schemas/Answer"})}} | rest
        answer = {"type": "object", "properties": {"n": {"type": "integer"}}}
        return {"paths": {"/q/{b}/{a}": {"post": post}}, "components": {"schemas": {"Answer": answer, "Ask": answer}}}

    path = [{"name": name, "in": "path", "schema": {"type": "string"}} for name in ("a", "b")]
    rest: list[Json] = [
        {"name": "z", "in": "query", "schema": {"type": "integer", "default": 3}},
        {"name": "from", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    ]
    after = operation(*path, *rest, requestBody=content({"$ref": "#/components/schemas/Ask"}))
    (change,) = review(operation(*path), after).handlers
    assert change.before == ("handlers/queries.py", "ask(context, b: str, a: str) -> Answer")
    assert change.after == (
        "handlers/queries.py",
        "ask(context, b: str, a: str, body: Ask | None, *, from_: list[str] | None = None, z: int = 3) -> Answer",
    )


def test_prose_is_counted_and_breaks_nothing() -> None:
    before = tree(3)
    after = copy.deepcopy(before)
    after["paths"]["/trees"]["post"]["summary"] = "Plant a tree."
    after["components"]["schemas"]["Tree"]["description"] = "It grows."
    outcome = review(before, after)
    assert (outcome.findings, outcome.handlers, outcome.wording) == ((), (), 2)
    assert "## Documentation\n\n- 2 texts changed" in markdown(outcome, Counter())


def test_a_property_called_description_is_no_prose() -> None:
    def described(kind: str) -> Json:
        document = tree(3)
        document["components"]["schemas"]["Tree"]["properties"]["description"] = {"type": kind}
        return document

    outcome = review(described("string"), described("integer"))
    assert [finding.key for finding in outcome.breaking] == ["POST /trees request.description type"]


def test_the_line_for_a_lower_maximum_reads_as_a_sentence() -> None:
    def epsilon(maximum: int) -> Json:
        schema = {"type": "object", "properties": {"epsilon": {"type": "number", "maximum": maximum}}}
        return {"paths": {"/queries": {"post": {"operationId": "q", "requestBody": content(schema), "responses": {}}}}}

    assert markdown(review(epsilon(1000), epsilon(10)), Counter()) == (
        "# Spec review: 1 breaking change not named by the ledger\n\n## Breaking\n\n"
        "- **POST /queries** `epsilon` in the request: the maximum went from 1000 to 10"
        " (narrower: clients that send more get 400)\n"
        "  - to accept it, name it in the ledger: `breaking: POST /queries request.epsilon maximum`\n"
    )


def many(maximum: int, paths: int) -> Json:
    schema = {"type": "integer", "maximum": maximum}
    parameter = {"name": "page_size", "in": "query", "schema": schema}
    return {
        "paths": {
            f"/list{number}": {"get": {"operationId": f"list_{number}", "parameters": [parameter], "responses": {}}}
            for number in range(paths)
        }
    }


def test_one_change_in_many_operations_is_one_line_and_one_key() -> None:
    outcome = review(many(9, 5), many(5, 5))
    text = markdown(outcome, Counter())
    assert text.count("the maximum went") == 1
    assert "**5 operations** query parameter `page_size`" in text
    assert unnamed(outcome, named_in("`breaking: * query.page_size maximum`")) == []
    assert unnamed(outcome, named_in("`breaking: GET /list0 query.page_size maximum`"))


def test_a_star_does_not_name_what_was_not_printed_with_one() -> None:
    outcome = review(many(9, 2), many(5, 2))
    assert len(unnamed(outcome, named_in("`breaking: * query.page_size maximum`"))) == 2


HOSTILE = "x`\n\n# Owned | <img src=x onerror=alert(1)> [link](https://example.org) @everyone ![p](q) \u202e"


def test_hostile_names_stay_inside_code_spans() -> None:
    def hostile(value: str) -> Json:
        schema = {"type": "object", "properties": {HOSTILE: {"type": "string", "enum": [value], "pattern": value}}}
        post = {"operationId": HOSTILE + value, "tags": [HOSTILE], "requestBody": content(schema), "responses": {}}
        return {"paths": {f"/{HOSTILE}": {"post": post}}}

    text = markdown(review(hostile("a" + HOSTILE), hostile("b" + HOSTILE)), Counter())
    bare = "".join(_outside_code(line) for line in text.splitlines())
    assert not any(mark in bare for mark in ("Owned", "<", "](", "@", "|", "\u202e"))
    assert named_in(text)


def _outside_code(line: str) -> str:
    """The line without its code spans, read as Markdown does: a span ends at a run as long as the one that began it."""
    left, at = "", 0
    while at < len(line):
        run = len(line[at:]) - len(line[at:].lstrip("`"))
        if not run:
            left += line[at]
            at += 1
            continue
        end = at + run
        while end < len(line):
            length = len(line[end:]) - len(line[end:].lstrip("`"))
            if length == run:
                break
            end += max(length, 1)
        at = end + run
    return left


@pytest.mark.parametrize("odd", [None, [], "text", 7, {"paths": []}, {"paths": {"/a": {"get": {"parameters": 7}}}}])
def test_odd_documents_are_compared_as_far_as_they_go_or_refused(odd: Any) -> None:
    try:
        review(odd, json.loads(json.dumps(odd)))
    except Unusable as fault:
        assert str(fault) == "the specification has no paths"
