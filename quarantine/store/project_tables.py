"""The tables of projects and of what belongs to one: attached datasets, commits, experiments."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)

from quarantine.store.schema import (
    COUNTED,
    METADATA,
    Digest,
    Uuid,
    half_key,
    kept_index,
    maker,
    numbered,
    partial_index,
    role_levels,
    text_column,
    times,
)

projects = Table(
    "projects",
    METADATA,
    *numbered("project"),
    Column("project_name", String(128), nullable=False),
    maker(),
    # The folder that holds the project's own, links resolved when it was made.
    text_column("working_dir"),
    # What later runs belong to, and the state that was deployed last; empty and NULL until there is one.
    text_column("experiment_name"),
    Column("commit_uuid", Uuid),
    *times(),
    Column("deleted_at", BigInteger),
    kept_index("projects", "updated_at", "project_id"),
    sqlite_autoincrement=True,
    info=COUNTED,
)

project_permissions = Table(
    "project_permissions",
    METADATA,
    half_key("project_id", "projects.project_id"),
    *role_levels(),
)

project_data = Table(
    "project_data",
    METADATA,
    half_key("project_id", "projects.project_id"),
    half_key("data_id", "data.data_id"),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "data_id"),
)

# A deployed state of a folder. `digest` is that of the packed files, which are kept under it in the state folder.
commits = Table(
    "commits",
    METADATA,
    *numbered("commit"),
    Column("commit_name", String(64), nullable=False),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False),
    maker(),
    Column("digest", Digest, nullable=False),
    Column("packed_bytes", BigInteger, nullable=False),
    # Path and size of each file, in the order of the paths.
    Column("files", JSON, nullable=False),
    *times(),
    UniqueConstraint("project_id", "digest"),
    Index(None, "updated_at", "commit_id"),
    sqlite_autoincrement=True,
)

experiments = Table(
    "experiments",
    METADATA,
    *numbered("experiment"),
    Column("experiment_name", String(128), nullable=False),
    Column("experiment_stage", String(16), nullable=False, server_default="active"),
    Column("project_id", ForeignKey("projects.project_id"), nullable=False, index=True),
    maker(),
    *times(),
    CheckConstraint("experiment_stage IN ('active', 'deleted')", name="experiment_stage"),
    partial_index("uq_experiments_active", "project_id", "experiment_name", where="experiment_stage = 'active'"),
    Index(None, "updated_at", "experiment_id"),
    sqlite_autoincrement=True,
)
