"""The tables of runs: what was asked for, what data it could read, what it wrote, and what was released of that."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from quarantine.store.schema import METADATA, Digest, Key, Uuid, half_key, text_column

# What hangs on a job by this column, and goes where the job goes.
OF_JOB = {"of_job": "run_uuid"}

runs = Table(
    "runs",
    METADATA,
    Column("run_uuid", ForeignKey("jobs.job_uuid"), primary_key=True),
    Column("run_stage", String(16), nullable=False, server_default="active"),
    Column("entry_point", String(100), nullable=False),
    Column("arguments", JSON, nullable=False),
    CheckConstraint("run_stage IN ('active', 'deleted')", name="run_stage"),
)

# The datasets that a run's code could read: their owners decide on what it wrote.
run_data = Table(
    "run_data",
    METADATA,
    half_key("run_uuid", "runs.run_uuid"),
    half_key("data_id", "data.data_id"),
    Index(None, "data_id"),
)

# What a run wrote, apart from everything that is shown until it is released; a refused one loses its content.
run_outputs = Table(
    "run_outputs",
    METADATA,
    Column("output_id", Key, primary_key=True),
    Column("run_uuid", ForeignKey("runs.run_uuid"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(512), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", Digest, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False, server_default="held"),
    text_column("reason"),
    # By number alone: who decided may be gone after the restore of a backup, and the decision stays.
    Column("decided_by", BigInteger),
    Column("decided_at", BigInteger),
    CheckConstraint("kind IN ('code', 'file', 'log', 'metrics', 'params', 'table', 'tags')", name="kind"),
    CheckConstraint("state IN ('held', 'released', 'refused')", name="state"),
    UniqueConstraint("run_uuid", "kind", "name"),
    # Contents are long: what is released is counted without them.
    Index(None, "state", "run_uuid"),
    sqlite_autoincrement=True,
    info=OF_JOB,
)

# What a transform made: the dataset, whose rows it was made of, and the names of all columns that its code saw.
derivations = Table(
    "derivations",
    METADATA,
    half_key("data_id", "data.data_id"),
    Column("source_id", ForeignKey("data.data_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("run_uuid", Uuid, nullable=False),
    Column("seen", JSON, nullable=False),
)

# How many outputs of a run have been copied to MLflow, and when to try again.
run_mirrors = Table(
    "run_mirrors",
    METADATA,
    Column("run_uuid", ForeignKey("runs.run_uuid"), primary_key=True),
    Column("outputs", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    info=OF_JOB,
)

# Released metrics, in the order in which they were logged. Parameters and tags have a text, metrics a number.
run_values = Table(
    "run_values",
    METADATA,
    Column("value_id", Key, primary_key=True),
    Column("run_uuid", ForeignKey("runs.run_uuid"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("key", String(250), nullable=False),
    Column("number", Float),
    text_column("text"),
    Column("step", BigInteger, nullable=False, server_default="0"),
    Column("timestamp", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("kind IN ('metric', 'param', 'tag')", name="kind"),
    # All of the order in which they are shown: a page is found without looking at the rows before it.
    Index("ix_run_values_order", "run_uuid", "kind", "key", "step", "timestamp", "value_id"),
    sqlite_autoincrement=True,
    info=OF_JOB,
)
