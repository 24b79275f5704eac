"""Generated clients for tests: every method by its operation, against a real server or one that only records."""

import inspect
from collections.abc import Awaitable, Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

import httpx

from checked import DOCUMENT, check
from dq0.client import AsyncClient, AsyncJob, AsyncPages, Client, Job, Pages
from generated.client import endpoints
from live import Live

UNKNOWN = "00000000-0000-4000-8000-000000000000"
ADDRESS = "http://127.0.0.1:9/api"
Answer = Callable[[httpx.Request], httpx.Response]


def connect(live: Live, token: str = "", timeout: float = 60.0) -> Client:
    """A client of a running server; every answer is held against the contract as it arrives."""
    http = httpx.Client(timeout=timeout, trust_env=False, event_hooks={"response": [check]})
    return Client(live.address, token, http=http)


def connect_async(live: Live, token: str = "", timeout: float = 60.0) -> AsyncClient:
    """The same for `async` code."""

    async def look(response: httpx.Response) -> None:
        await response.aread()
        check(response)

    http = httpx.AsyncClient(timeout=timeout, trust_env=False, event_hooks={"response": [look]})
    return AsyncClient(live.address, token, http=http)


class Told:
    """A server made of a function; it keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(found):
            return found(request)
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    def client(self, **more: Any) -> Client:
        """A client that asks this function."""
        return Client(ADDRESS, "token", http=httpx.Client(transport=httpx.MockTransport(self)), **more)

    def async_client(self, **more: Any) -> AsyncClient:
        """The same for `async` code."""
        return AsyncClient(ADDRESS, "token", http=httpx.AsyncClient(transport=httpx.MockTransport(self)), **more)


@lru_cache(maxsize=2)
def methods(kind: type[Any]) -> dict[str, tuple[str, str]]:
    """The group and the method of every operation, by its id: found in what the methods name, not in their names."""
    out: dict[str, tuple[str, str]] = {}
    for group, made in inspect.getmembers(kind, lambda m: hasattr(m, "func")):
        instance = made.func(object.__new__(kind))
        for name, method in inspect.getmembers(type(instance), lambda m: isinstance(m, FunctionType)):
            for word in method.__code__.co_names:
                endpoint = getattr(endpoints, word, None) if word.isupper() else None
                if isinstance(endpoint, endpoints._endpoint.Endpoint) and "_endpoints" in method.__code__.co_names:
                    assert endpoint.id not in out, endpoint.id
                    out[endpoint.id] = group, name
    return out


def method_of(client: Any, operation_id: str) -> Callable[..., Any]:
    """The bound method of an operation."""
    group, name = methods(type(client))[operation_id]
    found: Callable[..., Any] = getattr(getattr(client, group), name)
    return found


TEXT = b"event: end\ndata: {}\n\n"


def answered(found: Any) -> Any:
    """The plain answer of any method: one page of a list, the answer that started a job."""
    if isinstance(found, Pages):
        return found.page()
    return found.started if isinstance(found, Job) else found


async def answered_async(found: Any) -> Any:
    """The same for `async` code."""
    if isinstance(found, AsyncPages):
        return await found.page()
    got = await found if isinstance(found, Awaitable) else found
    return got.started if isinstance(got, AsyncJob) else got


def documented(operation: Any) -> tuple[dict[str, Any] | None, Any]:
    """The contract's own examples of a body and of an answer; what is no JSON has none."""
    found = DOCUMENT["paths"][operation.path][operation.method.lower()]
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    return body, found["responses"]["200"]["content"].get("application/json", {}).get("example")


def reply(operation: Any) -> httpx.Response:
    """The answer of the contract's example, or a text of the media type that it has instead."""
    answer = documented(operation)[1]
    if answer is not None:
        return httpx.Response(200, json=answer)
    kind = next(iter(DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]["200"]["content"]))
    return httpx.Response(200, content=TEXT, headers={"content-type": kind})


def named(operation: Any) -> dict[str, Any]:
    """A well-formed value for each parameter that has to be there."""
    wanted = [p for p in operation.parameters if p.required]
    return {p.attribute: 999_999_999 if p.text == "integer" else UNKNOWN for p in wanted}
