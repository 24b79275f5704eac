"""What is known of a dataset by a private profile: the rows of its tables, means and deviations of their columns."""

from collections.abc import Sequence

import msgspec


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A column's mean and standard deviation, with half-widths of 95% intervals; None for what the noise drowned."""

    mean: float | None = None
    mean_error: float | None = None
    std: float | None = None
    std_error: float | None = None


class TableProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A table's number of rows in the bounded copy, and its columns."""

    rows: float | None
    rows_error: float | None
    columns: dict[str, ColumnProfile]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What was bought at which price, by table (`schema.name`)."""

    epsilon: float
    delta: float
    tables: dict[str, TableProfile]

    def without(self, hidden: Sequence[str]) -> "Profile":
        """The same without columns that somebody must not see, in whatever case they are named."""
        unseen = {name.casefold() for name in hidden}
        tables = {
            name: msgspec.structs.replace(
                table,
                columns={column: found for column, found in table.columns.items() if column.casefold() not in unseen},
            )
            for name, table in self.tables.items()
        }
        return msgspec.structs.replace(self, tables=tables)

    @property
    def rows(self) -> int:
        """The rows of all tables, as far as the noise lets them be told."""
        return round(sum(max(0.0, table.rows or 0.0) for table in self.tables.values()))

    def values(self, name: str) -> dict[str, float]:
        """One statistic (`mean`, `std`) of every column that has it, by column; of several tables by `table.column`."""
        return {
            column if len(self.tables) == 1 else f"{table}.{column}": value
            for table, found in self.tables.items()
            for column, one in found.columns.items()
            if (value := getattr(one, name)) is not None
        }
