"""The steps from the stored schema to today's; Alembic is only loaded when there is one to take."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from quarantine.domain.errors import Conflict
from quarantine.store.engine import Database

# The newest file in `migrations/versions`; a test holds the two together.
HEAD = "0011"
SCRIPTS = Path(__file__).parent / "migrations"


def stored_version(connection: Connection) -> str | None:
    """The version that the database was brought to; None for a fresh one."""
    try:
        with connection.begin_nested():
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
    except DBAPIError:
        return None


def migrate(database: Database, target: str = HEAD) -> bool:
    """Bring the database to `target` (or `base`); whether anything was done. Several processes may call it at once.

    Raises Conflict for a database of a newer version of the program.
    """
    with database.transaction() as connection:
        if stored_version(connection) == target:
            return False
    with database.transaction(durable=True) as connection:
        database.take_time(connection)
        database.lock(connection, "migrate")
        version = stored_version(connection)
        if version == target:
            return False
        _run(connection, version, target)
        return True


def _run(connection: Connection, version: str | None, target: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    step = command.downgrade if target == "base" or (version is not None and version > target) else command.upgrade
    try:
        step(config, target)
    except CommandError as error:
        raise Conflict(f"the database is at version {version}, which this program does not know") from error
