"""The tables of proxies: the quarantines that this server can ask, itself first, and folders of their projects."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint, false

from quarantine.store.schema import METADATA, Key, Uuid, partial_index, text_column, times

# Number 1 is this server; its address and key are not kept here, as the settings and the key file say them.
proxies = Table(
    "proxies",
    METADATA,
    Column("proxy_id", Key, primary_key=True),
    Column("hostname", String(253), nullable=False),
    Column("port", Integer, nullable=False),
    Column("scheme", String(8), nullable=False),
    Column("request_uri", String(200), nullable=False),
    text_column("public_key"),
    Column("active", Boolean, nullable=False, server_default=false()),
    *times(),
    UniqueConstraint("hostname", "port", "scheme", "request_uri"),
    partial_index("uq_proxies_active", "active", where="active"),
    sqlite_autoincrement=True,
)

# Working folders on this machine whose projects are in another quarantine.
carried_folders = Table(
    "carried_folders",
    METADATA,
    Column("project_uuid", Uuid, primary_key=True),
    Column("proxy_id", ForeignKey("proxies.proxy_id", ondelete="CASCADE"), primary_key=True),
    Column("project_name", String(128), nullable=False),
    Column("working_dir", String(4096), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
