"""Every operation says what the server has to know of it, and every example keeps to its schema."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

HERE = Path(__file__).parent
FACTS: dict[str, Any] = json.loads((HERE / "reference-facts.json").read_text(encoding="utf8"))
BUNDLE: dict[str, Any] = json.loads((HERE.parents[1] / "generated" / "openapi.json").read_text(encoding="utf8"))
SCHEMAS: dict[str, Any] = BUNDLE["components"]["schemas"]
VERBS = {"get", "post", "put", "patch", "delete"}
LEVELS = {"see", "use", "change", "own"}
OBJECTS = {"data", "job", "project", "commit", "run", "experiment", "model", "query", "held"}
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: {
        **operation,
        "method": method,
        "path": path,
        "parameters": item.get("parameters", []) + operation.get("parameters", []),
    }
    for path, item in BUNDLE["paths"].items()
    for method, operation in item.items()
    if method in VERBS
}
every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))


def _at(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = BUNDLE
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _faults(schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with the value, in the validator's words."""
    whole = {"allOf": [schema], "components": BUNDLE["components"]}
    checker = OAS30Validator.FORMAT_CHECKER
    return [each.message for each in OAS30Validator(whole, format_checker=checker).iter_errors(value)]


def _media(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The JSON contents of the request, the successes and the errors of an operation."""
    holders = [operation["requestBody"]] if "requestBody" in operation else []
    holders += operation["responses"].values()
    return [_at(each)["content"]["application/json"] for each in holders if "application/json" in _at(each)["content"]]


def _body_fields(operation: dict[str, Any]) -> set[str]:
    if "requestBody" not in operation:
        return set()
    content = _at(operation["requestBody"])["content"]
    return {name for media in content.values() for name in _at(media["schema"]).get("properties", {})}


def test_the_bundle_is_valid_openapi() -> None:
    assert BUNDLE["openapi"] == "3.0.3"
    validate(BUNDLE)


def test_operations_and_actions_have_names_of_their_own() -> None:
    total = sum(method in VERBS for item in BUNDLE["paths"].values() for method in item)
    assert len(OPERATIONS) == total
    assert len({each["x-action"] for each in OPERATIONS.values()}) == total


@every_operation
def test_an_operation_is_named_and_told(operation: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
    assert re.fullmatch(r"[A-Z][A-Za-z]+", operation["x-action"])
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in {each["name"] for each in BUNDLE["tags"]}
    assert 5 < len(operation["summary"]) < 80
    assert len(operation["description"]) > 20
    assert operation["description"] != operation["summary"]
    assert operation["x-answered-by"] in {"local", "quarantine"}


@every_operation
def test_a_permission_names_a_level_and_what_it_is_on(operation: dict[str, Any]) -> None:
    permission = operation["x-permission"]
    if permission == "public":
        assert operation["security"] == []
        return
    assert "security" not in operation
    assert permission["level"] in LEVELS
    if permission["on"] in {"session", "action"}:
        assert set(permission) == {"level", "on"}
        return
    assert permission["on"] in OBJECTS
    names = {_at(each)["name"] for each in operation["parameters"]}
    keys = permission["keys"] if "keys" in permission else [permission["key"]]
    assert set(keys) <= names | _body_fields(operation)


@every_operation
def test_every_path_parameter_is_declared_and_bounded(operation: dict[str, Any]) -> None:
    parameters = [_at(each) for each in operation["parameters"]]
    declared = {each["name"] for each in parameters if each["in"] == "path"}
    assert declared == set(re.findall(r"{(\w+)}", operation["path"]))
    for each in parameters:
        schema = _at(each["schema"])
        assert {"enum", "pattern", "minimum", "maxLength"} & set(schema) or schema["type"] == "boolean", each["name"]
        assert each["description"]


@every_operation
def test_an_operation_lists_the_ways_in_which_it_fails(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    wanted = {"default", "400"}
    if operation["x-permission"] != "public":
        wanted.add("401")
        if operation["x-permission"]["on"] in OBJECTS:
            wanted.add("404")
    if "requestBody" in operation:
        wanted |= {"413", "415"}
    assert wanted <= set(responses)
    for status, response in responses.items():
        assert isinstance(status, str)
        assert _at(response)["description"]
        if status[0] in "45d":
            assert set(_at(response)["content"]) == {"application/json"}
            assert _at(response)["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    assert "401" not in responses or "WWW-Authenticate" in _at(responses["401"])["headers"]


@every_operation
def test_every_body_has_an_example_that_keeps_to_its_schema(operation: dict[str, Any]) -> None:
    for media in _media(operation):
        assert _faults(media["schema"], media["example"]) == []


@every_operation
def test_every_success_is_a_json_object_or_a_stream_of_them(operation: dict[str, Any]) -> None:
    if "text/event-stream" in _at(operation["responses"]["200"])["content"]:
        assert operation["x-extension"] is True
        return
    schema = _at(operation["responses"]["200"])["content"]["application/json"]["schema"]
    assert _at(schema)["type"] == "object"


@pytest.mark.parametrize("name", sorted(name for name, each in SCHEMAS.items() if "example" in each))
def test_the_example_of_a_schema_keeps_to_it(name: str) -> None:
    assert _faults(SCHEMAS[name], SCHEMAS[name]["example"]) == []


@every_operation
def test_an_alias_leads_to_an_operation_by_a_way_that_is_free(operation: dict[str, Any]) -> None:
    taken = {(each["method"].upper(), re.sub(r"{\w+}", "{}", each["path"])) for each in OPERATIONS.values()}
    for alias in operation.get("x-aliases", []):
        if "path" in alias:
            way = (alias["method"], re.sub(r"{\w+}", "{}", alias["path"]))
            assert (way in taken) == (alias.get("when") == "body")
            assert set(re.findall(r"{(\w+)}", alias["path"])) <= set(re.findall(r"{(\w+)}", operation["path"]))
        elif "body" in alias:
            assert set(alias["body"].values()) <= _body_fields(operation)
        else:
            assert set(alias["query"].values()) <= set(re.findall(r"{(\w+)}", operation["path"]))


def _strings(node: object, path: str) -> list[str]:
    """Paths of the string schemas below the node that have no bound on their length."""
    if isinstance(node, list):
        return [each for index, part in enumerate(node) for each in _strings(part, f"{path}/{index}")]
    if not isinstance(node, dict):
        return []
    own = [path] if node.get("type") == "string" and not {"enum", "maxLength"} & set(node) else []
    return own + [each for name, part in node.items() if name != "example" for each in _strings(part, f"{path}/{name}")]


def test_every_text_has_a_longest_form() -> None:
    assert _strings(SCHEMAS, "") == []


# Placeholders and misprints of the printed samples, and a value of the right kind.
STANDS_FOR = {
    "uuid": ("string", "6af92043-33db-4c27-8b38-e8733f4713c2"),
    "user_email": ("1", "user@dq0.io"),
    "hostname": ("string", "localhost"),
    "port": (0, 9000),
    "request_uri": ("string", "/api"),
    "scheme": ("string", "http"),
    "roles": ([0], [1]),
    "state": ("string", "confirmed"),
}


def _corrected(field: str, value: object) -> object:
    wrong, right = STANDS_FOR.get("uuid" if field.endswith("uuid") else field, (None, None))
    if field == "user_email" and "@" not in str(value):
        return right
    return right if value == wrong else value


def _accepted(operation: dict[str, Any], body: dict[str, object]) -> list[str]:
    """The faults of a request body after its old field names were replaced by today's."""
    aliases = [each["body"] for each in operation.get("x-aliases", []) if "body" in each]
    renamed = {old: new for names in aliases for old, new in names.items()}
    content = _at(operation["requestBody"])["content"]["application/json"]
    return _faults(content["schema"], {renamed.get(field, field): value for field, value in body.items()})


PRINTED = [fact for fact in FACTS["operations"] if fact["body_example"]]


@pytest.mark.parametrize("fact", PRINTED, ids=lambda fact: str(fact["name"]))
def test_a_printed_request_is_accepted(fact: dict[str, Any]) -> None:
    name = fact["name"].removesuffix("Request").casefold()
    operation = next(each for each in OPERATIONS.values() if each["x-action"].casefold() == name)
    body = {field: _corrected(field, value) for field, value in fact["body_example"].items()}
    assert _accepted(operation, body) == []


U = "78fbda3a-6530-45ba-83b0-fe2d7dda899d"
QUERY = {"query": "SELECT COUNT(*) FROM a.b", "datasets": "one,two", "epsilon": 1.0, "tau": 0.0, "private_column": ""}
RUN = {"project_uuid": U, "commit_uuid": U, "ml_project_entry_point": "train_use_dq0_makedp"}
SENT = [
    ("create_project", {"working_dir": "/home/somebody/work", "name": "income"}),
    ("attach_project_data", {"data_uuid": U, "data_name": "census"}),
    ("detach_project_data", {"data_uuid": U, "data_name": "census"}),
    ("create_run", {**RUN, "args": ""}),
    ("create_run", {**RUN, "args": {"epochs": 5, "target-epsilon": 0.5, "shuffle": True, "name": "x"}}),
    ("create_run", {**RUN, "args": {"entry-point": "x", "job-type": "query.run", "query-encoded": "U0VMRUNU"}}),
    ("register_model", {"job_uuid": U, "run_uuid": U, "model_path": "pyfunc_model"}),
    ("predict_model", {"model_uuid": U, "input_data": "[[1, 2.5], [3, 4]]", "input_type": "json"}),
    ("create_query", {**QUERY, "permissions": None, "params": None, "project_uuid": U}),
    ("create_query", {**QUERY, "epsilon": 1, "tau": 0, "permissions": "households<75", "params": "p1=123"}),
    ("create_query", {**QUERY, "permissions": ["households<75"], "params": ["p1=123"]}),
    ("run_commit", {"args": ""}),
]


@pytest.mark.parametrize(("name", "body"), SENT, ids=lambda each: each if isinstance(each, str) else "")
def test_what_the_public_client_sends_is_accepted(name: str, body: dict[str, object]) -> None:
    assert _accepted(OPERATIONS[name], body) == []
