"""What the tables are made of: the metadata they belong to, types of columns, and the few shapes that return."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Text, text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The numbers of rows are kept in `row_counts`: counting them for each page of a list would cost more than the page.
COUNTED: dict[Any, Any] = {"counted": True}

# SQLite counts rows up by itself only under a column of exactly the type INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")
Uuid = String(36)
Digest = String(64)


def complete_for_postgresql() -> None:
    """Adds what only that dialect has words for: named in the tables, it would be loaded with every SQLite server."""
    for table in METADATA.tables.values():
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            if where is not None:
                index.dialect_options["postgresql"]["where"] = where


def partial_index(name: str, *columns: str, where: str) -> Index:
    """A unique index over some of the rows."""
    return Index(name, *columns, unique=True, sqlite_where=text(where))


def times() -> tuple["Column[int]", "Column[int]"]:
    """When a row was made and last changed, in unix seconds."""
    return Column("created_at", BigInteger, nullable=False), Column("updated_at", BigInteger, nullable=False)


def numbered(name: str) -> tuple["Column[int]", "Column[str]"]:
    """What an object is known by: a number, given out in the order in which objects came, and a uuid."""
    return Column(f"{name}_id", Key, primary_key=True), Column(f"{name}_uuid", Uuid, nullable=False, unique=True)


def maker() -> "Column[int]":
    """Who made the row's object."""
    return Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True)


def kept_index(table: str, *columns: str) -> Index:
    """An index for lists over the rows that are not deleted: what is skipped for a late page is not even looked at."""
    kept = text("deleted_at IS NULL")
    return Index(f"ix_{table}_{'_'.join(columns)}", *columns, sqlite_where=kept)


def level() -> CheckConstraint:
    """A permission is one of the five levels."""
    return CheckConstraint("permission BETWEEN 0 AND 4", name="permission")


def half_key(column: str, key: str) -> "Column[Any]":
    """Half of a primary key: the row goes with what it belongs to."""
    return Column(column, ForeignKey(key, ondelete="CASCADE"), primary_key=True)


def role_levels(*more: Any) -> tuple[Any, ...]:
    """What a table of roles' levels has besides the key of what they are on, and `more` of its own."""
    permission = Column("permission", Integer, nullable=False)
    return half_key("role_id", "roles.role_id"), permission, *more, level(), Index(None, "role_id")


def text_column(name: str) -> "Column[str]":
    """A text that is empty until it is given."""
    return Column(name, Text, nullable=False, server_default="")
