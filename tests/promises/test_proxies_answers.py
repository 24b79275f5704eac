"""No answer of a quarantine is passed on that it has not signed; none is waited for without end, or held in memory."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from live import Live, live_server
from quarantines import activate, last_audit, own
from signed import Signed, Told, signed_server
from world import done, refused

# Larger than what is checked before any of it is passed on.
LONG = 4 << 20
HUGE = 192 << 20
TOKEN = "t" * 43


@dataclass
class Asking:
    """A laptop's server whose active proxy is the stand-in."""

    laptop: Live
    there: Signed
    me: httpx.Client
    """Bears a token of the stand-in's."""

    def says(self, told: Told) -> None:
        """What the stand-in answers from now on."""
        self.there.asked.clear()
        self.there.headers.clear()
        self.there.say = lambda _, __: told

    def peak(self) -> int:
        """The most memory that the laptop's server has had, in bytes."""
        status = Path(f"/proc/{self.laptop.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """One pair for all tests here."""
    folder = tmp_path_factory.mktemp("asking")
    with (
        signed_server(folder / "there") as there,
        live_server(folder / "laptop", proxy_seconds="2", body_limit=str(HUGE + 1)) as laptop,
        own(laptop) as me,
        laptop.client(TOKEN) as bearing,
    ):
        activate(me, int(done(me.post("/proxies", json=there.address))["message"].split(" ")[-1]))
        yield Asking(laptop, there, bearing)


def test_what_is_signed_is_passed_on_as_it_is(asking: Asking) -> None:
    asking.says(Told(b'{"error": "no such thing"}', status=404, headers={"x-odd": "1", "set-cookie": "a=b"}))
    answer = asking.me.get("/jobs", params={"page": 2}, headers={"cookie": "c=d", "x-forwarded-for": "1.2.3.4"})
    assert (answer.status_code, answer.json()) == (404, {"error": "no such thing"})
    assert not {"x-odd", "set-cookie", "dq0-signature"} & set(answer.headers)
    assert asking.there.asked == [("GET", "/jobs?page=2")]
    sent = asking.there.headers[0]
    assert sent["authorization"] == f"Bearer {TOKEN}"
    assert not {"cookie", "x-forwarded-for", "origin"} & set(sent)
    assert re.fullmatch(r"1\.1 dq0-[0-9a-f]{16}", sent["via"])


@pytest.mark.parametrize(
    "told",
    [
        Told(b'{"message": "ours"}', signed=b'{"message": "ill!"}'),
        Told(unsigned=True),
        Told(challenge=b"0" * 43),
        Told(headers={"content-encoding": "gzip"}, unsigned=True),
        Told(status=302, headers={"location": "http://127.0.0.1:1/"}, unsigned=True),
    ],
    ids=["changed", "unsigned", "replayed", "packed", "redirected"],
)
def test_a_short_answer_that_is_not_what_was_signed_is_502(asking: Asking, told: Told) -> None:
    asking.says(told)
    said = refused(asking.me.get("/jobs"), 502)
    assert "not passed on" in said
    assert "ours" not in said
    assert last_audit(asking.laptop, "JobList")[1] == "refused 502"


@pytest.mark.parametrize("body", [b"{}", b'{"token": "a\\r\\nx: y"}', b'{"token": ""}', b"[]", b"not JSON"])
def test_what_is_no_session_is_kept_by_nobody(asking: Asking, body: bytes) -> None:
    asking.says(Told(body))
    with asking.laptop.client() as me:
        given = {"email": "me@there.example.org", "password": "a passphrase"}
        assert "no session" in refused(me.post("/auth/login", json=given), 502)
        refused(me.get("/jobs"), 401)


def test_a_front_that_is_up_without_its_quarantine_is_502(asking: Asking) -> None:
    asking.says(Told(b"<html>nginx</html>", status=502, unsigned=True))
    assert "down" in refused(asking.me.get("/jobs"), 502)


def test_a_long_answer_that_was_changed_never_ends_well(asking: Asking) -> None:
    asking.says(Told(size=LONG, signed=b"something else"))
    with pytest.raises(httpx.RemoteProtocolError), asking.me.stream("GET", "/jobs") as answer:
        got = 0
        for piece in answer.iter_raw():
            got += len(piece)
    assert got < LONG
    asking.says(Told(size=LONG))
    assert len(asking.me.get("/jobs").content) == LONG


def test_a_quarantine_that_breaks_off_is_502_and_only_reading_is_tried_again(asking: Asking) -> None:
    asking.says(Told(breaks=True))
    assert "went away" in refused(asking.me.post("/queries", json={}), 502)
    assert len(asking.there.asked) == 1
    asking.says(Told(size=LONG, breaks=True))
    refused(asking.me.get("/jobs"), 502)
    asking.says(Told(mute=True))
    assert "look whether" in refused(asking.me.post("/queries", json={}), 502)
    assert len(asking.there.asked) == 1
    refused(asking.me.get("/jobs"), 502)
    assert len(asking.there.asked) == 3


def test_one_that_is_silent_is_504_and_keeps_nobody_else_waiting(asking: Asking) -> None:
    answering = threading.Event()

    def say(method: str, target: str) -> Told:
        if target == "/runs":
            answering.wait(60)
        return Told()

    asking.there.say = say
    with ThreadPoolExecutor(20) as threads:
        silent = [threads.submit(asking.me.get, "/runs") for _ in range(20)]
        # All of this is answered while the twenty wait.
        assert asking.me.get("/jobs").status_code == 200
        assert asking.me.get("/health").status_code == 200
        assert not any(one.done() for one in silent[:1])
        for one in silent:
            assert "in time" in refused(one.result(), 504)
        answering.set()


def test_a_long_answer_is_not_held_in_memory(asking: Asking) -> None:
    asking.says(Told(size=LONG))
    asking.me.get("/jobs")
    before, got = asking.peak(), 0
    asking.says(Told(size=HUGE))
    with asking.me.stream("GET", "/jobs") as answer:
        for piece in answer.iter_raw():
            got += len(piece)
    assert got == HUGE
    assert asking.peak() - before < HUGE // 6


@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_is_not_held_in_memory(asking: Asking, chunked: bool) -> None:
    asking.says(Told())
    piece = b" " * (1 << 16)
    asking.me.post("/data", content=piece)
    before, asking.there.taken = asking.peak(), 0
    pieces = (piece for _ in range(HUGE // len(piece)))
    headers = {"content-type": "application/json"} | ({} if chunked else {"content-length": str(HUGE)})
    assert asking.me.post("/data", content=pieces, headers=headers).status_code == 200
    assert asking.there.taken == HUGE
    assert asking.peak() - before < HUGE // 6


def test_a_body_beyond_the_limit_is_413_here(asking: Asking) -> None:
    asking.says(Told())
    refused(asking.me.post("/data", content=b" " * (HUGE + 2)), 413)
    refused(asking.me.post("/auth/login", content=b" " * 70_000), 413)
    assert asking.there.asked == []
