"""The audit log: who did what to what, and how it ended. Append-only and hash-chained; identifiers only, no values."""

import re
import time
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from quarantine.store import chain, rows
from quarantine.store.rows import AnyRow
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


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which audit rows: of this actor, of this action, from and to these unix seconds; None is all."""

    actor: str | None = None
    action: str | None = None
    since: int | None = None
    until: int | None = None


def entries(connection: Connection, wanted: Wanted, *, newest: bool, page: int, page_size: int) -> rows.Page[AnyRow]:
    """One page of audit rows in the order of the chain; without a filter no row is looked at for its place."""
    if wanted == Wanted():
        return _whole(connection, newest=newest, page=page, page_size=page_size)
    c = audits.c
    statement = select(audits).where(*_conditions(wanted))
    order = "-audit_id" if newest else "audit_id"
    return rows.page(
        connection, statement, key=c.audit_id, orders=[c.audit_id], order_by=order, page=page, page_size=page_size
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    c = audits.c
    given: list[tuple[object, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.actor, c.actor.__eq__),
        (wanted.action, c.action.__eq__),
        (wanted.since, c.timestamp.__ge__),
        (wanted.until, c.timestamp.__le__),
    ]
    return [compared(value) for value, compared in given if value is not None]


def _whole(connection: Connection, *, newest: bool, page: int, page_size: int) -> rows.Page[AnyRow]:
    """Numbers have no gaps: a page is a range of them, and the last one is how many there are."""
    total, _ = chain.head(connection, audits)
    first = (page - 1) * page_size
    low, high = (total - first - page_size + 1, total - first) if newest else (first + 1, first + page_size)
    key = audits.c.audit_id
    found = select(audits).where(key.between(low, high)).order_by(key.desc() if newest else key)
    return rows.Page(items=list(connection.execute(found)), total=total, page=page, page_size=page_size)


def verify(connection: Connection) -> int | None:
    """The `audit_id` of the first row that was changed, removed or put in; None when the log is whole."""
    return chain.verify(connection, audits)
