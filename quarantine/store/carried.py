"""Which working folders on this machine belong to projects of other quarantines."""

from sqlalchemy import Connection

from quarantine.store import rows
from quarantine.store.folders import Place
from quarantine.store.tables import carried_folders


def place(connection: Connection, proxy_id: int, project_uuid: str) -> Place | None:
    """Where the folder of a proxy's project is; None where this machine has none."""
    row = rows.get(connection, carried_folders, project_uuid=project_uuid.lower(), proxy_id=proxy_id)
    return None if row is None else Place.of(row)


def note(connection: Connection, proxy_id: int, made: Place, now: int) -> None:
    """A folder was made."""
    rows.insert(connection, carried_folders, proxy_id=proxy_id, created_at=now, **made._asdict())


def forget(connection: Connection, proxy_id: int, project_uuid: str) -> None:
    """The project is no longer listed; its folder stays."""
    rows.delete(connection, carried_folders, proxy_id=proxy_id, project_uuid=project_uuid)
