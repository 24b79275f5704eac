"""A migrated database per test on either engine, copied from one made once; and people to act."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from databases import Kind
from quarantine.domain.settings import Settings
from quarantine.store import accounts, data, rows, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database, open_database


@pytest.fixture
def settings(tmp_path: Path, kind: Kind) -> Iterator[Settings]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with kind.migrated(home) as found:
        yield found


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    yield opened
    opened.close()


Person = Callable[..., Actor]


@pytest.fixture
def person(database: Database) -> Person:
    """Adds a confirmed person with the named roles."""

    def add(email: str, *role_names: str) -> Actor:
        with database.transaction(write=True) as connection:
            values = {"email": email, "password_hash": "", "state": accounts.CONFIRMED}
            user_id = rows.insert(connection, tables.users, **values, created_at=1, updated_at=1)
            level = 0
            for name in role_names:
                role = rows.get(connection, tables.roles, role_name=name)
                assert role is not None
                level = max(level, role.permission)
                rows.insert(connection, tables.user_roles, user_id=user_id, role_id=role.role_id)
            return Actor(user_id=user_id, email=email, level=level, session_id=0)

    return add


@pytest.fixture
def asker(person: Person) -> int:
    """The number of somebody who asks."""
    return person("asker@example.org").user_id


@pytest.fixture
def lineage(database: Database) -> str:
    with database.transaction(write=True) as connection:
        return data.lineage_of(connection, [data.Origin("/data/census.csv", "a" * 64)])
