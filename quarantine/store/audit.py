"""The audit log: who did what to what, and how it ended. Append-only and hash-chained; identifiers only, no values."""

import re
import time

from sqlalchemy import Connection, String, cast, select

from quarantine.store import chain
from quarantine.store.rows import AnySelect
from quarantine.store.tables import audits

LONGEST = 1000
# Control and format characters (line breaks, escapes, overrides of direction, zero width) would let a text forge lines.
_FORGING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def plain(text: str, longest: int = LONGEST) -> str:
    """A text that stays on its line: control characters escaped, cut to `longest` characters (an ellipsis shows it)."""
    escaped = _FORGING.sub(lambda found: f"\\u{ord(found[0]):04x}", text[: longest + 1])
    return escaped if len(escaped) <= longest else escaped[: longest - 1] + "…"


def record(
    connection: Connection,
    *,
    actor: str,
    action: str,
    object: str = "",
    outcome: str = "ok",
    request_id: str = "",
    description: str = "",
) -> int:
    """Append one audit row and give its number; needs a write transaction. Texts are made `plain`."""
    row = chain.append(
        connection,
        audits,
        {
            "timestamp": int(time.time()),
            "actor": plain(actor, 320),
            "action": plain(action, 128),
            "object": plain(object, 256),
            "outcome": plain(outcome, 64),
            "request_id": plain(request_id, 128),
            "description": plain(description),
        },
    )
    return int(row["audit_id"])  # type: ignore[call-overload, no-any-return]


def entries() -> AnySelect:
    """The audit rows for a list; `timestamp` as text, as the contract has it."""
    c = audits.c
    timestamp = cast(c.timestamp, String).label("timestamp")
    return select(c.audit_id, timestamp, c.actor, c.action, c.object, c.outcome, c.request_id, c.description)


def verify(connection: Connection) -> int | None:
    """The `audit_id` of the first row that was changed, removed or put in; None when the log is whole."""
    return chain.verify(connection, audits)
