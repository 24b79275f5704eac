"""The first tables: people, sessions, datasets, ledger, jobs, queries, artifacts, audits; and the built-in roles."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Name and permission level: 4 own, 3 change, 2 use, 1 see.
ROLES = (("admins", 4), ("owners", 3), ("users", 2), ("auditors", 1))


def upgrade() -> None:
    """Make the tables and fill in the roles and the beginnings of the chains."""
    _audits()
    _chain_heads()
    _lineages()
    _local_session()
    _login_attempts()
    _roles()
    _users()
    _data()
    _ledger()
    _origins()
    _sessions()
    _user_roles()
    _data_permissions()
    _jobs()
    _artifacts()
    _queries()
    _seed()


def downgrade() -> None:
    """Drop the tables, the youngest first."""
    for table in TABLES[::-1]:
        op.drop_table(table)


TABLES = (
    "audits",
    "chain_heads",
    "lineages",
    "local_session",
    "login_attempts",
    "roles",
    "users",
    "data",
    "ledger",
    "origins",
    "sessions",
    "user_roles",
    "data_permissions",
    "jobs",
    "artifacts",
    "queries",
)


def _seed() -> None:
    now = int(time.time())
    roles = sa.table("roles", *map(sa.column, ("role_name", "permission", "created_at", "updated_at")))
    for name, permission in ROLES:
        values = {"role_name": name, "permission": permission, "created_at": now, "updated_at": now}
        op.execute(sa.insert(roles).values(values))
    heads = sa.table("chain_heads", *map(sa.column, ("chain", "last_id", "hash")))
    for chain in ("ledger", "audits"):
        op.execute(sa.insert(heads).values({"chain": chain, "last_id": 0, "hash": "0" * 64}))


def _audits() -> None:
    op.create_table(
        "audits",
        sa.Column("audit_id", KEY, autoincrement=False, nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audits")),
    )


def _chain_heads() -> None:
    op.create_table(
        "chain_heads",
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_chain_heads")),
    )


def _lineages() -> None:
    op.create_table(
        "lineages",
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lineage", name=op.f("pk_lineages")),
    )


def _local_session() -> None:
    op.create_table(
        "local_session",
        sa.Column("proxy", sa.String(length=64), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proxy", name=op.f("pk_local_session")),
    )


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_login_attempts")),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("role_id", KEY, nullable=False),
        sa.Column("role_name", sa.String(length=128), nullable=False),
        sa.Column("permission", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("permission BETWEEN 0 AND 4", name=op.f("ck_roles_permission")),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_roles")),
        sa.UniqueConstraint("role_name", name=op.f("uq_roles_role_name")),
        sqlite_autoincrement=True,
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("avatar", sa.Text(), server_default="", nullable=False),
        sa.Column("company", sa.Text(), server_default="", nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        sa.Column("public_email", sa.Text(), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'blocked')", name=op.f("ck_users_state")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sqlite_autoincrement=True,
    )


def _data() -> None:
    op.create_table(
        "data",
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("data_uuid", sa.String(length=36), nullable=False),
        sa.Column("data_name", sa.String(length=255), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("meta_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("data_description", sa.Text(), server_default="", nullable=False),
        sa.Column("data_type", sa.Text(), server_default="", nullable=False),
        sa.Column("data_state", sa.String(length=16), server_default="created", nullable=False),
        sa.Column("data_size", sa.BigInteger(), nullable=True),
        sa.Column("job_uuid", sa.String(length=36), nullable=True),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lineage"], ["lineages.lineage"], name=op.f("fk_data_lineage")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_data_user_id")),
        sa.PrimaryKeyConstraint("data_id", name=op.f("pk_data")),
        sa.UniqueConstraint("data_uuid", name=op.f("uq_data_data_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_data_lineage"), "data", ["lineage"], unique=False)
    op.create_index(op.f("ix_data_user_id"), "data", ["user_id"], unique=False)
    op.create_index(
        "uq_data_data_name_kept",
        "data",
        ["data_name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("entry_id", KEY, autoincrement=False, nullable=False),
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("epsilon", sa.BigInteger(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("job_uuid", sa.String(length=36), nullable=True),
        sa.Column("mechanisms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind = 'grant' OR (epsilon >= 0 AND delta >= 0 AND job_uuid IS NOT NULL)", name=op.f("ck_ledger_charge")
        ),
        sa.CheckConstraint("kind IN ('grant', 'charge')", name=op.f("ck_ledger_kind")),
        sa.ForeignKeyConstraint(["lineage"], ["lineages.lineage"], name=op.f("fk_ledger_lineage")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_ledger_user_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("job_uuid", "lineage", name=op.f("uq_ledger_job_uuid_lineage")),
    )
    op.create_index(op.f("ix_ledger_lineage"), "ledger", ["lineage"], unique=False)


def _origins() -> None:
    op.create_table(
        "origins",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=1024), nullable=False),
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('digest', 'path')", name=op.f("ck_origins_kind")),
        sa.ForeignKeyConstraint(["lineage"], ["lineages.lineage"], name=op.f("fk_origins_lineage")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_origins")),
    )
    op.create_index(op.f("ix_origins_lineage"), "origins", ["lineage"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)


def _user_roles() -> None:
    op.create_table(
        "user_roles",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["roles.role_id"], name=op.f("fk_user_roles_role_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_user_roles_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_roles")),
    )
    op.create_index(op.f("ix_user_roles_role_id"), "user_roles", ["role_id"], unique=False)


def _data_permissions() -> None:
    op.create_table(
        "data_permissions",
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("role_id", KEY, nullable=False),
        sa.Column("permission", sa.Integer(), nullable=False),
        sa.CheckConstraint("permission BETWEEN 0 AND 4", name=op.f("ck_data_permissions_permission")),
        sa.ForeignKeyConstraint(
            ["data_id"], ["data.data_id"], name=op.f("fk_data_permissions_data_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.role_id"], name=op.f("fk_data_permissions_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("data_id", "role_id", name=op.f("pk_data_permissions")),
    )
    op.create_index(op.f("ix_data_permissions_role_id"), "data_permissions", ["role_id"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_uuid", sa.String(length=36), nullable=False),
        sa.Column("job_type", sa.String(length=64), nullable=False),
        sa.Column("job_name", sa.Text(), server_default="", nullable=False),
        sa.Column("job_state", sa.String(length=16), server_default="created", nullable=False),
        sa.Column("job_progress", sa.Float(), server_default="0", nullable=False),
        sa.Column("job_params", sa.Text(), server_default="", nullable=False),
        sa.Column("job_logs", sa.Text(), server_default="", nullable=False),
        sa.Column("job_errors", sa.Text(), server_default="", nullable=False),
        sa.Column("job_results", sa.Text(), server_default="", nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("data_id", KEY, nullable=True),
        sa.Column("project_uuid", sa.String(length=36), nullable=True),
        sa.Column("commit_uuid", sa.String(length=36), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.String(length=128), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("run_start_time", sa.BigInteger(), nullable=True),
        sa.Column("run_end_time", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "job_state IN ('created', 'running', 'finished', 'error', 'cancelled')", name=op.f("ck_jobs_job_state")
        ),
        sa.ForeignKeyConstraint(["data_id"], ["data.data_id"], name=op.f("fk_jobs_data_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_jobs_user_id")),
        sa.PrimaryKeyConstraint("job_uuid", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_data_id"), "jobs", ["data_id"], unique=False)
    op.create_index(op.f("ix_jobs_project_uuid"), "jobs", ["project_uuid"], unique=False)
    op.create_index("ix_jobs_queue", "jobs", ["job_state", "priority", "created_at"], unique=False)
    op.create_index(op.f("ix_jobs_user_id"), "jobs", ["user_id"], unique=False)


def _artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("job_uuid", sa.String(length=36), nullable=False),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_uuid"], ["jobs.job_uuid"], name=op.f("fk_artifacts_job_uuid")),
        sa.PrimaryKeyConstraint("job_uuid", "path", name=op.f("pk_artifacts")),
    )


def _queries() -> None:
    op.create_table(
        "queries",
        sa.Column("query_uuid", sa.String(length=36), nullable=False),
        sa.Column("query_statement", sa.Text(), nullable=False),
        sa.Column("query_datasets", sa.JSON(), nullable=False),
        sa.Column("epsilon", sa.Float(), nullable=False),
        sa.Column("delta", sa.Float(), nullable=False),
        sa.Column("tau", sa.Float(), nullable=True),
        sa.Column("private_column", sa.Text(), server_default="", nullable=False),
        sa.Column("params", sa.Text(), server_default="", nullable=False),
        sa.Column("permissions", sa.Text(), server_default="", nullable=False),
        sa.Column("query_result_message", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["query_uuid"], ["jobs.job_uuid"], name=op.f("fk_queries_query_uuid")),
        sa.PrimaryKeyConstraint("query_uuid", name=op.f("pk_queries")),
    )
