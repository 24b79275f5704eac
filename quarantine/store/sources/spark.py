"""The spark connector: files in the server's data folders that one machine's DuckDB is too small for.

Spark reads them, writes the bounded projection as Parquet, and adds up what a plan asks for; only these numbers come to
this process. With a master of its own (`DQ0_SPARK_MASTER`), data folders and state folder are shared with its workers.
"""

# ruff: noqa: S608 - names are ours

import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarantine.domain.errors import DomainError, Refused
from quarantine.domain.metadata.model import Table
from quarantine.domain.settings import Settings
from quarantine.store.sources import files, spark_typed
from quarantine.store.sources.connector import Copy, Progress, Stated, Stop, Unwanted, check_unique
from quarantine.store.sources.filed import FilePlace, drop_folders, target_of
from quarantine.store.sources.files import UNKNOWN, UNREADABLE
from quarantine.store.sources.running import attended
from quarantine.store.sources.spark_session import spark_session, stop_spark
from quarantine.store.sources.watch import Watch

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    Named = Callable[[DataFrame], str]

MOST_GROUPS = 1_000_000
CURRENT = "current"


class SparkPlace(FilePlace):
    """The files of one table, for Spark."""

    def check_columns(self) -> None:
        """Looks at each file's header; Spark would silently leave out what is named like another program's own."""
        if any(path.name.startswith((".", "_")) for path in self.paths):
            raise Refused(UNKNOWN)
        super().check_columns()

    def build(self, copy: Copy, progress: Progress, stop: Stop) -> None:
        """A folder of Parquet files, made the current one in one step; the one before stays for running queries."""
        progress(0.0)
        before = self.fingerprint()
        target = _folder(copy, self._settings)
        new = target / secrets.token_hex(8)
        spark = spark_session(self._settings)
        group = str(uuid.uuid4())
        failure: Refused
        try:
            attended(
                lambda: self._write(spark, group, new),
                stop=stop,
                cancel=lambda: spark.sparkContext.cancelJobGroup(group),
                report=lambda: progress(0.5),
            )
            if self.fingerprint() != before:
                raise Refused("the source changed while it was read; register it again when it is at rest")
            _point(target, new)
            progress(1.0)
            return
        except DomainError:
            shutil.rmtree(new, ignore_errors=True)
            raise
        except Exception:
            shutil.rmtree(new, ignore_errors=True)
            failure = Refused(UNREADABLE)
        # Raised out here so that Spark's own error, which may quote a cell, is not even its context.
        raise failure

    def _write(self, spark: "SparkSession", group: str, target: Path) -> None:
        spark.sparkContext.setJobGroup(group, "bounded copy", interruptOnCancel=True)
        with _views(spark) as named:
            cells = named(self._cells(spark, named))
            spark.sql(spark_typed.projection(self.table, cells)).write.parquet(_uri(target))
            written = named(spark.read.schema(spark_typed.schema(self.table)).parquet(_uri(target)))
            check_unique(self.table, lambda names: _repeated(spark, written, names))

    def _cells(self, spark: "SparkSession", named: "Named") -> "DataFrame":
        """The declared columns of all files, parsed; files of one header are read together."""
        groups: dict[tuple[str, ...], list[Path]] = {}
        for path in self.paths:
            groups.setdefault(files.header(path, self.table.source).names, []).append(path)
        found = [self._group(spark, names, paths, named) for names, paths in groups.items()]
        whole = found[0]
        for more in found[1:]:
            whole = whole.union(more)
        return whole

    def _group(self, spark: "SparkSession", names: tuple[str, ...], paths: list[Path], named: "Named") -> "DataFrame":
        reader = spark.read.option("recursiveFileLookup", "true")
        uris = [_uri(path) for path in paths]
        if self.table.source.file_format == "parquet":
            rows = reader.option("mergeSchema", "true").parquet(*uris)
            kinds = {name: (spark_typed.named(name), kind) for name, kind in rows.dtypes}
        else:
            rows = self._text(reader, names, uris)
            kinds = {name: (f"c{n}", "string") for n, name in enumerate(names)}
        return spark.sql(spark_typed.cells(self.table, kinds, named(rows)))

    def _text(self, reader: Any, names: tuple[str, ...], uris: list[str]) -> "DataFrame":
        source = self.table.source
        options = {
            "header": source.header_row == 0,
            "sep": source.separator,
            "quote": '"',
            "escape": '"',
            "multiLine": True,
            "encoding": "UTF-8",
            "mode": "FAILFAST",
            "enforceSchema": True,
            "ignoreLeadingWhiteSpace": source.skip_initial_space,
            "maxCharsPerColumn": files.LONGEST_LINE,
            "maxColumns": max(20_480, len(names) + 1),
        }
        made: DataFrame = (
            reader.schema(", ".join(f"c{n} STRING" for n in range(len(names)))).options(**options).csv(uris)
        )
        return made


class Spark:
    """Files of the data folders, and Spark over their copies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._watch = Watch()

    def locate(self, table: Table) -> SparkPlace:
        """The files; raises Refused for what is not a readable data file in a data folder."""
        return SparkPlace(table, self._settings)

    def aggregate(self, plan: Stated, table: Table, copy: Copy, *more: tuple[Table, Copy]) -> list[tuple[object, ...]]:
        """The plan's exact aggregates by Spark; raises DomainError with one constant text."""
        from quarantine.domain.privacy import FAILED

        try:
            return self.select(lambda *views: plan.statement("spark", *views), table, copy, *more)
        except Exception:
            failed = DomainError(FAILED)
        # Raised out here, so that the cause is not even attached to it.
        raise failed

    def select(
        self, statement: Callable[..., str], table: Table, copy: Copy, *more: tuple[Table, Copy]
    ) -> list[tuple[object, ...]]:
        """The rows of one SELECT over the copies, whose names `statement` is told; raises whatever Spark does."""
        spark = spark_session(self._settings)
        read = [
            spark.read.schema(spark_typed.schema(one)).parquet(self._content(of)) for one, of in ((table, copy), *more)
        ]
        group = str(uuid.uuid4())
        spark.sparkContext.setJobGroup(group, "query", interruptOnCancel=True)
        deadline = time.monotonic() + self._settings.query_seconds
        with _views(spark) as named:
            views = [named(rows) for rows in read]
            with self._watch.until(deadline, lambda: spark.sparkContext.cancelJobGroup(group)) as overdue:
                # Inside another SELECT nothing but a SELECT can stand.
                whole = f"SELECT * FROM (\n{statement(*views)}\n) AS answer LIMIT {MOST_GROUPS + 1}"
                rows = spark.sql(whole).collect()
        if overdue():
            raise TimeoutError
        if len(rows) > MOST_GROUPS:
            raise OverflowError
        return [tuple(int(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]

    def _content(self, copy: Copy) -> str:
        folder = _folder(copy, self._settings)
        return _uri(folder / (folder / CURRENT).read_text())

    def has(self, copy: Copy) -> bool:
        """Whether its folder is there."""
        return copy.path(self._settings.bounded_folder).exists()

    def drop(self, tables: Iterable[Table], data_uuid: str, unwanted: Unwanted) -> None:
        """Remove the folders of the versions."""
        drop_folders(self._settings.bounded_folder / data_uuid, unwanted)

    def close(self) -> None:
        """End this process's Spark."""
        self._watch.close()
        stop_spark()


def _repeated(spark: "SparkSession", view: str, names: list[str]) -> tuple[object, ...]:
    columns = [spark_typed.named(name) for name in names]
    counted = ", ".join(f"count({column}) - count(DISTINCT {column})" for column in columns)
    return tuple(spark.sql(f"SELECT {counted} FROM {view}").collect()[0])


@contextmanager
def _views(spark: "SparkSession") -> Iterator["Named"]:
    """Names rows for SQL, each in a way that no other call does, until the block ends."""
    made: list[str] = []

    def named(rows: "DataFrame") -> str:
        made.append(f"rows_{uuid.uuid4().hex}")
        rows.createOrReplaceTempView(made[-1])
        return made[-1]

    try:
        yield named
    finally:
        for name in made:
            spark.catalog.dropTempView(name)


def _folder(copy: Copy, settings: Settings) -> Path:
    """Where the copies of this table are: the one that `current` names, and the one before."""
    target = target_of(copy, settings)
    # Hadoop takes some marks in a path for patterns: none of a table's name is in it.
    digest = uuid.uuid5(uuid.NAMESPACE_OID, target.name).hex
    folder = target.with_name(f"spark-{digest}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _point(folder: Path, new: Path) -> None:
    """Make a finished copy the current one; the one before last goes."""
    pointer = folder / CURRENT
    before = pointer.read_text() if pointer.exists() else ""
    written = folder / f".{new.name}"
    written.write_text(new.name)
    written.replace(pointer)
    for left in folder.iterdir():
        if left.is_dir() and left.name not in (before, new.name):
            shutil.rmtree(left, ignore_errors=True)


def _uri(path: Path) -> str:
    """A path as Hadoop reads it: no mark in it is a pattern."""
    return "file:" + "".join(f"\\{mark}" if mark in "\\*?[]{}" else mark for mark in str(path))
