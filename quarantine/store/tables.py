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
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from quarantine.store.model_tables import models as models
from quarantine.store.model_tables import predictions as predictions
from quarantine.store.policy_tables import masks as masks
from quarantine.store.policy_tables import profiles as profiles
from quarantine.store.policy_tables import thresholds as thresholds
from quarantine.store.project_tables import commits as commits
from quarantine.store.project_tables import experiments as experiments
from quarantine.store.project_tables import project_data as project_data
from quarantine.store.project_tables import project_permissions as project_permissions
from quarantine.store.project_tables import projects as projects
from quarantine.store.proxy_tables import carried_folders as carried_folders
from quarantine.store.proxy_tables import proxies as proxies
from quarantine.store.run_tables import derivations as derivations
from quarantine.store.run_tables import run_data as run_data
from quarantine.store.run_tables import run_outputs as run_outputs
from quarantine.store.run_tables import run_values as run_values
from quarantine.store.run_tables import runs as runs
from quarantine.store.schema import (
    COUNTED,
    Digest,
    Key,
    Uuid,
    half_key,
    kept_index,
    level,
    maker,
    numbered,
    partial_index,
    role_levels,
    text_column,
    times,
)
from quarantine.store.schema import METADATA as METADATA

users = Table(
    "users",
    METADATA,
    Column("user_id", Key, primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("state", String(16), nullable=False),
    *map(text_column, ("name", "avatar", "company", "location", "public_email", "website")),
    *times(),
    Column("deleted_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'confirmed', 'blocked')", name="state"),
    kept_index("users", "updated_at", "user_id"),
    sqlite_autoincrement=True,
    info=COUNTED,
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
    text_column("client"),
    sqlite_autoincrement=True,
)

# The session of a loopback server's one user, per proxy: the token itself, since the server presents it for him; that
# of another quarantine is sealed (see `identity`), with the address that he signed in there with.
local_session = Table(
    "local_session",
    METADATA,
    Column("proxy", String(64), primary_key=True),
    Column("token", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    text_column("email"),
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
    # Built-in roles keep name and level; who has a role that `sees_all` sees every object.
    Column("built_in", Boolean, nullable=False, server_default=false()),
    Column("sees_all", Boolean, nullable=False, server_default=false()),
    *times(),
    level(),
    Index(None, "updated_at", "role_id"),
    sqlite_autoincrement=True,
    info=COUNTED,
)

user_roles = Table(
    "user_roles",
    METADATA,
    half_key("user_id", "users.user_id"),
    half_key("role_id", "roles.role_id"),
    Index(None, "role_id"),
)

groups = Table(
    "groups",
    METADATA,
    Column("group_id", Key, primary_key=True),
    Column("group_name", String(128), nullable=False, unique=True),
    *times(),
    Index(None, "updated_at", "group_id"),
    sqlite_autoincrement=True,
    info=COUNTED,
)

user_groups = Table(
    "user_groups",
    METADATA,
    half_key("user_id", "users.user_id"),
    half_key("group_id", "groups.group_id"),
    Index(None, "group_id"),
)

group_roles = Table(
    "group_roles",
    METADATA,
    half_key("group_id", "groups.group_id"),
    half_key("role_id", "roles.role_id"),
    Index(None, "role_id"),
)

# The contract's actions under numbers of their own; filled when the server starts, a number is never given out twice.
actions = Table(
    "actions",
    METADATA,
    Column("action_id", Key, primary_key=True),
    Column("action_name", String(128), nullable=False, unique=True),
    # The level that it needs, and on what: public, session, action, data, ...
    Column("needed", Integer, nullable=False),
    Column("needed_on", String(32), nullable=False),
    # Who sees everything and changes nothing can be let through where it does.
    Column("reads", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
    info=COUNTED,
)

# A role's level on an action where it is not the role's own. `declared` ones follow the contract.
action_permissions = Table(
    "action_permissions",
    METADATA,
    half_key("action_id", "actions.action_id"),
    *role_levels(Column("declared", Boolean, nullable=False, server_default=false())),
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

data = Table(
    "data",
    METADATA,
    *numbered("data"),
    Column("data_name", String(255), nullable=False),
    maker(),
    Column("lineage", ForeignKey("lineages.lineage"), nullable=False, index=True),
    Column("meta", Text, nullable=False),
    Column("meta_version", Integer, nullable=False, server_default="1"),
    text_column("data_description"),
    text_column("data_type"),
    Column("data_state", String(16), nullable=False, server_default="created"),
    Column("data_size", BigInteger),
    Column("job_uuid", Uuid),
    *map(text_column, ("fingerprint", "digest")),
    Column("free_repetition", Boolean, nullable=False, server_default=true()),
    *times(),
    Column("deleted_at", BigInteger),
    partial_index("uq_data_data_name_kept", "data_name", where="deleted_at IS NULL"),
    kept_index("data", "updated_at", "data_id"),
    sqlite_autoincrement=True,
    info=COUNTED,
)

data_permissions = Table(
    "data_permissions",
    METADATA,
    half_key("data_id", "data.data_id"),
    *role_levels(),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("job_uuid", Uuid, primary_key=True),
    Column("job_type", String(64), nullable=False),
    text_column("job_name"),
    Column("job_state", String(16), nullable=False, server_default="created"),
    Column("job_progress", Float, nullable=False, server_default="0"),
    text_column("job_params"),
    text_column("job_logs"),
    text_column("job_errors"),
    text_column("job_results"),
    Column("user_id", ForeignKey("users.user_id"), nullable=False),
    Column("data_id", ForeignKey("data.data_id"), index=True),
    Column("project_uuid", Uuid, index=True),
    Column("commit_uuid", Uuid, index=True),
    Column("experiment_uuid", Uuid, index=True),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String(128)),
    Column("lease_until", BigInteger),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("cancel_forced", Boolean, nullable=False, server_default=false()),
    *times(),
    Column("run_start_time", BigInteger),
    Column("run_end_time", BigInteger),
    CheckConstraint("job_state IN ('created', 'running', 'finished', 'error', 'cancelled')", name="job_state"),
    Index("ix_jobs_queue", "job_state", "priority", "created_at"),
    Index(None, "user_id", "created_at", "job_uuid"),
    Index(None, "created_at", "job_uuid"),
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
    Column("gaussian_delta", Float, nullable=False, server_default="0"),
    text_column("private_column"),
    text_column("params"),
    text_column("permissions"),
    # The owner's policy as it was when the query was asked, as JSON: the job answers under the same one.
    text_column("policy"),
    text_column("query_result_message"),
    # What tells this question from others, and the state of the source that it was answered from, once it is.
    *map(text_column, ("question", "source_state")),
    Index(None, "question"),
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

# What one person may spend of a lineage's budget at most, in the ledger's units; the last row of a person counts.
caps = Table(
    "caps",
    METADATA,
    Column("cap_id", Key, primary_key=True, autoincrement=False),
    Column("lineage", ForeignKey("lineages.lineage"), nullable=False),
    Column("user_id", ForeignKey("users.user_id"), nullable=False),
    Column("epsilon", BigInteger, nullable=False),
    Column("delta", BigInteger, nullable=False),
    Column("set_by", ForeignKey("users.user_id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("previous_hash", Digest, nullable=False),
    Column("hash", Digest, nullable=False),
    Index(None, "lineage", "user_id", "cap_id"),
)

# How many rows of each counted table are there, and not deleted, by blocks of their numbers: see `counts.BLOCK`.
row_counts = Table(
    "row_counts",
    METADATA,
    Column("table_name", String(64), primary_key=True),
    Column("block", BigInteger, primary_key=True),
    Column("row_count", BigInteger, nullable=False),
)

# The same by when they were last changed, by spans of 2^level seconds: see `counts.LEVELS`.
change_counts = Table(
    "change_counts",
    METADATA,
    Column("table_name", String(64), primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("span", BigInteger, primary_key=True, autoincrement=False),
    Column("row_count", BigInteger, nullable=False),
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
    Index(None, "timestamp", "audit_id"),
    Index(None, "actor", "audit_id"),
    Index(None, "action", "audit_id"),
)
