"""The bounded copy of a table: the one file that queries read.

Written once, when the data is registered or has changed: typed, clamped, and with at most `max_ids` rows per person, so
that every sum over it has the sensitivity that the metadata promises, whatever the source holds.
"""

# ruff: noqa: S608 - SQL is made of positions, numbers and names; `quoted` and `literal` write what others chose

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from quarantine.domain.errors import Refused, Unavailable
from quarantine.domain.metadata.model import ColumnType, Table
from quarantine.domain.quoting import literal, quoted
from quarantine.store.sources.connector import Progress, Stop, check_unique
from quarantine.store.sources.files import UNREADABLE, Fingerprint, Header, check_columns, check_quotes, fingerprint
from quarantine.store.sources.locked import escaped, locked_engine, parquet
from quarantine.store.sources.running import attended
from quarantine.store.sources.typed import bounded, parsed

CATEGORY = 1_000  # most values of a column that is worth sorting by
PART_ROWS = 5_000_000  # rows that are drawn from at a time; keeps the window within the memory limit
EXHAUSTED = "the bounded copy could not be written: not enough memory or disk space"
CHANGED = "the source changed while it was read; register it again when it is at rest"


class Built(msgspec.Struct, frozen=True):
    """A finished copy, and the state of the files that it was made from. Says nothing that depends on the rows."""

    path: Path
    source: tuple[Fingerprint, ...]


def build(
    table: Table,
    paths: tuple[Path, ...],
    target: Path,
    *,
    progress: Progress = lambda share: None,
    stop: Stop = lambda: False,
    memory_mb: int = 1024,
    threads: int = 2,
) -> Built:
    """Writes one bounded copy of the files at `paths` to `target` in one move; an older copy stays until then.

    `progress` is told shares from 0 to 1 and `stop` is asked, both in the caller's thread. Raises Refused (one text for
    all that is wrong with a file), Unavailable (memory, disk) or Stopped.
    """
    before = tuple(map(fingerprint, paths))
    files = tuple((path, check_columns(table, path)) for path in paths)
    if table.source.file_format != "parquet":
        for path in paths:
            check_quotes(path)
    failure: Refused | Unavailable
    try:
        with _workplace(target) as folder:
            with locked_engine(reads=paths, folder=folder, memory_mb=memory_mb, threads=threads) as connection:
                made = _Copy(connection, table, files, folder, progress, stop).write()
            if tuple(map(fingerprint, paths)) != before:
                raise Refused(CHANGED)
            _replace(made, target)
        progress(1.0)
        return Built(target, before)
    except (duckdb.OutOfMemoryException, MemoryError, OSError):
        failure = Unavailable(EXHAUSTED)
    except duckdb.Error:
        failure = Refused(UNREADABLE)
    # Raised out here so that the engine's own error, which may quote a cell, is not even its context.
    raise failure


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """A private folder beside the target, gone afterwards; what a killed process left there goes first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{escaped(target.name)}.*.part"):
        shutil.rmtree(left, ignore_errors=True)
    folder = target.parent.resolve() / f".{target.name}.{secrets.token_hex(8)}.part"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _replace(made: Path, target: Path) -> None:
    made.chmod(0o600)
    for path, then in ((made, lambda: made.replace(target)), (target.parent, lambda: None)):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        then()


def _numbered(path: Path) -> str:
    return parquet(path, more=", file_row_number=true")


def _into(path: Path) -> str:
    # Version 2 packs integers by their differences: half the size of version 1, and sums over it take two thirds of
    # the time that they take over version 1 with zstd (docs/decisions/0013-files-of-the-bounded-copy.md).
    return f"TO {literal(str(path))} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy)"


class _Copy:
    """One run of the engine: typed rows to a stage, then the rows that stay, sorted, to the copy."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        files: tuple[tuple[Path, Header], ...],
        folder: Path,
        progress: Progress,
        stop: Stop,
    ) -> None:
        self.connection = connection
        self.table = table
        self.files = files
        self.progress = progress
        self.stop = stop
        self.stages = tuple(folder / f"stage{n}.parquet" for n in range(len(files)))
        self.folder = folder
        self.made = folder / "made.parquet"
        names = [column.name for column in table.columns]
        unit = table.privacy_unit
        self.unit = None if unit is None else f"v{names.index(unit)}"

    def write(self) -> Path:
        """The finished copy, still beside its place."""
        self.progress(0.0)
        for n, (path, found) in enumerate(self.files):
            self._write_stage(path, found, self.stages[n], (0.6 * n / len(self.files), 0.6 * (n + 1) / len(self.files)))
        rows = self._keep() if self.unit else self.stages
        check_unique(self.table, lambda names: self._repeated(names, rows))
        named = ", ".join(f"v{n} AS {quoted(column.name)}" for n, column in enumerate(self.table.columns))
        order = ", ".join(self._order())
        self._run(f"COPY (SELECT {named} FROM {parquet(*rows)} ORDER BY {order}) {_into(self.made)}", (0.75, 0.98))
        return self.made

    def _repeated(self, names: list[str], rows: tuple[Path, ...]) -> tuple[object, ...]:
        numbers = [[column.name for column in self.table.columns].index(name) for name in names]
        counted = ", ".join(f"count(v{n}) - count(DISTINCT v{n})" for n in numbers)
        return self._run(f"SELECT {counted} FROM {parquet(*rows)}", (0.75, 0.75))[0]

    def _write_stage(self, path: Path, found: Header, stage: Path, share: tuple[float, float]) -> None:
        """Every declared column, typed and clamped, of every row of one file that has a person."""
        names = {name: f"c{n}" for n, name in enumerate(found.names)}
        cells, values = [], []
        for n, column in enumerate(self.table.columns):
            cells.append(f"{parsed(column, self._cell(names[column.name], column.name), self.table.source)} AS p{n}")
            values.append(f"{bounded(column, f'p{n}', filled=f'v{n}' != self.unit)} AS v{n}")
        typed = f"SELECT {', '.join(values)} FROM (SELECT {', '.join(cells)} FROM {self._rows(path, found)})"
        kept = f"SELECT * FROM ({typed}) WHERE {self.unit} IS NOT NULL" if self.unit else typed
        self._run(f"COPY ({kept}) {_into(stage)}", share)

    def _cell(self, position: str, name: str) -> str:
        # The csv reader is given positions for names (a header may repeat names of columns that nobody declared).
        return f"{quoted(name)}::VARCHAR" if self.table.source.file_format == "parquet" else position

    def _rows(self, path: Path, found: Header) -> str:
        if self.table.source.file_format == "parquet":
            return parquet(path)
        source = self.table.source
        columns = ", ".join(f"c{n}: 'VARCHAR'" for n in range(len(found.names)))
        return (
            f"read_csv({literal(str(path))}, columns={{{columns}}}, auto_detect=false, header=false, "
            f"skip={found.skipped}, delim={literal(source.separator)}, quote='\"', escape='\"', strict_mode=true, "
            # Quoted line breaks and short rows together need one reader: DuckDB's parallel one refuses them.
            "null_padding=true, parallel=false)"
        )

    def _keep(self) -> tuple[Path, ...]:
        """The stages, or a copy of them without the rows beyond `max_ids`, drawn once and for every query."""
        violators = self.folder / "violators.parquet"
        counted = f"SELECT {self.unit}, count(*) AS rows FROM {parquet(*self.stages)} GROUP BY {self.unit}"
        over = f"SELECT * FROM ({counted}) WHERE rows > {self.table.max_ids}"
        self._run(f"COPY ({over}) {_into(violators)}", (0.6, 0.63))
        total = self._run(f"SELECT coalesce(sum(rows), 0)::BIGINT FROM {parquet(violators)}", (0.63, 0.63))[0][0]
        if not isinstance(total, int) or total == 0:
            # Nobody has more rows than allowed: keeping that many each is the identity.
            return self.stages
        stage = self._merged()
        parts = 1 + total // PART_ROWS
        dropped = [self._drop(stage, violators, number, parts) for number in range(parts)]
        kept = self.folder / "kept.parquet"
        gone = f"SELECT file_row_number FROM {parquet(*dropped)}"
        rows = f"SELECT * FROM {_numbered(stage)} ANTI JOIN ({gone}) USING (file_row_number)"
        self._run(f"COPY ({rows}) {_into(kept)}", (0.7, 0.75))
        return (kept,)

    def _merged(self) -> Path:
        """One stage, whose row numbers are of all rows."""
        if len(self.stages) == 1:
            return self.stages[0]
        merged = self.folder / "stage.parquet"
        self._run(f"COPY (SELECT * FROM {parquet(*self.stages)}) {_into(merged)}", (0.63, 0.63))
        return merged

    def _drop(self, stage: Path, violators: Path, number: int, parts: int) -> Path:
        """Numbers of the rows to leave out, for one part of the persons: the window sorts nothing but numbers."""
        part = f"SELECT {self.unit} FROM {parquet(violators)} WHERE hash({self.unit}) % {parts} = {number}"
        lots = (
            f"SELECT {self.unit}, file_row_number, random() AS lot FROM {_numbered(stage)} "
            f"SEMI JOIN ({part}) USING ({self.unit})"
        )
        drawn = f"row_number() OVER (PARTITION BY {self.unit} ORDER BY lot, file_row_number) AS position"
        beyond = f"SELECT file_row_number FROM (SELECT *, {drawn} FROM ({lots})) WHERE position > {self.table.max_ids}"
        made = self.folder / f"dropped{number}.parquet"
        self._run(f"COPY ({beyond}) {_into(made)}", (0.63 + 0.07 * number / parts, 0.63 + 0.07 * (number + 1) / parts))
        return made

    def _order(self) -> list[str]:
        """Columns of few values first (they compress and prune best), then the person: never the source's own order."""
        few = [
            f"v{n}"
            for n, column in enumerate(self.table.columns)
            if column.type is ColumnType.BOOLEAN
            or len(column.allowed_values or ()) in range(1, CATEGORY)
            or (column.cardinality or CATEGORY) < CATEGORY
        ]
        last = self.unit or "v0"
        return [*[name for name in few if name != last][:4], last]

    def _run(self, statement: str, share: tuple[float, float]) -> list[tuple[object, ...]]:
        """Runs one statement; between `share` the caller is told how far it is."""
        found: list[tuple[object, ...]] = attended(
            lambda: self.connection.execute(statement).fetchall(),
            stop=self.stop,
            cancel=self.connection.interrupt,
            report=lambda: self._report(share),
        )
        self.progress(share[1])
        return found

    def _report(self, share: tuple[float, float]) -> None:
        done = max(0.0, self.connection.query_progress()) / 100
        self.progress(share[0] + (share[1] - share[0]) * min(1.0, done))
