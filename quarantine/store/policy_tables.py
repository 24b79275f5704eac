"""What an owner sets for a dataset, and what he buys: masks, thresholds, profiles."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, Text

from quarantine.store.schema import METADATA, Key, half_key, partial_index, times

# Policies: for one person, or for everybody where `user_id` is NULL.
masks = Table(
    "masks",
    METADATA,
    Column("mask_id", Key, primary_key=True),
    Column("data_id", ForeignKey("data.data_id"), nullable=False),
    Column("user_id", ForeignKey("users.user_id")),
    Column("hidden", JSON, nullable=False),
    Column("private", JSON, nullable=False),
    Column("public", JSON, nullable=False),
    *times(),
    partial_index("uq_masks_everybody", "data_id", where="user_id IS NULL"),
    partial_index("uq_masks_person", "data_id", "user_id", where="user_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

thresholds = Table(
    "thresholds",
    METADATA,
    Column("threshold_id", Key, primary_key=True),
    Column("data_id", ForeignKey("data.data_id"), nullable=False),
    Column("user_id", ForeignKey("users.user_id")),
    Column("field", String(256), nullable=False),
    Column("threshold", BigInteger, nullable=False),
    *times(),
    partial_index("uq_thresholds_everybody", "data_id", "field", where="user_id IS NULL"),
    partial_index("uq_thresholds_person", "data_id", "field", "user_id", where="user_id IS NOT NULL"),
    sqlite_autoincrement=True,
)

# The newest private profile of a dataset, and the version of its description that it is about.
profiles = Table(
    "profiles",
    METADATA,
    half_key("data_id", "data.data_id"),
    Column("meta_version", Integer, nullable=False),
    Column("found", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
