"""What the owner says of a dataset: tables, columns, bounds, the privacy unit and the budget.

One model for all three written forms (simple, full, old); `quarantine.domain.metadata.read` fills it.
"""

import math
from enum import StrEnum

import msgspec

from quarantine.domain.metadata.addresses import Server


class ColumnType(StrEnum):
    """The data types a column can have."""

    BOOLEAN = "boolean"
    DATETIME = "datetime"
    FLOAT = "float"
    INT = "int"
    STRING = "string"


Value = bool | int | float | str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column; `lower` and `upper` are the clamping bounds in the column's own unit (datetime: Unix seconds, UTC).

    Datetime values among `allowed_values` are text, `YYYY-MM-DD HH:MM:SS` in UTC.
    """

    name: str
    type: ColumnType
    description: str = ""
    selectable: bool = True
    private_id: bool = False
    nullable: bool = True
    unique: bool = False
    lower: int | float | None = None
    upper: int | float | None = None
    cardinality: int | None = None
    allowed_values: tuple[Value, ...] | None = None
    mask: str | None = None
    is_feature: bool = False
    is_target: bool = False
    synthesizable: bool = True

    @property
    def bounded(self) -> bool:
        """Whether both clamping bounds are declared, so that sums have a finite sensitivity."""
        return self.lower is not None and self.upper is not None

    @property
    def scale(self) -> int:
        """Fixed-point factor of a float column: aggregates see round(value * scale), always an integer.

        A power of ten between 1 and 10^6, chosen from the declared bounds alone (never from data) so that the largest
        magnitude stays near 10^9; 1 for every other type.
        """
        if self.type is not ColumnType.FLOAT:
            return 1
        if self.lower is None or self.upper is None:
            return 1_000_000
        largest = max(abs(self.lower), abs(self.upper), 1e-9)
        return int(10 ** min(6, max(0, 9 - math.ceil(math.log10(largest)))))


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a table's rows are: csv or parquet files and how to read them, or the database that the table is in.

    `uri` names a file or a folder of files, `further` more of them. With `use_original_header` the column names stand
    in line `header_row` of a file (from 0). Without it they are `header_columns`, in the file's order, and the lines
    up to `header_row` (None: no such line) are skipped.
    """

    connector: str = "csv"
    uri: str = ""
    further: tuple[str, ...] = ()
    format: str = ""
    server: Server | None = None
    separator: str = ","
    decimal: str = "."
    header_row: int | None = 0
    header_columns: tuple[str, ...] = ()
    use_original_header: bool = True
    index_column: str | int | None = None
    na_values: dict[str, tuple[str, ...]] = {}
    skip_initial_space: bool = False

    @property
    def uris(self) -> tuple[str, ...]:
        """The files and folders, in the order in which they are named."""
        return (self.uri, *self.further)

    @property
    def file_format(self) -> str:
        """`csv` or `parquet`; `format` where the connector does not tell."""
        return self.format or self.connector


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table and its privacy settings; SQL names it `schema.name`.

    `rows_are_public` says that no row of it is about anybody: a lookup table, which protected rows may be joined with
    by a column of its own that is `unique`. `persons` is a word for the persons that the privacy unit names: tables of
    other datasets that have it, too, name the same persons in the same way.
    """

    schema: str
    name: str
    description: str = ""
    columns: tuple[Column, ...]
    source: Source
    privacy_level: int = 2
    row_privacy: bool = False
    rows_are_public: bool = False
    persons: str = ""
    max_ids: int = 1
    tau: float | None = None
    clamp_counts: bool = False
    clamp_columns: bool = True
    censor_dims: bool = True
    sample_max_ids: bool = True
    rows: int | None = None
    synth_allowed: bool = False

    @property
    def privacy_unit(self) -> str | None:
        """The column that names the protected person; None where each row is protected by itself."""
        if self.row_privacy:
            return None
        return next((column.name for column in self.columns if column.private_id), None)

    @property
    def contribution_bound(self) -> int:
        """The largest number of rows of one privacy unit in the bounded copy (1 under row privacy)."""
        return 1 if self.privacy_unit is None else self.max_ids


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """A whole dataset as its owner describes it."""

    name: str
    description: str = ""
    type: str = "CSV"
    tags: tuple[str, ...] = ()
    metadata_is_public: bool = False
    tables: tuple[Table, ...]
    budget_epsilon: float | None = None
    budget_delta: float | None = None
