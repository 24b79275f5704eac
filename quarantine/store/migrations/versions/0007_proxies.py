"""Proxies: the quarantines that this server can ask, itself the first; sessions and working folders there."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, with this server in it, active."""
    made = op.create_table(
        "proxies",
        sa.Column("proxy_id", KEY, nullable=False),
        sa.Column("hostname", sa.String(length=253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("request_uri", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proxy_id", name=op.f("pk_proxies")),
        sa.UniqueConstraint(
            "hostname", "port", "scheme", "request_uri", name=op.f("uq_proxies_hostname_port_scheme_request_uri")
        ),
        sqlite_autoincrement=True,
    )
    kept = sa.text("active")
    op.create_index("uq_proxies_active", "proxies", ["active"], unique=True, sqlite_where=kept, postgresql_where=kept)
    now = int(time.time())
    own = {"hostname": "", "port": 0, "scheme": "", "request_uri": "", "active": True}
    op.bulk_insert(made, [{**own, "created_at": now, "updated_at": now}])
    op.create_table(
        "carried_folders",
        sa.Column("project_uuid", sa.String(length=36), nullable=False),
        sa.Column("proxy_id", KEY, nullable=False),
        sa.Column("project_name", sa.String(length=128), nullable=False),
        sa.Column("working_dir", sa.String(length=4096), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proxy_id"], ["proxies.proxy_id"], name=op.f("fk_carried_folders_proxy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_uuid", "proxy_id", name=op.f("pk_carried_folders")),
    )
    op.add_column("local_session", sa.Column("email", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Back to version 0006: this server is the only one there is."""
    op.execute("DELETE FROM local_session WHERE proxy <> 'embedded'")
    op.drop_column("local_session", "email")
    op.drop_table("carried_folders")
    op.drop_table("proxies")
