"""Files that datasets are read from: where they may be, what columns they have, and what tells two of them apart."""

import csv
import gzip
import hashlib
import itertools
import os
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
MOST_FILES = 10_000  # of one table, folders looked through
MOST_ENTRIES = 100_000  # looked at for them
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
    if not _is_path(uri):
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


def locate_all(source: Source, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files of a table: each that is named, and all of the format's below each folder that is, by path in order.

    Raises Refused with one text for whatever is not there or elsewhere, and for a file that would be read twice.
    """
    found: list[Path] = []
    for uri in source.uris:
        folder = _folder(uri, folders)
        found += [locate(uri, folders)] if folder is None else _below(folder, source.file_format, folders)
        if len(found) > MOST_FILES:
            raise Refused(f"a table is read from at most {MOST_FILES} files")
    # Under another name a file would give everybody in it twice the rows that are promised.
    if len({(state.st_dev, state.st_ino) for state in map(_state, found)}) < len(found):
        raise Refused("the source names the same file twice")
    return tuple(found)


def folders_of(source: Source, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders among what a table is read from."""
    return tuple(found for uri in source.uris if (found := _folder(uri, folders)) is not None)


def _folder(uri: str, folders: tuple[Path, ...]) -> Path | None:
    """The folder that `uri` names inside a data folder; None for a file, or for what is not there."""
    if uri.lower().endswith(SUFFIXES) or not _is_path(uri):
        return None
    for folder in folders:
        try:
            real = (folder / uri).resolve(strict=True)
            if any(real.is_relative_to(allowed.resolve()) for allowed in folders) and real.is_dir():
                return real
        except (OSError, RuntimeError, ValueError):
            continue
    return None


def _below(folder: Path, file_format: str, folders: tuple[Path, ...]) -> list[Path]:
    """The data files below a folder; what begins with a dot or an underscore is another program's own."""
    ends = tuple(suffix for suffix in SUFFIXES if (suffix == ".parquet") == (file_format == "parquet"))
    named = []
    for seen, (place, deeper, names) in enumerate(_walk(folder)):
        deeper[:] = [name for name in deeper if not name.startswith((".", "_"))]
        named += [
            Path(place, name) for name in names if name.lower().endswith(ends) and not name.startswith((".", "_"))
        ]
        if seen + len(named) > MOST_ENTRIES:
            raise Refused(f"a table is read from at most {MOST_FILES} files")
    found = [_inside(path, folders) for path in sorted(named)]
    if not found or None in found:
        raise Refused(UNKNOWN)
    return [path for path in found if path is not None]


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    def failed(_: OSError) -> None:
        raise Refused(UNKNOWN)

    # Links to folders are not followed: they could go round in circles.
    return os.walk(folder, onerror=failed)


def _state(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError:
        raise Refused(UNKNOWN) from None


def _is_path(uri: str) -> bool:
    parts = Path(uri).parts
    return 0 < len(uri) <= LONGEST_URI and uri.isprintable() and ".." not in parts and "\\" not in uri


def fingerprint(path: Path) -> Fingerprint:
    """Size, time of change and inode of the file; raises Refused when it is gone."""
    found = _state(path)
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
        return _parquet_header(path) if source.file_format == "parquet" else _csv_header(path, source)
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
