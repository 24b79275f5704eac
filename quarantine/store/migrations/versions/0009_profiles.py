"""Profiles: private statistics of datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new table."""
    op.create_table(
        "profiles",
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("meta_version", sa.Integer(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["data_id"], ["data.data_id"], name=op.f("fk_profiles_data_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("data_id", name=op.f("pk_profiles")),
    )


def downgrade() -> None:
    """Back to the version before; what was bought stays on the ledger."""
    op.drop_table("profiles")
