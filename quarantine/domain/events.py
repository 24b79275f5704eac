"""Server-sent events: a text that clients follow (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from collections.abc import Mapping, Sequence

import msgspec

MEDIA_TYPE = "text/event-stream"
# The name of the event after which nothing comes, and of the one that says why the server closes a stream.
END, CLOSED = "end", "closed"
# What keeps proxies between from closing a line on which nothing is said.
HEARTBEAT = b":\n\n"


class Event(msgspec.Struct, frozen=True):
    """One event; the client names the `id` of the last one when it comes back."""

    name: str
    data: Mapping[str, object]
    id: str = ""


def text(events: Sequence[Event]) -> bytes:
    """The events as they are sent; JSON has no line breaks, so that each has one line of data."""
    return b"".join(
        b"event: %b\n%bdata: %b\n\n"
        % (each.name.encode(), b"id: %b\n" % each.id.encode() if each.id else b"", msgspec.json.encode(each.data))
        for each in events
    )


def last_id(sent: bytes) -> str | None:
    """The id of the last event in a text of ours."""
    found = [line for line in sent.split(b"\n") if line.startswith(b"id: ")]
    return found[-1][4:].decode() if found else None


def is_end(sent: bytes) -> bool:
    """Whether nothing comes after a text of ours."""
    last = (b"event: %b" % END.encode(), b"event: %b" % CLOSED.encode())
    return any(line in last for line in sent.split(b"\n"))
