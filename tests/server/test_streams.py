"""Streams of one process: they look at the database together, and not at all when nobody listens."""

import asyncio
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from generated.operations import OPERATIONS
from quarantine.domain import events
from quarantine.server import streams
from quarantine.server.exchange import Reply, Request
from quarantine.server.streams import Streams

WATCH = next(operation for operation in OPERATIONS if operation.id == "watch_job")


class Rounds:
    """A made up database that changes at a certain look, and what was asked of it."""

    def __init__(self, changes_at: int) -> None:
        self.changes_at = changes_at
        self.looks: list[set[str]] = []
        self.asked = 0

    async def look(self, keys: Iterable[str]) -> Mapping[str, object]:
        self.looks.append(set(keys))
        return {key: len(self.looks) >= self.changes_at for key in keys}

    async def ask(self, request: Request) -> Reply:
        self.asked += 1
        assert request.again
        ended = len(self.looks) >= self.changes_at
        return Reply(status=200, body=events.text([events.Event(events.END, {})]) if ended else b"")


async def follow(open_streams: Streams, rounds: Rounds, key: str) -> bytes:
    """All that one client is sent."""
    sent = bytearray()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.extend(message.get("body", b""))

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    first = Reply(status=200, body=b"", content_type=b"text/event-stream")
    request = Request(operation=WATCH, path={"job_uuid": key}, user_id=1)
    await open_streams.send(first, request, receive, send, ask=rounds.ask, look=rounds.look)
    return bytes(sent)


def test_a_hundred_streams_look_together_and_ask_only_for_what_has_changed(monkeypatch: Any) -> None:
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.01)

    async def all_of_them(rounds: Rounds) -> list[bytes]:
        open_streams = Streams(100)
        return await asyncio.gather(*(follow(open_streams, rounds, f"job{number}") for number in range(100)))

    rounds = Rounds(changes_at=20)
    sent = asyncio.run(all_of_them(rounds))
    assert all(events.is_end(each) for each in sent)
    # Twenty looks for all hundred, and perhaps one more; each asked when it came, and once more.
    assert len(rounds.looks) in (20, 21)
    assert rounds.looks[0] == {f"job{number}" for number in range(100)}
    assert rounds.asked == 200
