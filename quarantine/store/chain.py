"""Hash-chained, append-only tables: each row holds the hash of the one before it, so that no row changes unnoticed.

A row's hash is SHA-256 over the previous hash and the row's columns as canonical JSON (keys sorted). Numbers have no
gaps and the head row remembers the last one, so that a deleted row shows too, also at the end. What a chain cannot show
is a thief of the whole database who recomputes every hash and the head: write `head` down elsewhere to notice him.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, select

from quarantine.store import rows
from quarantine.store.rows import AnySelect
from quarantine.store.tables import chain_heads

GENESIS = "0" * 64
_BATCH = 1000
_encode = msgspec.json.Encoder(order="sorted").encode

_HEAD = (
    select(chain_heads.c.last_id, chain_heads.c.hash).where(chain_heads.c.chain == bindparam("name")).with_for_update()
)


def digest(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row: hex SHA-256 over the previous hash and the canonical JSON of every column but `hash`."""
    kept = {name: value for name, value in row.items() if name != "hash"}
    return hashlib.sha256(previous.encode() + _encode(kept)).hexdigest()


def append(connection: Connection, table: Table, values: dict[str, object]) -> dict[str, object]:
    """Append a row and move the head; the whole row as stored.

    Needs a write transaction: SQLite's is exclusive from its start, PostgreSQL locks the head row here.
    """
    last, previous = connection.execute(_HEAD, {"name": table.name}).one()
    row = {_key(table): last + 1, **values, "previous_hash": previous}
    row["hash"] = digest(previous, row)
    rows.insert(connection, table, **row)
    rows.update(connection, chain_heads, {"chain": table.name}, last_id=last + 1, hash=row["hash"])
    return row


def head(connection: Connection, table: Table) -> tuple[int, str]:
    """The number and hash of the last entry (0 and zeros when there is none)."""
    row = rows.get(connection, chain_heads, chain=table.name)
    return (0, GENESIS) if row is None else (row.last_id, row.hash)


def verify(connection: Connection, table: Table) -> int | None:
    """The number of the first row that was changed, is missing or was put in; None when the chain holds."""
    expected, previous = 1, GENESIS
    while True:
        batch = [row._asdict() for row in connection.execute(_batch(table), {"after": expected - 1})]
        for row in batch:
            if row[_key(table)] != expected or row["previous_hash"] != previous or row["hash"] != digest(previous, row):
                return expected
            expected, previous = expected + 1, row["hash"]
        if not batch:
            break
    last, last_hash = head(connection, table)
    if last >= expected:
        return expected
    return None if (last, last_hash) == (expected - 1, previous) else max(expected - 1, 1)


def _key(table: Table) -> str:
    return next(iter(table.primary_key)).name


@lru_cache(maxsize=8)
def _batch(table: Table) -> AnySelect:
    key = table.c[_key(table)]
    return select(table).where(key > bindparam("after")).order_by(key).limit(_BATCH)
