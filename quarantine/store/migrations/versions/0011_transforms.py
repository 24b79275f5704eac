"""Transforms: what a run wrote may be a table or the code itself; datasets that were made of others."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "kind IN ('file', 'log', 'metrics', 'params', 'tags')"
AFTER = "kind IN ('code', 'file', 'log', 'metrics', 'params', 'table', 'tags')"


def upgrade() -> None:
    """More kinds of outputs, and where datasets come from."""
    _kinds(BEFORE, AFTER)
    op.create_table(
        "derivations",
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["data_id"], ["data.data_id"], name=op.f("fk_derivations_data_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["data.data_id"], name=op.f("fk_derivations_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("data_id", name=op.f("pk_derivations")),
    )
    op.create_index(op.f("ix_derivations_source_id"), "derivations", ["source_id"], unique=False)


def downgrade() -> None:
    """Back to the version before; what was held as a table or code is forgotten, datasets stay as they are."""
    op.drop_table("derivations")
    op.execute("DELETE FROM run_outputs WHERE kind IN ('code', 'table')")
    _kinds(AFTER, BEFORE)


def _kinds(before: str, after: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_run_outputs_kind"), "run_outputs", type_="check")
        op.create_check_constraint(op.f("ck_run_outputs_kind"), "run_outputs", after)
        return
    # SQLite changes no constraint of a table that is there: the table is made anew, by its own words but for these.
    found = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = 'run_outputs' AND sql IS NOT NULL ORDER BY rowid")
    table, *indexes = connection.scalars(found)
    head = 'CREATE TABLE "run_outputs"' if table.startswith('CREATE TABLE "') else "CREATE TABLE run_outputs"
    op.execute(table.replace(head, "CREATE TABLE run_outputs_made", 1).replace(before, after))
    last = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'run_outputs'"))
    op.execute("INSERT INTO run_outputs_made SELECT * FROM run_outputs")
    op.execute("DROP TABLE run_outputs")
    op.execute("ALTER TABLE run_outputs_made RENAME TO run_outputs")
    for index in indexes:
        op.execute(index)
    # Of what was deleted no number is given out again.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'run_outputs'")
    kept = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('run_outputs', :last)")
    connection.execute(kept, {"last": last or 0})
