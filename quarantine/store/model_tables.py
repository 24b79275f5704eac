"""The tables of models: what runs left that can predict, and what they were asked to predict from."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    false,
)

from quarantine.store.run_tables import OF_JOB
from quarantine.store.schema import METADATA, maker, numbered, partial_index, text_column, times

# A place among a run's artifacts; of a run that the trusted trainer was charged for, `trained`.
models = Table(
    "models",
    METADATA,
    *numbered("model"),
    Column("run_uuid", ForeignKey("runs.run_uuid"), nullable=False),
    Column("location", String(1000), nullable=False),
    Column("model_name", String(1000), nullable=False),
    text_column("description"),
    Column("permissions", JSON, nullable=False),
    Column("trained", Boolean, nullable=False, server_default=false()),
    # 0 is no limit.
    Column("predictions_per_hour", Integer, nullable=False, server_default="0"),
    maker(),
    *times(),
    Column("deleted_at", BigInteger),
    partial_index("uq_models_place", "run_uuid", "location", where="deleted_at IS NULL"),
    sqlite_autoincrement=True,
    info=OF_JOB,
)

# The rows that a job is to predict from, as JSON.
predictions = Table(
    "predictions",
    METADATA,
    Column("prediction_uuid", ForeignKey("jobs.job_uuid"), primary_key=True),
    Column("model_id", ForeignKey("models.model_id"), nullable=False, index=True),
    Column("rows", Text, nullable=False),
)
