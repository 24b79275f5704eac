"""Groups, actions and their levels, masks, thresholds, caps, projects; what lists need to stay quick."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# The tables that have rows already and are counted, with their numbers, in blocks of so many.
COUNTED = (("users", "user_id"), ("roles", "role_id"), ("data", "data_id"))
BLOCK = 512
# Rows of these tables may be deleted and stay.
KEPT = ("users", "data", "projects")
INDEXES = (
    ("users", "updated_at", "user_id"),
    ("roles", "updated_at", "role_id"),
    ("data", "updated_at", "data_id"),
    ("jobs", "user_id", "created_at", "job_uuid"),
    ("jobs", "created_at", "job_uuid"),
    ("audits", "timestamp", "audit_id"),
    ("audits", "actor", "audit_id"),
    ("audits", "action", "audit_id"),
)
TABLES = (
    "groups",
    "user_groups",
    "group_roles",
    "actions",
    "action_permissions",
    "masks",
    "thresholds",
    "projects",
    "project_permissions",
    "caps",
    "row_counts",
)


def upgrade() -> None:
    """Make the new tables and columns, and fill in what follows from what is there."""
    op.add_column("users", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    for name in ("built_in", "sees_all"):
        op.add_column("roles", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("queries", sa.Column("policy", sa.Text(), server_default="", nullable=False))
    op.drop_index(op.f("ix_jobs_user_id"), table_name="jobs")
    for table, *columns in INDEXES:
        _index(table, columns)
    _groups()
    _actions()
    _policies()
    _projects()
    _caps()
    op.create_table(
        "row_counts",
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "block", name=op.f("pk_row_counts")),
    )
    _fill()


def downgrade() -> None:
    """Back to version 0001; groups, policies, caps and projects are lost."""
    for table in TABLES[::-1]:
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM chain_heads WHERE chain = 'caps'"))
    for table, *columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    op.create_index(op.f("ix_jobs_user_id"), "jobs", ["user_id"], unique=False)
    for table, column in (("queries", "policy"), ("roles", "sees_all"), ("roles", "built_in"), ("users", "deleted_at")):
        op.drop_column(table, column)


def _index(table: str, columns: list[str]) -> None:
    kept = sa.text("deleted_at IS NULL") if table in KEPT else None
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, columns, unique=False, sqlite_where=kept, postgresql_where=kept)


def _fill() -> None:
    roles = sa.table("roles", *map(sa.column, ("role_name", "built_in", "sees_all")))
    built_in = roles.c.role_name.in_(("admins", "owners", "users", "auditors"))
    op.execute(sa.update(roles).where(built_in).values(built_in=sa.true()))
    op.execute(sa.update(roles).where(roles.c.role_name == "auditors").values(sees_all=sa.true()))
    heads = sa.table("chain_heads", *map(sa.column, ("chain", "last_id", "hash")))
    op.execute(sa.insert(heads).values({"chain": "caps", "last_id": 0, "hash": "0" * 64}))
    counts = sa.table("row_counts", *map(sa.column, ("table_name", "block", "row_count")))
    for name, key in COUNTED:
        table = sa.table(name, sa.column("deleted_at"), sa.column(key, sa.BigInteger))
        block = (table.c[key] // BLOCK).label("block")
        found = sa.select(sa.literal(name), block, sa.func.count()).select_from(table).group_by(block)
        counted = found.where(table.c.deleted_at.is_(None)) if name in KEPT else found
        op.execute(sa.insert(counts).from_select(["table_name", "block", "row_count"], counted))


def _half(column: str, key: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    """A column of a table between two others, and what it refers to."""
    name = op.f(f"fk_{table}_{column}")
    return (
        sa.Column(column, KEY, nullable=False),
        sa.ForeignKeyConstraint([column], [key], name=name, ondelete="CASCADE"),
    )


def _between(table: str, first: tuple[str, str], second: tuple[str, str], *more: sa.schema.SchemaItem) -> None:
    """A table between two others; what is between them goes with either."""
    (one, one_key), (other, other_key) = _half(*first, table), _half(*second, table)
    names = (first[0], second[0])
    constraints = (one_key, other_key, sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}")))
    op.create_table(table, one, other, *more, *constraints)
    op.create_index(op.f(f"ix_{table}_{second[0]}"), table, [second[0]], unique=False)


def _permission(table: str) -> tuple[sa.Column[int], sa.CheckConstraint]:
    check = sa.CheckConstraint("permission BETWEEN 0 AND 4", name=op.f(f"ck_{table}_permission"))
    return sa.Column("permission", sa.Integer(), nullable=False), check


def _times() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("group_name", sa.String(length=128), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_groups")),
        sa.UniqueConstraint("group_name", name=op.f("uq_groups_group_name")),
        sqlite_autoincrement=True,
    )
    _index("groups", ["updated_at", "group_id"])
    _between("user_groups", ("user_id", "users.user_id"), ("group_id", "groups.group_id"))
    _between("group_roles", ("group_id", "groups.group_id"), ("role_id", "roles.role_id"))


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("action_id", KEY, nullable=False),
        sa.Column("action_name", sa.String(length=128), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("needed_on", sa.String(length=32), nullable=False),
        sa.Column("reads", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_actions")),
        sa.UniqueConstraint("action_name", name=op.f("uq_actions_action_name")),
        sqlite_autoincrement=True,
    )
    declared: sa.Column[bool] = sa.Column("declared", sa.Boolean(), server_default=sa.false(), nullable=False)
    _between(
        "action_permissions",
        ("action_id", "actions.action_id"),
        ("role_id", "roles.role_id"),
        *_permission("action_permissions"),
        declared,
    )


def _policy(table: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column(key, KEY, nullable=False),
        sa.Column("data_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        *columns,
        *_times(),
        sa.ForeignKeyConstraint(["data_id"], ["data.data_id"], name=op.f(f"fk_{table}_data_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )


def _unique(table: str, who: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(f"uq_{table}_{who}", table, columns, unique=True, sqlite_where=only, postgresql_where=only)


def _policies() -> None:
    kinds = ("hidden", "private", "public")
    _policy("masks", "mask_id", *(sa.Column(kind, sa.JSON(), nullable=False) for kind in kinds))
    _unique("masks", "everybody", ["data_id"], "user_id IS NULL")
    _unique("masks", "person", ["data_id", "user_id"], "user_id IS NOT NULL")
    field = sa.Column("field", sa.String(length=256), nullable=False)
    _policy("thresholds", "threshold_id", field, sa.Column("threshold", sa.BigInteger(), nullable=False))
    _unique("thresholds", "everybody", ["data_id", "field"], "user_id IS NULL")
    _unique("thresholds", "person", ["data_id", "field", "user_id"], "user_id IS NOT NULL")


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("project_uuid", sa.String(length=36), nullable=False),
        sa.Column("project_name", sa.String(length=128), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        *_times(),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_projects_user_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_projects")),
        sa.UniqueConstraint("project_uuid", name=op.f("uq_projects_project_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_projects_user_id"), "projects", ["user_id"], unique=False)
    _between(
        "project_permissions",
        ("project_id", "projects.project_id"),
        ("role_id", "roles.role_id"),
        *_permission("project_permissions"),
    )


def _caps() -> None:
    people = ("user_id", "set_by")
    op.create_table(
        "caps",
        sa.Column("cap_id", KEY, autoincrement=False, nullable=False),
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("epsilon", sa.BigInteger(), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column("set_by", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["lineage"], ["lineages.lineage"], name=op.f("fk_caps_lineage")),
        *(sa.ForeignKeyConstraint([name], ["users.user_id"], name=op.f(f"fk_caps_{name}")) for name in people),
        sa.PrimaryKeyConstraint("cap_id", name=op.f("pk_caps")),
    )
    op.create_index(op.f("ix_caps_lineage_user_id_cap_id"), "caps", ["lineage", "user_id", "cap_id"], unique=False)
