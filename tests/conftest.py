"""Servers that tests share: started once per test process, people signed up, no ambient session."""

from collections.abc import Iterator

import pytest

from live import live_server
from world import World, settle


def _started(factory: pytest.TempPathFactory, *, plain: bool) -> Iterator[World]:
    home = factory.mktemp("plain" if plain else "fast") / "home"
    # Shared by tests that cannot know of one another: nobody is signed in without a token.
    with live_server(home, plain=plain, ambient_session="false", lease_seconds="5") as live:
        world = settle(live)
        yield world
        world.close()


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """`dq0 server start` with its people."""
    yield from _started(tmp_path_factory, plain=False)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Plain `connexion run` with the same people."""
    yield from _started(tmp_path_factory, plain=True)


@pytest.fixture(params=["fast", "plain"])
def world(request: pytest.FixtureRequest) -> World:
    """Either server: what holds on one holds on the other."""
    found: World = request.getfixturevalue(request.param)
    return found
