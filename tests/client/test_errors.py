"""What a client raises: the server's words, by the family of the status; and what it asks again, which is little."""

import asyncio
import pickle
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients import UNKNOWN, Told, connect
from dq0 import client as dq0
from dq0.client import AsyncClient, Client
from generated.client import connection, flow
from live import free_port
from world import World

CLASSES = {
    400: dq0.BadRequest,
    401: dq0.NotSignedIn,
    403: dq0.NotAllowed,
    404: dq0.NotFound,
    405: dq0.RequestRefused,
    409: dq0.Conflict,
    413: dq0.RequestRefused,
    422: dq0.Unprocessable,
    429: dq0.TooManyRequests,
    500: dq0.ServerFailed,
    501: dq0.NotBuilt,
    502: dq0.Unavailable,
    503: dq0.Unavailable,
    504: dq0.Unavailable,
    302: dq0.StatusError,
}
JOB = {"job_uuid": UNKNOWN, "job_type": "query.run", "job_errors": "", "job_logs": ""}
GOOD = httpx.Response(200, json={**JOB, "job_state": "running", "job_progress": 0.5})


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are made, which take no time."""
    made: list[float] = []

    async def nap(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(connection.time, "sleep", made.append)
    monkeypatch.setattr(connection.asyncio, "sleep", nap)
    return made


@pytest.mark.parametrize("status", CLASSES)
def test_each_family_of_statuses_has_its_class_and_the_servers_words(status: int) -> None:
    headers = {"x-request-id": "abc", "retry-after": "7"} if status != 503 else {"x-request-id": "abc"}
    told = Told(httpx.Response(status, json={"error": "what is wrong"}, headers=headers))
    with pytest.raises(dq0.StatusError) as caught:
        told.client(repeats=0).jobs.get(UNKNOWN)
    error = caught.value
    assert type(error) is CLASSES[status]
    assert (error.status, error.error, error.request_id) == (status, "what is wrong", "abc")
    assert error.retry_after == (7.0 if status != 503 else None)
    assert str(error) == f"what is wrong (status {status}, request abc)"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.__dict__) == (type(error), error.__dict__)


@pytest.mark.parametrize("content", [b"", b"<html>", b"{}", b'{"error": null}', b"[1]", b'{"error": ""}'])
def test_a_refusal_without_words_is_one_all_the_same(content: bytes) -> None:
    told = Told(httpx.Response(500, content=content))
    with pytest.raises(dq0.ServerFailed, match="the server gave no reason"):
        told.client().jobs.get(UNKNOWN)


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_is_asked_again_when_the_server_says(status: int, naps: list[float]) -> None:
    busy = httpx.Response(status, json={"error": "wait"}, headers={"retry-after": "3"})
    told = Told(busy, busy, GOOD)
    assert told.client().jobs.get(UNKNOWN).job_progress == 0.5
    assert (len(told.requests), naps) == (3, [3.0, 3.0])
    told = Told(busy)
    with pytest.raises(dq0.StatusError):
        told.client(repeats=2).jobs.get(UNKNOWN)
    assert len(told.requests) == 3


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after": "-1"}, {"retry-after": "3600"}])
def test_it_is_not_asked_again_without_a_word_or_too_late(headers: dict[str, str], naps: list[float]) -> None:
    told = Told(httpx.Response(503, json={"error": "wait"}, headers=headers))
    with pytest.raises(dq0.Unavailable):
        told.client().jobs.get(UNKNOWN)
    assert (len(told.requests), naps) == (1, [])


def test_what_changes_something_is_sent_once(naps: list[float]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone", request=request)

    busy = httpx.Response(429, json={"error": "wait"}, headers={"retry-after": "1"})
    for answer, kind in ((busy, dq0.TooManyRequests), (broken, dq0.ConnectionFailed)):
        told = Told(answer)
        with pytest.raises(kind):
            told.client().queries.create(query="SELECT 1", datasets="d")
        with pytest.raises(kind):
            told.client().data.delete(UNKNOWN)
        assert (len(told.requests), naps) == (2, [])


def test_a_broken_connection_is_tried_again_for_a_read(naps: list[float]) -> None:
    calls = iter([httpx.ReadError("gone"), httpx.ConnectTimeout("slow")])

    def broken(request: httpx.Request) -> httpx.Response:
        for error in calls:
            raise error
        return httpx.Response(200, content=GOOD.content)

    assert Told(broken).client().jobs.get(UNKNOWN).job_progress == 0.5
    assert naps == [flow.FIRST_PAUSE, 2 * flow.FIRST_PAUSE]


def test_both_clients_repeat_alike(naps: list[float]) -> None:
    busy = httpx.Response(503, json={"error": "wait"}, headers={"retry-after": "2"})
    told = Told(busy, GOOD)

    async def ask() -> Any:
        async with told.async_client() as client:
            return await client.jobs.get(UNKNOWN)

    assert asyncio.run(ask()).job_progress == 0.5
    assert (len(told.requests), naps) == (2, [2.0])


MOODS = st.one_of(
    st.builds(
        lambda status, after: httpx.Response(status, json={"error": "no"}, headers=after),
        st.sampled_from([400, 404, 429, 500, 503]),
        st.sampled_from([{}, {"retry-after": "1"}, {"retry-after": "90"}]),
    ),
    st.sampled_from(["running", "error", "cancelled"]).map(
        lambda state: httpx.Response(200, json={**JOB, "job_state": state, "job_progress": 0.5})
    ),
    st.sampled_from([httpx.ReadError, httpx.ConnectTimeout, httpx.RemoteProtocolError]),
    st.just(httpx.Response(200, content=b"[]")),
)


def moody(answers: list[Any]) -> Told:
    """A server of changing moods; the last one stays."""

    def one(mood: Any) -> Any:
        def fail(request: httpx.Request) -> httpx.Response:
            raise mood("gone", request=request)

        return mood if isinstance(mood, httpx.Response) else fail

    ends = httpx.Response(200, json={**JOB, "job_state": "error", "job_progress": 1.0, "job_errors": "said"})
    return Told(*map(one, answers), ends)


def outcome(naps: list[float], told: Told, ask: Any) -> Any:
    """What came of it: the error and its text, what was asked, and the pauses between."""
    naps.clear()
    try:
        found = repr(ask())
    except dq0.ApiError as error:
        found = f"{type(error).__name__}: {error}"
    return found, [(r.method, r.url, r.content) for r in told.requests], list(naps)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(MOODS, max_size=8), st.integers(0, 3), st.booleans())
def test_whatever_the_server_does_both_clients_do_the_same(
    naps: list[float], answers: list[Any], repeats: int, waits: bool
) -> None:
    first, second = moody(answers), moody(answers)

    def sync() -> Any:
        client = first.client(repeats=repeats)
        return client.queries.resume_create(UNKNOWN).wait() if waits else client.jobs.get(UNKNOWN)

    async def twin() -> Any:
        async with second.async_client(repeats=repeats) as client:
            return await (client.queries.resume_create(UNKNOWN) if waits else client.jobs.get(UNKNOWN))

    one = outcome(naps, first, sync)
    assert outcome(naps, second, lambda: asyncio.run(twin())) == one


def test_no_server_is_said_in_words_with_the_address() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with Client(address, "secret-token") as client, pytest.raises(dq0.ConnectionFailed) as caught:
        client.data.list().page()
    assert address in str(caught.value)
    assert "secret-token" not in repr(caught.value)

    async def ask() -> None:
        async with AsyncClient(address, "secret-token") as client:
            await client.data.list().page()

    with pytest.raises(dq0.ConnectionFailed, match=address):
        asyncio.run(ask())


@pytest.fixture
def deaf() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def take() -> None:
            try:
                while True:
                    kept.append(server.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in kept:
            each.close()


def test_no_answer_in_time_is_an_error_of_its_own(deaf: str) -> None:
    with Client(deaf, timeout=0.1, repeats=0) as client, pytest.raises(dq0.TimedOut, match="no answer in time"):
        client.device.get_version()


def test_a_real_refusal_carries_the_request_id_of_the_log(fast: World) -> None:
    with connect(fast.live, fast.user.token) as client:
        with pytest.raises(dq0.NotFound) as caught:
            client.queries.get(UNKNOWN)
        assert caught.value.request_id
        assert caught.value.error == "there is no such query"
        with pytest.raises(dq0.NotAllowed):
            client.roles.create(role_name="mine")
        with pytest.raises(dq0.BadRequest, match="epsilon"):
            client.queries.create(query="SELECT 1", datasets="d", epsilon=-1)
    with connect(fast.live, "0" * 43) as nobody, pytest.raises(dq0.NotSignedIn):
        nobody.data.list().page()
