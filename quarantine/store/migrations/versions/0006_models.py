"""Models: places among runs' artifacts that can predict, who may what with them, and what they are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables."""
    _models()
    op.create_table(
        "predictions",
        sa.Column("prediction_uuid", sa.String(length=36), nullable=False),
        sa.Column("model_id", KEY, nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.model_id"], name=op.f("fk_predictions_model_id")),
        sa.ForeignKeyConstraint(["prediction_uuid"], ["jobs.job_uuid"], name=op.f("fk_predictions_prediction_uuid")),
        sa.PrimaryKeyConstraint("prediction_uuid", name=op.f("pk_predictions")),
    )
    op.create_index(op.f("ix_predictions_model_id"), "predictions", ["model_id"], unique=False)


def downgrade() -> None:
    """Back to version 0005; models are registered anew from their runs then."""
    op.drop_table("predictions")
    op.drop_table("models")


def _models() -> None:
    op.create_table(
        "models",
        sa.Column("model_id", KEY, nullable=False),
        sa.Column("model_uuid", sa.String(length=36), nullable=False),
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("location", sa.String(length=1000), nullable=False),
        sa.Column("model_name", sa.String(length=1000), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("trained", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_uuid"], ["runs.run_uuid"], name=op.f("fk_models_run_uuid")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_models_user_id")),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_models")),
        sa.UniqueConstraint("model_uuid", name=op.f("uq_models_model_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_models_user_id"), "models", ["user_id"], unique=False)
    kept = sa.text("deleted_at IS NULL")
    place = ["run_uuid", "location"]
    op.create_index("uq_models_place", "models", place, unique=True, sqlite_where=kept, postgresql_where=kept)
