"""How arguments become requests: what is left out is not null, and nothing breaks out of its place."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import UNKNOWN, Told
from dq0.client import UNSET, UnexpectedAnswer
from generated.client import endpoints
from generated.models.users import UserState

MESSAGE = {"message": "done"}


def sent(told: Told) -> Any:
    """The last body."""
    return json.loads(told.requests[-1].content)


def test_what_is_left_out_of_a_body_is_not_null() -> None:
    told = Told(httpx.Response(200, json={"message": "m", "job_uuid": UNKNOWN, "query_uuid": UNKNOWN}))
    client = told.client()
    client.queries.create(query="SELECT 1", datasets="d")
    assert sent(told) == {"query": "SELECT 1", "datasets": "d"}
    client.queries.create(query="SELECT 1", datasets="d", params=None, epsilon=UNSET)
    assert sent(told) == {"query": "SELECT 1", "datasets": "d", "params": None}


def test_what_is_none_in_a_query_is_left_out() -> None:
    told = Told(httpx.Response(200, json={"items": [], "page": 1, "page_size": 100, "total": 0}))
    told.client().jobs.list(page_size=7, user_id=None, job_type="query.run").page()
    assert dict(told.requests[0].url.params) == {"page_size": "7", "job_type": "query.run"}


def test_a_body_that_may_be_left_out_is_left_out() -> None:
    told = Told(httpx.Response(200, json=MESSAGE))
    told.client().queries.cancel(UNKNOWN)
    assert (told.requests[0].content, told.requests[0].headers.get("content-type")) == (b"", None)
    told.client().queries.cancel(UNKNOWN, force=True)
    assert sent(told) == {"force": True}


def test_a_body_that_has_to_be_there_is_empty_at_least() -> None:
    told = Told(httpx.Response(200, json=MESSAGE))
    told.client().users.add_role()
    assert sent(told) == {}


def test_enums_are_given_as_members_or_as_their_texts() -> None:
    answer = {"id": 1, "email": "a@example.org", "password": "", "created_at": 1, "updated_at": 1, "state": "blocked"}
    told = Told(httpx.Response(200, json=answer))
    for state in (UserState.BLOCKED, "blocked"):
        assert told.client().users.update(1, state=state, roles=[2]).state is UserState.BLOCKED
        assert sent(told) == {"state": "blocked", "roles": [2]}


def test_booleans_in_a_query_are_spelled_as_json_does() -> None:
    told = Told(httpx.Response(404, json={"error": "no"}))
    with pytest.raises(Exception, match="no"):
        told.client().queries.get(UNKNOWN, include_result=True, include_run=False)
    assert dict(told.requests[0].url.params) == {"include_result": "true", "include_run": "false"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_value_stays_one_part_of_the_path(text: str) -> None:
    if text in {".", ".."}:
        return
    request = endpoints.GET_QUERY.request({"query_uuid": text})
    start, _, part = request.path.rpartition("/")
    assert (start, unquote(part)) == ("/queries", text)
    url = httpx.URL("http://127.0.0.1/api" + request.path)
    assert url.raw_path.decode().count("/") == 3
    assert not url.query


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_what_would_be_another_path_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="query_uuid"):
        Told(httpx.Response(200)).client().queries.get(text)


def test_an_argument_that_is_not_there_is_an_error_of_python() -> None:
    client: Any = Told(httpx.Response(200)).client()
    with pytest.raises(TypeError):
        client.queries.create(query="SELECT 1")
    with pytest.raises(TypeError):
        client.queries.create(query="SELECT 1", datasets="d", epsylon=1)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"job_uuid": 7}', b"\xff", b"[" * 10_000])
def test_an_answer_that_is_not_as_documented_is_said_to_be_so(content: bytes) -> None:
    told = Told(httpx.Response(200, content=content, headers={"content-type": "application/json"}))
    with pytest.raises(UnexpectedAnswer, match="get_job"):
        told.client().jobs.get(UNKNOWN)


def test_fields_that_a_newer_server_adds_are_passed_over() -> None:
    told = Told(httpx.Response(200, json={"message": "m", "more": {"a": 1}}))
    assert told.client().queries.cancel(UNKNOWN).message == "m"


def test_an_answer_shows_what_it_has_and_not_what_was_left_out() -> None:
    told = Told(
        httpx.Response(
            200,
            json={
                "data_name": "d",
                "data_uuid": UNKNOWN,
                "data_description": "",
                "data_type": "CSV",
                "data_permissions": ["read"],
            },
        )
    )
    answer = told.client().data.get(UNKNOWN)
    assert "UNSET" not in repr(answer)
    assert not answer.data_size
    assert answer.data_size is UNSET
