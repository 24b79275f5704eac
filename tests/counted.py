"""Whether what is counted of the counted tables is what is there."""

from collections import Counter

from sqlalchemy import Connection, Table, select

from quarantine.store import counts
from quarantine.store.schema import METADATA
from quarantine.store.tables import change_counts, row_counts

COUNTED = [table for table in METADATA.sorted_tables if table.info.get("counted")]


def check(connection: Connection) -> None:
    """Every table's rows that are not deleted, in total, by blocks of numbers and by spans of their last changes."""
    for table in COUNTED:
        there = [row for row in connection.execute(select(table)).all() if getattr(row, "deleted_at", None) is None]
        assert counts.count(connection, table) == len(there), table.name
        blocks = Counter(row[0] // counts.BLOCK for row in there)
        assert _kept(connection, row_counts, table) == {(block,): count for block, count in blocks.items()}
        if "updated_at" in table.c:
            spans = Counter((level, row.updated_at >> level) for row in there for level in counts.LEVELS)
            assert _kept(connection, change_counts, table) == spans


def _kept(connection: Connection, kept: Table, table: Table) -> dict[tuple[int, ...], int]:
    found = connection.execute(select(kept).where(kept.c.table_name == table.name, kept.c.row_count != 0))
    return {tuple(row[1:-1]): row[-1] for row in found}
