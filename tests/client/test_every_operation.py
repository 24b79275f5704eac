"""What holds for the client's method of every operation: there is one, and it asks just what the contract documents."""

import asyncio
import inspect
import json
import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest

from clients import TEXT, Told, answered, answered_async, documented, method_of, methods, named, reply
from dq0.client import AsyncClient, Client
from generated.client import endpoints, works
from generated.operations import OPERATIONS

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=[o.id for o in OPERATIONS])
ENDPOINTS = {e.id: e for e in vars(endpoints).values() if isinstance(e, endpoints._endpoint.Endpoint)}


def test_there_is_a_method_for_each_operation_and_no_other() -> None:
    wanted = {o.id: (o.method, o.path, o.status) for o in OPERATIONS}
    assert {e.id: (e.method, e.path, next(iter(e.replies))) for e in ENDPOINTS.values()} == wanted
    assert set(methods(Client)) == set(methods(AsyncClient)) == set(wanted)
    tags = {o.id: o.tag for o in OPERATIONS}
    assert {i: group for i, (group, _) in methods(Client).items()} == tags


@every_operation
def test_a_method_takes_what_the_operation_takes_and_tells_of_it(operation: Any) -> None:
    for kind in (Client, AsyncClient):
        method = method_of(object.__new__(kind), operation.id)
        found = inspect.signature(method).parameters
        taken = {p.attribute for p in operation.parameters} | set(documented(operation)[0] or {})
        assert taken <= set(found) | {"body"}
        assert all(found[p.attribute].default is inspect.Parameter.empty for p in operation.parameters if p.required)
        assert inspect.getdoc(method)
        assert all(f"{p.attribute}: " in (inspect.getdoc(method) or "") for p in operation.parameters)
    sync, twin = (method_of(object.__new__(kind), operation.id) for kind in (Client, AsyncClient))
    assert inspect.getdoc(sync) == inspect.getdoc(twin)
    assert list(inspect.signature(sync).parameters.values()) == list(inspect.signature(twin).parameters.values())


@every_operation
def test_the_documented_example_is_sent_as_documented_and_its_answer_understood(operation: Any) -> None:
    body, answer = documented(operation)
    given = {**(body or {}), **named(operation)}
    told = Told(reply(operation))
    got = answered(method_of(told.client(), operation.id)(**given))
    assert got.content == TEXT if answer is None else json.loads(msgspec.json.encode(got)) == answer
    (request,) = told.requests
    assert request.method == operation.method
    template = re.sub(r"\{(\w+)\}", lambda m: str(given[m[1]]), operation.path)
    assert request.url.path == "/api" + template
    query = {p.name: str(given[p.attribute]) for p in operation.parameters if p.where == "query" and p.required}
    assert dict(parse_qsl(request.url.query.decode())) == query
    # What the path says is not said again, unless the body has to.
    repeated = {p.name for p in operation.parameters if p.where == "path"}
    sent = json.loads(request.content) if request.content else None
    wanted = {k: v for k, v in (body or {}).items() if k not in repeated}
    assert {k: v for k, v in (sent or {}).items() if k not in repeated} == wanted
    assert (request.headers.get("content-type") == "application/json") == (sent is not None)
    assert request.headers["authorization"] == "Bearer token"


def test_what_starts_a_job_gives_one() -> None:
    def starts(operation: Any) -> bool:
        answer = documented(operation)[1] or {}
        said = "job with uuid" in answer.get("message", "") or "job_uuid" in answer
        return operation.method != "GET" and said

    given = {w.watch.id for w in vars(works).values() if isinstance(w, works._waiting.Work)}
    assert given == {"get_job"}
    there = {n.lower() for n, w in vars(works).items() if isinstance(w, works._waiting.Work)}
    assert there == {o.id for o in OPERATIONS if starts(o)}


@every_operation
def test_both_clients_send_the_same_bytes_and_give_the_same_answer(operation: Any) -> None:
    given = {**(documented(operation)[0] or {}), **named(operation)}
    first, second = (Told(reply(operation)) for _ in range(2))
    got = answered(method_of(first.client(), operation.id)(**given))

    async def twin() -> Any:
        async with second.async_client() as client:
            return await answered_async(method_of(client, operation.id)(**given))

    second_got = asyncio.run(twin())
    assert getattr(second_got, "content", second_got) == getattr(got, "content", got)
    (one,), (other,) = first.requests, second.requests
    assert (one.method, one.url, one.content, dict(one.headers)) == (
        other.method,
        other.url,
        other.content,
        dict(other.headers),
    )
