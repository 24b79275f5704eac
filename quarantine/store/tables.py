"""Every table, as SQLAlchemy Core; column names are the spec's field names.

Instants are unix seconds unless a name ends in `_time` or `_until` (milliseconds). Budgets are integers, so that sums
are exact on every database: `epsilon` in the ledger counts 1e-9, `delta` counts 1e-18 (see `ledger`). The number of a
person, session, role or dataset is never given out twice.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only under a column of exactly the type INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")
Uuid = String(36)
Digest = String(64)


def complete_for_postgresql() -> None:
    """Adds what only that dialect has words for: named in the tables, it would be loaded with every SQLite server."""
    _data_name_kept.dialect_options["postgresql"]["where"] = _KEPT


def _text(name: str) -> "Column[str]":
    return Column(name, Text, nullable=False, server_default="")


users = Table(
    "users",
    METADATA,
    Column("user_id", Key, primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("state", String(16), nullable=False),
    _text("name"),
    _text("avatar"),
    _text("company"),
    _text("location"),
    _text("public_email"),
    _text("website"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('waiting', 'confirmed', 'blocked')", name="state"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    METADATA,
    Column("session_id", Key, primary_key=True),
    Column("token_hash", Digest, nullable=False, unique=True),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    _text("client"),
    sqlite_autoincrement=True,
)

# The session of a loopback server's one user, per proxy: the token itself, since the server presents it for him.
local_session = Table(
    "local_session",
    METADATA,
    Column("proxy", String(64), primary_key=True),
    Column("token", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

login_attempts = Table(
    "login_attempts",
    METADATA,
    Column("key_hash", Digest, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("window_start", BigInteger, nullable=False),
)

roles = Table(
    "roles",
    METADATA,
    Column("role_id", Key, primary_key=True),
    Column("role_name", String(128), nullable=False, unique=True),
    Column("permission", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    CheckConstraint("permission BETWEEN 0 AND 4", name="permission"),
    sqlite_autoincrement=True,
)

user_roles = Table(
    "user_roles",
    METADATA,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.role_id", ondelete="CASCADE"), primary_key=True, index=True),
)

# A lineage is the source data that a budget belongs to; `origins` are the paths and digests it was ever seen under.
lineages = Table(
    "lineages",
    METADATA,
    Column("lineage", Uuid, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

origins = Table(
    "origins",
    METADATA,
    Column("kind", String(8), primary_key=True),
    Column("value", String(1024), primary_key=True),
    Column("lineage", ForeignKey("lineages.lineage"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("kind IN ('digest', 'path')", name="kind"),
)

_KEPT = text("deleted_at IS NULL")
_data_name_kept = Index("uq_data_data_name_kept", "data_name", unique=True, sqlite_where=_KEPT)

data = Table(
    "data",
    METADATA,
    Column("data_id", Key, primary_key=True),
    Column("data_uuid", Uuid, nullable=False, unique=True),
    Column("data_name", String(255), nullable=False),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True),
    Column("lineage", ForeignKey("lineages.lineage"), nullable=False, index=True),
    Column("meta", Text, nullable=False),
    Column("meta_version", Integer, nullable=False, server_default="1"),
    _text("data_description"),
    _text("data_type"),
    Column("data_state", String(16), nullable=False, server_default="created"),
    Column("data_size", BigInteger),
    Column("job_uuid", Uuid),
    _text("fingerprint"),
    _text("digest"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    _data_name_kept,
    sqlite_autoincrement=True,
)

data_permissions = Table(
    "data_permissions",
    METADATA,
    Column("data_id", ForeignKey("data.data_id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.role_id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("permission", Integer, nullable=False),
    CheckConstraint("permission BETWEEN 0 AND 4", name="permission"),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("job_uuid", Uuid, primary_key=True),
    Column("job_type", String(64), nullable=False),
    _text("job_name"),
    Column("job_state", String(16), nullable=False, server_default="created"),
    Column("job_progress", Float, nullable=False, server_default="0"),
    _text("job_params"),
    _text("job_logs"),
    _text("job_errors"),
    _text("job_results"),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True),
    Column("data_id", ForeignKey("data.data_id"), index=True),
    Column("project_uuid", Uuid, index=True),
    Column("commit_uuid", Uuid),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String(128)),
    Column("lease_until", BigInteger),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("run_start_time", BigInteger),
    Column("run_end_time", BigInteger),
    CheckConstraint("job_state IN ('created', 'running', 'finished', 'error', 'cancelled')", name="job_state"),
    Index("ix_jobs_queue", "job_state", "priority", "created_at"),
)

queries = Table(
    "queries",
    METADATA,
    Column("query_uuid", ForeignKey("jobs.job_uuid"), primary_key=True),
    Column("query_statement", Text, nullable=False),
    Column("query_datasets", JSON, nullable=False),
    Column("epsilon", Float, nullable=False),
    Column("delta", Float, nullable=False),
    Column("tau", Float),
    _text("private_column"),
    _text("params"),
    _text("permissions"),
    _text("query_result_message"),
)

artifacts = Table(
    "artifacts",
    METADATA,
    Column("job_uuid", ForeignKey("jobs.job_uuid"), primary_key=True),
    Column("path", String(512), primary_key=True),
    Column("media_type", String(128), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# One row per chain: the last entry's number and hash. Appending locks it, and a missing tail shows against it.
chain_heads = Table(
    "chain_heads",
    METADATA,
    Column("chain", String(16), primary_key=True),
    Column("last_id", BigInteger, nullable=False),
    Column("hash", Digest, nullable=False),
)

ledger = Table(
    "ledger",
    METADATA,
    Column("entry_id", Key, primary_key=True, autoincrement=False),
    Column("lineage", ForeignKey("lineages.lineage"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("epsilon", BigInteger, nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("user_id", ForeignKey("users.user_id")),
    Column("job_uuid", Uuid),
    Column("mechanisms", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("previous_hash", Digest, nullable=False),
    Column("hash", Digest, nullable=False),
    CheckConstraint("kind IN ('grant', 'charge')", name="kind"),
    CheckConstraint("kind = 'grant' OR (epsilon >= 0 AND delta >= 0 AND job_uuid IS NOT NULL)", name="charge"),
    UniqueConstraint("job_uuid", "lineage"),
)

audits = Table(
    "audits",
    METADATA,
    Column("audit_id", Key, primary_key=True, autoincrement=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("previous_hash", Digest, nullable=False),
    Column("hash", Digest, nullable=False),
)
