"""Proxies as rows, on both databases: one is active, addresses are unique, a session goes with its proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from databases import Kind
from quarantine.domain.errors import Conflict, NotFound
from quarantine.domain.settings import Settings
from quarantine.store import proxies, rows, sessions
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import migrate
from quarantine.store.proxies import Kept
from quarantine.store.remote import Address
from quarantine.store.tables import local_session
from quarantine.store.tables import proxies as table

THERE = Address("q.example.org", 443)
KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


@pytest.fixture
def settings(kind: Kind, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty database."""
    with kind.empty(tmp_path / "home") as found:
        yield found


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """It, opened and with today's tables."""
    opened = open_database(settings)
    migrate(opened)
    yield opened
    opened.close()


def test_one_proxy_is_active_at_any_time(database: Database) -> None:
    with database.transaction(write=True) as connection:
        assert proxies.active(connection).proxy_id == proxies.OWN
        number = proxies.add(connection, THERE, KEY)
        assert proxies.active(connection).proxy_id == proxies.OWN
        proxies.activate(connection, number)
        proxies.activate(connection, number)
        assert proxies.active(connection).proxy_id == number
        assert proxies.address_of(proxies.active(connection)) == THERE
    with pytest.raises((IntegrityError, Conflict)), database.transaction(write=True) as connection:
        rows.update(connection, table, {"proxy_id": proxies.OWN}, active=True)


def test_an_address_is_there_once_and_a_number_never_again(database: Database) -> None:
    with database.transaction(write=True) as connection:
        number = proxies.add(connection, THERE, KEY)
        with pytest.raises(Conflict, match="already"):
            proxies.add(connection, THERE, KEY)
        proxies.delete(connection, number)
        with pytest.raises(NotFound):
            proxies.proxy(connection, number)
        assert proxies.add(connection, THERE, KEY) > number


def test_this_server_and_the_active_proxy_stay(database: Database) -> None:
    with database.transaction(write=True) as connection:
        number = proxies.add(connection, THERE, KEY)
        proxies.activate(connection, number)
        for proxy_id in (proxies.OWN, number):
            with pytest.raises(Conflict):
                proxies.delete(connection, proxy_id)


def test_a_session_is_sealed_and_goes_with_its_proxy(database: Database, settings: Settings) -> None:
    kept = Kept("a token", "me@example.org")
    with database.transaction(write=True) as connection:
        first, second = (proxies.add(connection, Address(name, 443), KEY) for name in ("one", "two"))
        for number in (first, second):
            proxies.keep_session(connection, settings, number, kept)
        sessions.keep_local(connection, "my own")
        row = rows.get(connection, local_session, proxy=str(first))
        assert row is not None
        assert "a token" not in row.token
        proxies.delete(connection, first)
        assert proxies.kept_session(connection, settings, first) is None
        assert proxies.kept_session(connection, settings, second) == kept
        assert "a token" not in repr(kept)
        assert sessions.local_token(connection) == "my own"
