"""Servers that tests share: started once per test process, people signed up, no ambient session."""

import os
from collections.abc import Iterator

import pytest

from boxed import boxes
from databases import kind, postgresql_kind, sqlite_kind
from live import live_server
from postgres import Cluster, postgres
from postgres_source import warehouse as warehouse
from spark_source import spark_needed as spark_needed
from world import World, settle

__all__ = ["boxes", "fast", "fast_postgresql", "kind", "plain", "postgres", "postgresql_kind", "sqlite_kind", "world"]

# Set before a test loads the runtime: tests report to nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def _started(factory: pytest.TempPathFactory, name: str, *, plain: bool = False, **settings: str) -> Iterator[World]:
    home = factory.mktemp(name) / "home"
    # Shared by tests that cannot know of one another: nobody is signed in without a token.
    with live_server(home, plain=plain, ambient_session="false", lease_seconds="5", **settings) as live:
        world = settle(live)
        yield world
        world.close()


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """`dq0 server start` with its people."""
    yield from _started(tmp_path_factory, "fast")


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Plain `connexion run` with the same people."""
    yield from _started(tmp_path_factory, "plain", plain=True)


@pytest.fixture(scope="session")
def fast_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[World]:
    """`dq0 server start` on PostgreSQL with the same people."""
    url = postgres.database(migrated=False)
    yield from _started(tmp_path_factory, "postgresql", database_url=url)
    postgres.drop(url)


@pytest.fixture(params=["fast", "plain", "fast_postgresql"])
def world(request: pytest.FixtureRequest) -> World:
    """Any of the servers: what holds on one holds on the others."""
    found: World = request.getfixturevalue(request.param)
    return found
