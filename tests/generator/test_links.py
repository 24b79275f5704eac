"""Links between operations lead somewhere, and are kept; what leads nowhere is named with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main

ANSWER = "          content: {application/json: {schema: {$ref: '#/components/schemas/UserList'}}}\n"
GOOD = "{operationId: update_user, parameters: {path.user_id: $request.query.page}, requestBody: {name: a, state: b}}"


def linked(project: Any, text: str, key: str = "links") -> None:
    """Let the list of users have one link."""
    project.edit("spec/users.yaml", ANSWER, f"{ANSWER}          {key}:\n            First: {text}\n")


@pytest.mark.parametrize("key", ["links", "x-links"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{operationId: drop_user}", 'the link leads to "drop_user"; name an operationId that exists'),
        ("{operationRef: '#/paths/~1users/get'}", "operationRef is not followed; name"),
        ("{operationId: update_user, parameters: {id: 1}}", 'no parameter "id"; write one of path.user_id, user_id'),
        ("{operationId: list_users, parameters: {page: $answer.body}}", '"$answer.body" is no runtime expression'),
        ("{operationId: list_users, parameters: {page: '$response.body#/items/0/age'}}", "the answer has no"),
        ("{operationId: list_users, parameters: {page: '$response.body#/0'}}", "the answer has no"),
        ("{operationId: list_users, parameters: {page: $request.query.order}}", 'the request has no "query.order"'),
        ("{}", 'the link "First" says nothing; write operationId'),
        ("{operationId: update_user, parameters: [1]}", "parameters is"),
        ("{operationId: update_user, requestBody: {name: '$request.body#/name'}}", 'the body has no "name"'),
    ],
)
def test_a_link_that_leads_nowhere_is_named_with_file_and_line(
    project: Any, capsys: pytest.CaptureFixture[str], key: str, text: str, message: str
) -> None:
    linked(project, text, key)
    assert main([*project.flags]) == 1
    error = capsys.readouterr().err
    assert "spec/users.yaml:" in error
    assert message in error


@pytest.mark.parametrize(
    "text", [GOOD, "{operationId: list_users, parameters: {state: '$response.body#/items/0/boss/name'}}"]
)
def test_a_link_is_kept_in_the_document_as_it_is(project: Any, text: str) -> None:
    linked(project, text)
    assert main([*project.flags]) == 0
    document = json.loads(Path(project.flags[1], "openapi.json").read_text("utf-8"))
    kept = document["paths"]["/users"]["get"]["responses"]["200"]["links"]["First"]
    assert kept["operationId"] in text
    assert kept["parameters"]
