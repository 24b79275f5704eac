"""Runs: what was asked for, the data they could read, what they wrote, and what was released; forced cancellation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new column and tables."""
    op.add_column("jobs", sa.Column("cancel_forced", sa.Boolean(), server_default=sa.false(), nullable=False))
    _runs()
    _outputs()
    _values()


def downgrade() -> None:
    """Back to version 0003; runs and what they wrote are lost."""
    for table in ("run_values", "run_outputs", "run_data", "runs"):
        op.drop_table(table)
    op.drop_column("jobs", "cancel_forced")


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("run_stage", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("entry_point", sa.String(length=100), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.CheckConstraint("run_stage IN ('active', 'deleted')", name=op.f("ck_runs_run_stage")),
        sa.ForeignKeyConstraint(["run_uuid"], ["jobs.job_uuid"], name=op.f("fk_runs_run_uuid")),
        sa.PrimaryKeyConstraint("run_uuid", name=op.f("pk_runs")),
    )
    op.create_table(
        "run_data",
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("data_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["run_uuid"], ["runs.run_uuid"], name=op.f("fk_run_data_run_uuid"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["data_id"], ["data.data_id"], name=op.f("fk_run_data_data_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_uuid", "data_id", name=op.f("pk_run_data")),
    )
    op.create_index(op.f("ix_run_data_data_id"), "run_data", ["data_id"], unique=False)


def _outputs() -> None:
    kinds = "kind IN ('file', 'log', 'metrics', 'params', 'tags')"
    op.create_table(
        "run_outputs",
        sa.Column("output_id", KEY, nullable=False),
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="held", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(kinds, name=op.f("ck_run_outputs_kind")),
        sa.CheckConstraint("state IN ('held', 'released', 'refused')", name=op.f("ck_run_outputs_state")),
        sa.ForeignKeyConstraint(["run_uuid"], ["runs.run_uuid"], name=op.f("fk_run_outputs_run_uuid")),
        sa.PrimaryKeyConstraint("output_id", name=op.f("pk_run_outputs")),
        sa.UniqueConstraint("run_uuid", "kind", "name", name=op.f("uq_run_outputs_run_uuid_kind_name")),
        sqlite_autoincrement=True,
    )


def _values() -> None:
    op.create_table(
        "run_values",
        sa.Column("value_id", KEY, nullable=False),
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("timestamp", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('metric', 'param', 'tag')", name=op.f("ck_run_values_kind")),
        sa.ForeignKeyConstraint(["run_uuid"], ["runs.run_uuid"], name=op.f("fk_run_values_run_uuid")),
        sa.PrimaryKeyConstraint("value_id", name=op.f("pk_run_values")),
        sqlite_autoincrement=True,
    )
    columns = ["run_uuid", "kind", "key", "step"]
    op.create_index(op.f("ix_run_values_run_uuid_kind_key_step"), "run_values", columns, unique=False)
