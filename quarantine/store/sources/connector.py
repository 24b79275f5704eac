"""What every kind of source is to the rest of the server: a place that rows are in, and an engine that adds them up.

`connectors` names the kinds: csv and parquet files (DuckDB), PostgreSQL, Spark. Nothing of a table's bounded copy
leaves its engine but a plan's aggregates.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Table
from quarantine.store.data import Origin

Progress = Callable[[float], None]
Stop = Callable[[], bool]
Unwanted = Callable[[int], bool]
# The engine takes a path with these for several files: one table's copy would be read together with others.
_GLOB_MARKS = str.maketrans({mark: f"%{ord(mark):02x}" for mark in "%*?["})


class Copy(msgspec.Struct, frozen=True):
    """The bounded copy of a table: a version of the metadata never meets the copy of another."""

    data_uuid: str
    version: int
    schema: str
    table: str

    def path(self, folder: Path) -> Path:
        """Where the copy is kept below the `folder` of all bounded copies, if it is a file or a folder of files."""
        name = f"{self.schema}.{self.table}".translate(_GLOB_MARKS)
        return folder / self.data_uuid / str(self.version) / f"{name}.parquet"


def check_unique(table: Table, repeated: Callable[[list[str]], Iterable[object]]) -> None:
    """Raises Refused where a column that is declared unique is not: joined by it, a row would become several.

    `repeated` is given the names and tells, for each, how many values of the finished copy stand there once more.
    """
    names = [column.name for column in table.columns if column.unique]
    for name, count in zip(names, repeated(names) if names else (), strict=True):
        if count != 0:
            raise Refused(f"{table.schema}.{table.name}: {name} is declared unique, and two rows have the same value")


class Stated(Protocol):
    """What can be asked of a bounded copy: a query's plan, or the sums of a fit; bounded aggregates alone."""

    def statement(self, dialect: str, *names: str | tuple[str, ...]) -> str:
        """One SELECT in the words of `duckdb`, `postgres` or `spark`, over the copies of these names."""


class Place(Protocol):
    """A table where its rows are. Finding the place looks into nothing; all methods may raise Refused."""

    table: Table
    # Whether it is reached over a network, so that no request waits for it, nor holds a transaction meanwhile.
    remote: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what is read, the same whatever the metadata calls it: the budget's lineage goes by them."""

    def check_columns(self) -> None:
        """Raises Refused where the declared columns are not there."""

    def fingerprint(self) -> str:
        """The state of the source, cheaply: another text means that the copy may be out of date."""

    def origins(self) -> list[Origin]:
        """Names and content digests; reads everything."""

    def build(self, copy: Copy, progress: Progress, stop: Stop) -> None:
        """Make the bounded copy or replace it in one step; tells shares from 0 to 1, and raises Stopped on `stop`."""


class Connector(Protocol):
    """One kind of source. Its methods may be called from any thread."""

    def locate(self, table: Table) -> Place:
        """The table's place, if it is one that the server's operator allows; raises Refused otherwise."""

    def aggregate(self, plan: Stated, table: Table, copy: Copy, *more: tuple[Table, Copy]) -> list[tuple[object, ...]]:
        """The plan's exact aggregates over its copies, in its order; every failure is a DomainError of one text."""

    def has(self, copy: Copy) -> bool:
        """Whether the copy is there, as far as that can be told without asking a server."""

    def drop(self, tables: Iterable[Table], data_uuid: str, unwanted: Unwanted) -> None:
        """Remove the copies of a dataset's unwanted versions; what cannot be removed just now stays."""

    def close(self) -> None:
        """Let go of the engine; the next call starts it anew."""
