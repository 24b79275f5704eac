"""Files that datasets are read from: where they may be, what columns they have, and what tells two of them apart."""

import csv
import gzip
import hashlib
import itertools
import stat
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Source, Table

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
LONGEST_URI = 4_096
LONGEST_LINE = 2_000_000  # characters; the engine's own limit on a line
CHUNK = 1 << 20
# One text for "not there", "not a file", "not readable" and "elsewhere": nobody can look around the host with it.
UNKNOWN = "the source is not a readable data file in one of the data folders (.csv, .tsv, .csv.gz, .tsv.gz or .parquet)"
UNREADABLE = (
    "the file cannot be read as declared: check the connector, the separator, the header and the encoding (UTF-8)"
)


class Fingerprint(msgspec.Struct, frozen=True):
    """What changes when a file is rewritten or replaced: cheap, to notice that the bounded copy is out of date."""

    size: int
    mtime_ns: int
    inode: int


class Header(msgspec.Struct, frozen=True):
    """The names of a file's columns in its order, and the number of lines before the first row."""

    names: tuple[str, ...]
    skipped: int


def locate(uri: str, folders: tuple[Path, ...]) -> Path:
    """The regular file that `uri` names inside one of `folders`, links resolved; raises Refused otherwise."""
    parts = Path(uri).parts
    if not uri or len(uri) > LONGEST_URI or not uri.isprintable() or ".." in parts or "\\" in uri:
        raise Refused(UNKNOWN)
    for folder in folders:
        found = _inside(folder / uri, folders)
        if found is not None:
            return found
    raise Refused(UNKNOWN)


def _inside(candidate: Path, folders: tuple[Path, ...]) -> Path | None:
    try:
        real = candidate.resolve(strict=True)
        if not any(real.is_relative_to(folder.resolve()) for folder in folders):
            return None
        if not real.name.lower().endswith(SUFFIXES) or not stat.S_ISREG(real.stat().st_mode):
            return None
        with real.open("rb"):
            return real
    except (OSError, RuntimeError, ValueError):
        # RuntimeError is how Python 3.11 tells of links that go round in circles.
        return None


def fingerprint(path: Path) -> Fingerprint:
    """Size, time of change and inode of the file; raises Refused when it is gone."""
    try:
        found = path.stat()
    except OSError:
        raise Refused(UNKNOWN) from None
    return Fingerprint(found.st_size, found.st_mtime_ns, found.st_ino)


def content_digest(path: Path) -> str:
    """SHA-256 of the content in hex: the budget's lineage, the same for every copy of the file under any name.

    Of a compressed file it is what is inside: packed or not, the rows are the same people's.
    """
    digest = hashlib.sha256()
    try:
        with _opener(path)(path, "rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Refused(UNREADABLE) from None
    except OSError:
        raise Refused(UNKNOWN) from None
    return digest.hexdigest()


def header(path: Path, source: Source) -> Header:
    """The file's columns as `source` declares them, from its first lines or its footer; raises Refused."""
    try:
        return _parquet_header(path) if source.connector == "parquet" else _csv_header(path, source)
    except (OSError, EOFError, UnicodeError, csv.Error, zlib.error):
        raise Refused(UNREADABLE) from None


def check_columns(table: Table, path: Path) -> Header:
    """The header, after making sure that each declared column is in it once; raises Refused with the declared names."""
    found = header(path, table.source)
    count = Counter(found.names)
    missing = [column.name for column in table.columns if not count[column.name]]
    twice = [column.name for column in table.columns if count[column.name] > 1]
    if missing:
        raise Refused(f"{table.schema}.{table.name}: the file has no column {', '.join(missing)}")
    if twice:
        raise Refused(f"{table.schema}.{table.name}: the file has more than one column {', '.join(twice)}")
    return found


def check_quotes(path: Path) -> None:
    """Refuses a text file whose last quote never closes: the engine would take what follows it for the file's end."""
    odd = 0
    try:
        with _opener(path)(path, "rb") as stream:
            while chunk := stream.read(CHUNK):
                odd ^= chunk.count(b'"') & 1
    except (OSError, EOFError, zlib.error):
        odd = 1
    if odd:
        raise Refused(UNREADABLE)


def _opener(path: Path) -> Callable[..., IO[Any]]:
    return gzip.open if path.name.lower().endswith(".gz") else open


def _csv_header(path: Path, source: Source) -> Header:
    opened = _opener(path)
    with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(
            _lines(stream), delimiter=source.separator, skipinitialspace=source.skip_initial_space, strict=True
        )
        if not source.use_original_header:
            _skip(rows, 0 if source.header_row is None else source.header_row + 1)
            skipped = rows.line_num
            first = next(rows, None)
            if first is not None and len(first) != len(source.header_columns):
                raise Refused(f"header_columns names {len(source.header_columns)} columns, the file has another number")
            return Header(source.header_columns, skipped)
        _skip(rows, source.header_row or 0)
        names = next(rows, None)
        if not names:
            raise Refused("the file has no header line; name its columns in header_columns")
        return Header(tuple(names), rows.line_num)


def _lines(stream: Iterator[str]) -> Iterator[str]:
    read = getattr(stream, "readline")  # noqa: B009 - bounded reading; iteration would take a line of any length
    while line := read(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            raise Refused(UNREADABLE)
        yield line


def _skip(rows: Iterator[list[str]], count: int) -> None:
    for _ in itertools.islice(rows, count):
        pass


def _parquet_header(path: Path) -> Header:
    # The engine is only loaded by a server that reads parquet or makes copies.
    from quarantine.store.sources.locked import parquet_columns

    return Header(parquet_columns(path), 0)
