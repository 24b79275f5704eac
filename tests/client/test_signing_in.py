"""Where a client finds its server, and how it keeps a token to itself."""

import asyncio
import traceback
from typing import Any

import httpx
import pytest

from clients import Told, connect, connect_async
from dq0.client import AsyncClient, Client, NotSignedIn, TooManyRequests
from live import PASSWORD
from people import forgive, join
from world import World

TOKEN = "a-very-secret-token"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DQ0_ADDRESS", "DQ0_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("given", "address"),
    [
        (None, "http://127.0.0.1:9000/api"),
        ("http://10.0.0.1:9000", "http://10.0.0.1:9000/api"),
        ("https://dq0.example.org/", "https://dq0.example.org/api"),
        ("https://dq0.example.org/api/", "https://dq0.example.org/api"),
        ("https://example.org/behind/a/proxy", "https://example.org/behind/a/proxy"),
        (" http://[::1]:9000 ", "http://[::1]:9000/api"),
    ],
)
def test_an_address_is_completed_with_the_path_of_the_api(kind: Any, given: str | None, address: str) -> None:
    client = kind(given)
    assert (client.address, client.signed_in) == (address, False)


@pytest.mark.parametrize(
    "given", ["127.0.0.1:9000", "ftp://x", "http://", "http://ada:pw@x", "http://x/?a=1", "http://x/#a", "x\ny", "//x"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="address: expected one such as") as caught:
        Client(given)
    assert "pw" not in str(caught.value)


def test_the_environment_tells_address_and_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DQ0_ADDRESS", "https://dq0.example.org")
    monkeypatch.setenv("DQ0_TOKEN", TOKEN)
    client = Client()
    assert (client.address, client.signed_in) == ("https://dq0.example.org/api", True)
    assert not Client(token="").signed_in


def test_a_token_of_the_environment_goes_to_no_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DQ0_TOKEN", TOKEN)
    assert Client("https://dq0.example.org").signed_in
    monkeypatch.setenv("DQ0_ADDRESS", "https://dq0.example.org")
    assert Client("https://dq0.example.org/api").signed_in
    assert not Client("https://evil.example.org").signed_in


@pytest.mark.parametrize("token", ["a b", "a\nb", "ä", "a\x00b"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ValueError, match="token: expected") as caught:
        Client("http://127.0.0.1", token)
    assert repr(token)[1:-1] not in str(caught.value)


def test_a_token_is_in_no_repr_and_in_no_traceback() -> None:
    told = Told(httpx.Response(401, json={"error": "sign in first"}))
    client = Client("http://127.0.0.1:9/api", TOKEN, http=httpx.Client(transport=httpx.MockTransport(told)))
    shown = [repr(client), repr(client.queries), str(client), repr(client.data.list())]
    try:
        client.jobs.list().page()
    except NotSignedIn as error:
        shown += [repr(error), "".join(traceback.format_exception(error))]
    assert told.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert not [text for text in shown if TOKEN in text]
    assert "with a token" in shown[0]


def test_signing_in_keeps_the_token_and_signing_out_forgets_it(fast: World) -> None:
    forgive(fast)
    person = join(fast, "users")
    with connect(fast.live) as client:
        assert client.login(email=person.email, password=PASSWORD) is client
        assert client.signed_in
        assert client.users.get_own_profile().user_id == person.user_id
        client.logout()
        assert not client.signed_in
        with pytest.raises(NotSignedIn):
            client.users.get_own_profile()
        with pytest.raises(NotSignedIn):
            client.login(email=person.email, password="not the passphrase")
        assert not client.signed_in


def test_signing_in_is_the_same_for_async_code(fast: World) -> None:
    forgive(fast)
    person = join(fast, "users")

    async def tour() -> int:
        async with connect_async(fast.live) as client:
            await client.login(email=person.email, password=PASSWORD)
            found = await client.users.get_own_profile()
            await client.logout()
            assert not client.signed_in
            return found.user_id

    assert asyncio.run(tour()) == person.user_id


def test_who_tries_too_often_is_told_when_to_try_again_and_is_not_kept_waiting(fast: World) -> None:
    forgive(fast)
    person = join(fast, "users")
    with connect(fast.live) as client:
        with pytest.raises(TooManyRequests) as caught:
            for _ in range(100):
                try:
                    client.login(email=person.email, password="not the passphrase")
                except NotSignedIn:
                    continue
        assert caught.value.retry_after
        assert not client.signed_in
    forgive(fast)
