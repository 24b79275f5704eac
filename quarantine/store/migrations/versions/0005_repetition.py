"""What a query may cost for Gaussian noise; what tells questions and states of a source apart, for free repetition."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Queries of before are never repeated: nobody knows what state of their source they were answered from."""
    op.add_column("data", sa.Column("free_repetition", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("queries", sa.Column("gaussian_delta", sa.Float(), server_default="0", nullable=False))
    for name in ("question", "source_state"):
        op.add_column("queries", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_queries_question"), "queries", ["question"], unique=False)


def downgrade() -> None:
    """Every question is charged again."""
    op.drop_index(op.f("ix_queries_question"), table_name="queries")
    for column in ("source_state", "question", "gaussian_delta"):
        op.drop_column("queries", column)
    op.drop_column("data", "free_repetition")
