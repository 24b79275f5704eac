"""A backup: every table as rows in one zip file, read in one snapshot while the server goes on; for either database.

The file holds a `manifest.json` and a `tables/NAME.jsonl` for each table, a row a line. The database is whole in it but
for who is signed in on the host and who has mistyped a password. Files (bounded copies, sources) are not in it.
"""

import hashlib
import math
import os
import time
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Column, Connection, Float, LargeBinary, Table, func, select, text

from quarantine.domain.errors import Conflict, Invalid, Refused
from quarantine.store.engine import Database
from quarantine.store.migrate import HEAD, stored_version
from quarantine.store.tables import METADATA, chain_heads

FORMAT = 1
MANIFEST = "manifest.json"
# A session's token as text, and a throttle's counts: neither is worth what it would tell a finder of the file.
LEFT_OUT = frozenset({"local_session", "login_attempts"})
BATCH = 500
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

# What is told while it goes on: a table, rows done, rows in all (0 where that is not known yet).
Progress = Callable[[str, int, int], None]


class Content(msgspec.Struct, frozen=True):
    """One table in a backup: its columns in the order of each line, and the hex SHA-256 of all lines."""

    columns: list[str]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself. `heads`: each chain's last number and hash; `numbers`: the last ones given out."""

    format: int
    program: str
    schema: str
    created_at: int
    tables: dict[str, Content]
    heads: dict[str, tuple[int, str]]
    numbers: dict[str, int]


def silent(table: str, done: int, total: int) -> None:
    """No progress is shown."""


def write(database: Database, path: Path, *, force: bool = False, progress: Progress = silent) -> Manifest:
    """Back the database up into `path`, which is there whole (mode 0600) or not at all.

    Raises Conflict for a file that is there already, unless `force`, and for a database of another version.
    """
    if path.exists() and not force:
        raise Conflict(f"{path} is there already; --force replaces it")
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with _private(fresh) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _write(database, archive, progress)
        fresh.replace(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}") from None
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner can read, on the disk when the block ends."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600), "w+b") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _write(database: Database, archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    with database.transaction() as connection:
        database.take_time(connection)
        found = stored_version(connection)
        if found != HEAD:
            raise Conflict(f"the database is at version {found}, this program's is {HEAD}; start the server first")
        heads = {row.chain: (row.last_id, row.hash) for row in connection.execute(select(chain_heads))}
        manifest = Manifest(
            format=FORMAT,
            program=version("dq0-server"),
            schema=HEAD,
            created_at=int(time.time()),
            tables={str(table.name): _write_table(connection, table, archive, progress) for table in kept_tables()},
            heads=heads,
            numbers=numbers(connection),
        )
    archive.writestr(MANIFEST, msgspec.json.format(_encode(manifest)))
    return manifest


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile, progress: Progress) -> Content:
    made, done = hashlib.sha256(), 0
    writers = [_writer(column) for column in table.columns]
    total = connection.scalar(select(func.count()).select_from(table)) or 0
    with archive.open(_member(table.name), "w", force_zip64=True) as member:
        found = connection.execute(select(table), execution_options={"yield_per": BATCH})
        for batch in found.partitions():
            lines = b"".join(_line(writers, row) for row in batch)
            made.update(lines)
            member.write(lines)
            done += len(batch)
            progress(table.name, done, total)
    return Content([str(column.name) for column in table.columns], done, made.hexdigest())


def kept_tables() -> list[Table]:
    """What a backup holds, each table after those that it refers to."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def numbers(connection: Connection) -> dict[str, int]:
    """The last number that each counting table gave out, also where its row is gone."""
    if connection.dialect.name == "sqlite":
        return {
            str(name): int(last) for name, last in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        }
    asked = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, :column) AS regclass))")
    found = {
        str(table.name): connection.scalar(asked, {"table": table.name, "column": key}) for table, key in counting()
    }
    return {name: int(last) for name, last in found.items() if last is not None}


def counting() -> list[tuple[Table, str]]:
    """The tables that count their rows up, and the column that they count in."""
    tables = METADATA.sorted_tables
    return [(table, column.name) for table in tables if (column := table.autoincrement_column) is not None]


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and its manifest, all of it read once; raises Refused where it is not as it was written."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            if manifest.format != FORMAT:
                raise Refused(f"{path} is a backup of format {manifest.format}; this program reads {FORMAT}")
            for name, content in manifest.tables.items():
                _check(archive, name, content)
            yield archive, manifest
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, msgspec.MsgspecError):
        raise Refused(f"{path} is not a whole backup") from None


def _check(archive: zipfile.ZipFile, name: str, content: Content) -> None:
    made = hashlib.sha256()
    with archive.open(_member(name)) as member:
        while piece := member.read(1 << 20):
            made.update(piece)
    if made.hexdigest() != content.sha256:
        raise Refused(f"the backup's table {name} is not as it was written")


def batches(archive: zipfile.ZipFile, table: Table, content: Content) -> Iterator[list[dict[str, Any]]]:
    """A table's rows, some at a time, as the database takes them."""
    readers = [_reader(table.c[name]) for name in content.columns]
    batch: list[dict[str, Any]] = []
    with archive.open(_member(table.name)) as member:
        for line in member:
            values = (read(value) for read, value in zip(readers, _decode(line), strict=True))
            batch.append(dict(zip(content.columns, values, strict=True)))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _line(writers: Iterable[Callable[[Any], Any]], row: Iterable[object]) -> bytes:
    return _encode([write(value) for write, value in zip(writers, row, strict=True)]) + b"\n"


def _writer(column: "Column[Any]") -> Callable[[Any], Any]:
    return _finite if isinstance(column.type, Float) else _same


def _reader(column: "Column[Any]") -> Callable[[Any], Any]:
    if isinstance(column.type, LargeBinary):
        return _bytes
    return _float if isinstance(column.type, Float) else _same


def _same(value: Any) -> Any:
    return value


def _finite(value: float | None) -> float | str | None:
    # JSON has no words for infinity and for what is no number.
    return value if value is None or math.isfinite(value) else str(value)


def _float(value: float | str | None) -> float | None:
    return None if value is None else float(value)


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else b64decode(value)
