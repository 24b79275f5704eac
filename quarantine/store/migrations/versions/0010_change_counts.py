"""Counts of rows by when they were last changed, for pages far inside lists in that order."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = {"users": True, "roles": False, "groups": False, "data": True, "projects": True}
LEVELS = (21, 14, 7, 0)


def upgrade() -> None:
    """Make the table, and count what is there; of some tables' rows there are deleted ones that do not count."""
    counts = op.create_table(
        "change_counts",
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("span", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "level", "span", name=op.f("pk_change_counts")),
    )
    for name, marks in TABLES.items():
        table = sa.table(name, sa.column("updated_at", sa.BigInteger), sa.column("deleted_at", sa.BigInteger))
        for level in LEVELS:
            span = (table.c.updated_at // 2**level).label("span")
            found = sa.select(sa.literal(name), sa.literal(level), span, sa.func.count()).group_by(span)
            there = found.where(table.c.deleted_at.is_(None)) if marks else found
            op.execute(counts.insert().from_select(["table_name", "level", "span", "row_count"], there))


def downgrade() -> None:
    """Back to the version before: it counts by numbers only."""
    op.drop_table("change_counts")
