"""The bundle holds every operation and every schema that the reference printed or lost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FACTS: dict[str, Any] = json.loads((HERE / "reference-facts.json").read_text(encoding="utf8"))
BUNDLE: dict[str, Any] = json.loads((HERE.parents[1] / "generated" / "openapi.json").read_text(encoding="utf8"))
VERBS = {"get", "post", "put", "patch", "delete"}
# The reference lost the paths of these; they were found again after its own style.
RECOVERED = {
    "ActionPermissionSet": ("post", "/actions/set-permission"),
    "GroupAddRole": ("post", "/groups/add-role"),
    "GroupRemoveRole": ("post", "/groups/remove-role"),
    "ProjectSetPermission": ("post", "/projects/set-permission"),
    "RoleAddGroup": ("post", "/roles/add-group"),
    "RoleRemoveGroup": ("post", "/roles/remove-group"),
    "RoleSetPermission": ("post", "/roles/set-permission"),
    "UserAddGroup": ("post", "/users/add-group"),
    "UserAddRole": ("post", "/users/add-role"),
    "UserProfileUpdate": ("patch", "/users/profile"),
    "UserRemoveGroup": ("post", "/users/remove-group"),
    "UserRemoveRole": ("post", "/users/remove-role"),
}
# Lists that another operation was printed over.
LISTS = {
    "ActionList": "/actions",
    "GroupList": "/groups",
    "ProjectList": "/projects",
    "RoleList": "/roles",
    "UserList": "/users",
}


def _wanted() -> list[dict[str, Any]]:
    wanted = [
        {
            "name": fact["name"].removesuffix("Request"),
            "method": fact["method"].lower(),
            "path": fact["path"],
            "tag": fact["tag"],
            "query": [each for each in fact["parameters"] if each["in"] == "query"],
            "request": fact["request_body"] and fact["request_body"]["schema"],
            "response": fact["responses"].get("200"),
        }
        for fact in FACTS["operations"]
        if fact["name"].removesuffix("Request") not in RECOVERED
    ]
    for name, (method, path) in RECOVERED.items():
        bodies = {"request": f"{name}RequestBody", "response": f"{name}ResponseBody"}
        wanted.append({"name": name, "method": method, "path": path, "tag": path.split("/")[1], "query": [], **bodies})
    paging = [{"name": name, "type": "integer(int64)"} for name in ("page", "page_size")]
    for name, path in LISTS.items():
        wanted.append(
            {
                "name": name,
                "method": "get",
                "path": path,
                "tag": path[1:],
                "query": paging,
                "request": None,
                "response": f"{name}ResponseBody",
            }
        )
    return wanted


WANTED = _wanted()


def _at(node: dict[str, Any]) -> dict[str, Any]:
    """The node that a $ref, or a chain of them, stands for."""
    while "$ref" in node:
        found: Any = BUNDLE
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _branches(node: dict[str, Any]) -> list[dict[str, Any]]:
    node = _at(node)
    return [node] + [
        each for word in ("oneOf", "anyOf", "allOf") for part in node.get(word, []) for each in _branches(part)
    ]


def _fields(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: each for part in _branches(node) for name, each in part.get("properties", {}).items()}


def _required(node: dict[str, Any]) -> set[str]:
    return {name for part in _branches(node) for name in part.get("required", [])}


def _admits(node: dict[str, Any], documented: str) -> bool:
    """Whether a value of the documented type, such as `[string]` or `integer(int64)`, fits the schema."""
    branches = _branches(node)
    if documented.startswith("["):
        inner = documented.strip("[]")
        arrays = [each for each in branches if each.get("type") == "array"]
        return any(inner[0].isupper() or _admits(each["items"], inner) for each in arrays)
    base, _, form = documented.rstrip(")").partition("(")
    return any(each.get("type") == base and (not form or each.get("format") == form) for each in branches)


def _shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


OPERATIONS: dict[tuple[str, str], dict[str, Any]] = {
    (method, _shape(path)): {**operation, "shared": item.get("parameters", [])}
    for path, item in BUNDLE["paths"].items()
    for method, operation in item.items()
    if method in VERBS
}


def _content(node: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = _at(node)["content"]["application/json"]["schema"]
    return schema


def _named(wanted: dict[str, Any]) -> str:
    return str(wanted["name"])


def _operation(wanted: dict[str, Any]) -> dict[str, Any]:
    return OPERATIONS[wanted["method"], _shape(wanted["path"])]


def test_there_are_ninety_nine_operations_beside_the_extensions() -> None:
    own = [each for each in OPERATIONS.values() if not each.get("x-extension", False)]
    assert len(WANTED) == 99
    assert len(own) == 99


@pytest.mark.parametrize("wanted", WANTED, ids=_named)
def test_an_operation_of_the_reference_is_there_under_its_tag(wanted: dict[str, Any]) -> None:
    operation = _operation(wanted)
    assert wanted["tag"] in operation["tags"]
    assert not operation.get("x-extension", False)
    assert "default" in operation["responses"]
    if wanted["name"] != "ProxiesCurrent":
        assert operation["x-action"].casefold() == wanted["name"].casefold()


@pytest.mark.parametrize("wanted", WANTED, ids=_named)
def test_an_operation_takes_the_query_parameters_of_the_reference(wanted: dict[str, Any]) -> None:
    operation = _operation(wanted)
    parameters = [_at(each) for each in operation.get("parameters", []) + operation["shared"]]
    have = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    in_path = set(re.findall(r"{(\w+)}", wanted["path"]))
    for fact in wanted["query"]:
        if fact["name"] in in_path:
            assert {"query": {fact["name"]: fact["name"]}} in operation["x-aliases"]
        else:
            assert _admits(have[fact["name"]], fact["type"]), fact["name"]


@pytest.mark.parametrize("wanted", WANTED, ids=_named)
def test_bodies_carry_the_fields_of_the_reference(wanted: dict[str, Any]) -> None:
    operation = _operation(wanted)
    if wanted["request"]:
        have = _fields(_content(operation["requestBody"]))
        assert set(FACTS["schemas"][wanted["request"]]) <= set(have)
    if wanted["response"]:
        have = _fields(_content(operation["responses"]["200"]))
        assert set(FACTS["schemas"][wanted["response"]]) <= set(have)


def test_every_schema_of_the_reference_is_there_under_its_name() -> None:
    assert len(FACTS["schemas"]) == 166
    assert set(FACTS["schemas"]) <= set(BUNDLE["components"]["schemas"])


@pytest.mark.parametrize("name", sorted(FACTS["schemas"]))
def test_a_schema_has_the_fields_types_and_needs_of_the_reference(name: str) -> None:
    schema = BUNDLE["components"]["schemas"][name]
    have, required = _fields(schema), _required(schema)
    for field, fact in FACTS["schemas"][name].items():
        assert _admits(have[field], fact["type"]), field
        assert field in required or not fact["required"], field
