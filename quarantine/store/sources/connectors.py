"""The connectors of a server, each made and loaded when a table first needs it."""

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Table
from quarantine.domain.settings import Settings
from quarantine.store.sources.connector import Connector, Place
from quarantine.store.sources.filed import Files
from quarantine.store.sources.postgresql import PostgreSQL
from quarantine.store.sources.spark import Spark


class Connectors:
    """One connector of each kind, with these settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[str, Connector] = {}

    def of(self, table: Table) -> Connector:
        """The connector that the table's metadata names."""
        kind = table.source.connector
        if kind not in self._made:
            self._made[kind] = _connector(kind, self._settings)
        return self._made[kind]

    def locate(self, table: Table) -> Place:
        """The table's place; raises Refused for one that is not there or not allowed."""
        return self.of(table).locate(table)

    def close(self) -> None:
        """Let go of all engines."""
        for one in self._made.values():
            one.close()


def _connector(kind: str, settings: Settings) -> Connector:
    if kind in ("csv", "parquet"):
        return Files(settings)
    if kind == "postgresql":
        return PostgreSQL(settings)
    if kind == "spark":
        return Spark(settings)
    raise Refused(f"there is no connector {kind}")
