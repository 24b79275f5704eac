"""Runs: a page of a long metric is found in the index alone. Models: how often they
predict. What is mirrored to MLflow."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = ["run_uuid", "kind", "key", "step"]
ORDER = [*BEFORE, "timestamp", "value_id"]


def upgrade() -> None:
    """Indexes, a column and a table."""
    op.create_index(op.f("ix_run_outputs_state_run_uuid"), "run_outputs", ["state", "run_uuid"], unique=False)
    op.create_table(
        "run_mirrors",
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("outputs", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_uuid"], ["runs.run_uuid"], name=op.f("fk_run_mirrors_run_uuid")),
        sa.PrimaryKeyConstraint("run_uuid", name=op.f("pk_run_mirrors")),
    )
    op.add_column("models", sa.Column("predictions_per_hour", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_run_values_order", "run_values", ORDER, unique=False)
    op.drop_index(op.f("ix_run_values_run_uuid_kind_key_step"), "run_values")


def downgrade() -> None:
    """Back to the version before."""
    op.create_index(op.f("ix_run_values_run_uuid_kind_key_step"), "run_values", BEFORE, unique=False)
    op.drop_index("ix_run_values_order", "run_values")
    op.drop_column("models", "predictions_per_hour")
    op.drop_table("run_mirrors")
    op.drop_index(op.f("ix_run_outputs_state_run_uuid"), "run_outputs")
