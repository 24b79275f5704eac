"""The table of commands: names by rule or by `x-command`, options from parameters and bodies, no text that is code."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.command_names import context_of, derived

OK = {"200": {"description": "ok"}}


def commands(generate: Any, paths: dict[str, Any], name: str, **root: Any) -> dict[str, Any]:
    generate(paths=paths, name=name, **root)
    return {f"{c.context} {c.name}": c for c in importlib.import_module(f"{name}.commands").COMMANDS}


@pytest.mark.parametrize(
    ("tag", "operation", "command"),
    [
        ("users", "list_users", "user list"),
        ("users", "user_login", "user login"),
        ("queries", "get_query", "query info"),
        ("queries", "cancel_query", "query cancel"),
        ("proxies", "get_current_proxy", "proxy current"),
        ("groups", "add_group_role", "group add-role"),
        ("data", "set_data_permission", "data set-permission"),
        ("privacy", "list_budgets", "privacy budgets"),
        ("auth", "auth_logout", "auth logout"),
        ("pets", "showPetById", "pet show-by-id"),
        ("status", "get /status", "status info"),
    ],
)
def test_a_name_follows_from_the_tag_and_the_operation(tag: str, operation: str, command: str) -> None:
    assert f"{context_of(tag)} {derived(tag, operation)}" == command


def test_options_are_the_parameters_and_the_fields_of_the_body(generate: Any) -> None:
    body = {
        "type": "object",
        "required": ["name", "secret"],
        "properties": {
            "name": {"type": "string", "description": "How it is called."},
            "secret": {"type": "string", "format": "password"},
            "text": {"type": "string", "maxLength": 1_000_000},
            "tags": {"oneOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
            "args": {"oneOf": [{"type": "object"}, {"type": "string", "enum": [""]}]},
            "level": {"type": "integer", "enum": [0, 1], "default": 1, "x-enum-varnames": ["none", "see"]},
            "pet_id": {"type": "integer"},
            "seen": {"type": "string", "readOnly": True},
            "json": {"type": "boolean"},
        },
    }
    post = {
        "operationId": "add_pet",
        "tags": ["pets"],
        "parameters": [
            {"name": "pet_id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": OK,
    }
    made = commands(generate, {"/pets/{pet_id}": {"post": post}}, "of_pets")["pet add"]
    options = {o.flag: o for o in made.options}
    assert [o.flag for o in made.options if o.required] == ["pet-id", "name", "secret"]
    assert set(options) == {
        "pet-id", "page", "name", "secret", "text", "tags", "args", "level", "json-in-body",
    }  # fmt: skip
    assert (options["name"].help, options["secret"].secret, options["text"].files) == (
        "How it is called.",
        True,
        ("text-file",),
    )
    assert (options["tags"].kind, options["tags"].many, options["args"].kind) == ("string", True, "object")
    assert options["level"].names == ("none", "see")
    assert (options["level"].choices, options["level"].default, options["page"].where) == ((0, 1), 1, "query")
    assert (made.arguments, made.body_required, made.media) == (("pet_id",), True, "application/json")


def test_x_command_names_a_command_and_may_name_several(generate: Any) -> None:
    notes = [
        {"name": "begin", "arguments": ["kind"], "waits": True},
        {"context": "model", "name": "train", "values": {"kind": "fit"}, "flags": {"what": "kind"}},
    ]
    parameters = [{"name": "kind", "in": "query", "schema": {"type": "string"}}]
    post = {"operationId": "create_run", "tags": ["runs"], "parameters": parameters, "responses": OK}
    made = commands(generate, {"/runs": {"post": {**post, "x-command": notes}}}, "of_runs")
    assert set(made) == {"run begin", "model train"}
    assert (made["run begin"].arguments, made["run begin"].waits) == (("kind",), True)
    assert (made["model train"].values, made["model train"].options[0].more_flags) == ((("kind", "fit"),), ("what",))


def test_nothing_is_deleted_because_of_the_folder_that_one_stands_in(generate: Any) -> None:
    parameters = [{"name": "data_uuid", "in": "path", "required": True, "schema": {"type": "string"}}]
    item = {
        method: {"operationId": f"{method}_data", "tags": ["data"], "parameters": parameters, "responses": OK}
        for method in ("get", "delete")
    }
    made = commands(generate, {"/data/{data_uuid}": item}, "of_data")
    assert made["data info"].options[0].source == "data_uuid"
    assert made["data delete"].options[0].source == ""


def test_two_operations_that_would_share_a_command_get_their_own_in_any_specification(generate: Any) -> None:
    paths = {
        f"/{name}": {"get": {"operationId": name, "tags": ["pets"], "responses": OK}} for name in ("getPet", "get_pets")
    }
    made = commands(generate, paths, "shared")
    assert len(made) == 2
    assert {c.operation for c in made.values()} == {"getPet", "get_pets"}


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("{context: user, name: list}", "has the command"),
        ("{name: Not Kebab}", "is no command"),
        ("{nmae: x}", "is no command"),
        ("{arguments: [nothing]}", "speaks of"),
        ("{supplied: {name: moon}}", "is no command"),
        ("text", "is no command"),
    ],
)
def test_a_wrong_x_command_is_told_with_its_line(
    project: Any, capsys: pytest.CaptureFixture[str], note: str, said: str
) -> None:
    project.edit("spec/users.yaml", "x-action: UserUpdate", f"x-action: UserUpdate\n      x-command: {note}")
    assert main([*project.flags]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "spec/users.yaml:" in told
    assert not (project / "out").exists()


def test_texts_of_a_specification_stay_texts(generate: Any, workplace: Path) -> None:
    nasty = '"""\\"); open("harm", "w"); ("\n\n{{ 7 * 7 }}\u202e'
    operation = {
        "operationId": nasty,
        "tags": [nasty],
        "summary": nasty,
        "description": nasty,
        "parameters": [{"name": nasty, "in": "query", "description": nasty, "schema": {"enum": [nasty]}}],
        "responses": OK,
    }
    made = commands(generate, {"/x": {"get": operation}}, "nasty", tags=[{"name": nasty, "description": nasty}])
    assert not (workplace / "harm").exists()
    (only,) = made.values()
    assert (only.operation, only.options[0].wire, only.options[0].choices) == (nasty, nasty, (nasty,))
    assert only.help.isprintable()
