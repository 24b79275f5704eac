"""The two kinds of database that everything is tested on, and a look into either from beside the server."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest

from postgres import Cluster, plain
from quarantine.domain.settings import Settings
from quarantine.store.engine import open_database
from quarantine.store.migrate import migrate

KINDS = ("sqlite", "postgresql")


class Kind:
    """One of `KINDS`; gives settings that name a database of that kind."""

    def __init__(self, name: str, folder: Path, cluster: Cluster | None) -> None:
        self.name = name
        self._folder = folder
        self._cluster = cluster

    @contextmanager
    def migrated(self, home: Path) -> Iterator[Settings]:
        """Settings of a migrated database of nobody else's."""
        if self._cluster is None:
            shutil.copy(self._template, home / "dq0.sqlite")
            yield Settings(home=str(home))
            return
        url = self._cluster.database()
        yield Settings(home=str(home), database_url=url)
        self._cluster.drop(url)

    @contextmanager
    def empty(self, home: Path) -> Iterator[Settings]:
        """Settings of a database without tables."""
        if self._cluster is None:
            yield Settings(home=str(home))
            return
        url = self._cluster.database(migrated=False)
        yield Settings(home=str(home), database_url=url)
        self._cluster.drop(url)

    @cached_property
    def _template(self) -> Path:
        database = open_database(Settings(home=str(self._folder)))
        migrate(database)
        database.close()
        return self._folder / "dq0.sqlite"


@pytest.fixture(scope="session")
def sqlite_kind(tmp_path_factory: pytest.TempPathFactory) -> Kind:
    return Kind("sqlite", tmp_path_factory.mktemp("migrated"), None)


@pytest.fixture(scope="session")
def postgresql_kind(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Kind:
    return Kind("postgresql", tmp_path_factory.mktemp("migrated"), postgres)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Either database: what holds on one holds on the other."""
    found: Kind = request.getfixturevalue(f"{request.param}_kind")
    return found


def select(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a database, read beside the server; `?` stands for a value."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as beside:
            return beside.execute(statement, values).fetchall()
    with closing(psycopg.connect(plain(url))) as connection:
        return connection.execute(statement.replace("?", "%s"), values or None).fetchall()  # type: ignore[arg-type]
