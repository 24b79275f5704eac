"""What is wrong with a specification is named with file and line, and with what would be right."""

import re
from typing import Any

import pytest

from generator.__main__ import main

HOUSE: list[tuple[str, str, str, str]] = [
    ("users", "      x-action: UserList\n", "", r"users\.yaml:4: GET /users has no x-action; "),
    ("users", "      x-permission: public\n", "", r"users\.yaml:21: PATCH /users/\{user_id\} has no x-permission"),
    (
        "users",
        "      x-permission: public\n",
        "      x-permission: public\n      x-roles: {auditors: much}\n",
        r"users\.yaml:27: x-roles is .*; write \{role: none",
    ),
    ("users", "x-answered-by: local", "x-answered-by: here", r"users\.yaml:27: x-answered-by is \"here\"; write local"),
    ("users", "x-action: UserUpdate", "x-action: UserList", r"users\.yaml:25: .* has the x-action \"UserList\" of GET"),
    ("users", "operationId: update_user", "operationId: list_users", r"users\.yaml:22: the operationId \"list_users\""),
    ("users", "      description: One page of them.\n", "", r"users\.yaml:4: GET /users has no description"),
    ("users", "        default: {$ref: 'common.yaml#/components/responses/Error'}\n", "", r"has no default response"),
    ("users", "      security: []\n", "", r"x-permission and security that disagree"),
    (
        "users",
        "default: 1",
        "default: 0",
        r"users\.yaml:12: the default 0 does not fit its schema; expected at least 1",
    ),
    ("users", "enum: [active, waiting]", "enum: [on, off]", r"users\.yaml:41: on is a boolean to YAML 1\.1 readers"),
    ("users", "'200':", "200:", r"users\.yaml:15: the key 200 is a number to YAML; put it in quotes: '200'"),
    ("users", "        state: {", "        name: {", r"users\.yaml:47: duplicate key \"name\", first on line 46"),
    ("users", "schemas/UserList'", "schemas/Userlist'", r"users\.yaml:17: .* points to nothing"),
    (
        "users",
        "common.yaml#/components/schemas",
        "comon.yaml#/x",
        r"users\.yaml:37: the file \"spec/comon\.yaml\" cannot",
    ),
    ("common", "    Message:", "    User: {}\n    Message:", r"the component \"User\" is there twice"),
    ("openapi", "openapi: 3.0.3", "openapi: 2.0.0", r"openapi\.yaml:1: the OpenAPI version is \"2\.0\.0\""),
    (
        "users",
        "type: integer, format: int64",
        "type: int, format: int64",
        r"users\.yaml:30: the type \"int\" does not exist",
    ),
    ("users", "{user_id}:\n", "{id}:\n", r"points to nothing"),
    ("users", "name: user_id", "name: id", r"the path .* disagree on \"id\""),
    ("users", "minLength: 1", "pattern: '(?<=a+)b'", r"users\.yaml:46: the pattern .* cannot be expressed"),
    ("users", "minLength: 1", "unevaluatedItems: false", r"users\.yaml:46: the keyword \"unevaluatedItems\" cannot"),
    ("users", "required: [name]", "required: name", r"users\.yaml:44: \"required\" is \"name\"; write a list"),
    ("users", "properties:", "properties: [", r"users\.yaml:\d+: not YAML"),
    (
        "users",
        "schema: {type: integer, min",
        "style: tabDelimited, schema: {type: integer, min",
        r"style \"tabDelimited\"",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), HOUSE)
def test_a_fault_in_the_specification_is_named_with_file_and_line(
    project: Any, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, message: str
) -> None:
    project.edit(f"spec/{file}.yaml", old, new)
    assert main([*project.flags]) == 1
    error = capsys.readouterr().err
    assert re.search(message, error), error
    assert all(re.match(r"\S+:\d+: .+; .+", line) for line in error.splitlines() if not line.startswith("    "))
