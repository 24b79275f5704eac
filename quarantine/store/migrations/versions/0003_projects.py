"""Projects with their folders, attached datasets, commits and experiments; the experiment that a job belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    ("projects", "working_dir", sa.Text()),
    ("projects", "experiment_name", sa.Text()),
    ("projects", "commit_uuid", sa.String(length=36)),
    ("jobs", "experiment_uuid", sa.String(length=36)),
)
INDEXES = (
    ("projects", "updated_at", "project_id"),
    ("jobs", "commit_uuid"),
    ("jobs", "experiment_uuid"),
    ("project_data", "data_id"),
    ("commits", "user_id"),
    ("commits", "updated_at", "commit_id"),
    ("experiments", "project_id"),
    ("experiments", "user_id"),
    ("experiments", "updated_at", "experiment_id"),
)
# Rows of this table may be deleted and stay.
KEPT = ("projects",)
TABLES = ("project_data", "commits", "experiments")


def upgrade() -> None:
    """Make the new columns and tables."""
    for table, name, kind in COLUMNS:
        text = isinstance(kind, sa.Text)
        op.add_column(table, sa.Column(name, kind, server_default="" if text else None, nullable=not text))
    _project_data()
    _commits()
    _experiments()
    for table, *columns in INDEXES:
        kept = sa.text("deleted_at IS NULL") if table in KEPT else None
        name = op.f(f"ix_{table}_{'_'.join(columns)}")
        op.create_index(name, table, columns, unique=False, sqlite_where=kept, postgresql_where=kept)
    only = sa.text("experiment_stage = 'active'")
    columns = ["project_id", "experiment_name"]
    op.create_index(
        "uq_experiments_active", "experiments", columns, unique=True, sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    """Back to version 0002; commits, experiments and what was attached are lost."""
    for table, *columns in INDEXES:
        if table not in TABLES:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    for table in TABLES[::-1]:
        op.drop_table(table)
    for table, name, _ in COLUMNS[::-1]:
        op.drop_column(table, name)


def _project_data() -> None:
    op.create_table(
        "project_data",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["data_id"], ["data.data_id"], name=op.f("fk_project_data_data_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.project_id"], name=op.f("fk_project_data_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "data_id", name=op.f("pk_project_data")),
    )


def _of_a_project(table: str, key: str, *more: sa.schema.SchemaItem) -> None:
    """A table of what somebody made in a project."""
    op.create_table(
        table,
        sa.Column(f"{key}_id", KEY, nullable=False),
        sa.Column(f"{key}_uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        *more,
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.project_id"], name=op.f(f"fk_{table}_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint(f"{key}_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(f"{key}_uuid", name=op.f(f"uq_{table}_{key}_uuid")),
        sqlite_autoincrement=True,
    )


def _commits() -> None:
    _of_a_project(
        "commits",
        "commit",
        sa.Column("commit_name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("packed_bytes", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.UniqueConstraint("project_id", "digest", name=op.f("uq_commits_project_id_digest")),
    )


def _experiments() -> None:
    _of_a_project(
        "experiments",
        "experiment",
        sa.Column("experiment_name", sa.String(length=128), nullable=False),
        sa.Column("experiment_stage", sa.String(length=16), server_default="active", nullable=False),
        sa.CheckConstraint("experiment_stage IN ('active', 'deleted')", name=op.f("ck_experiments_experiment_stage")),
    )
