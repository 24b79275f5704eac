from collections.abc import Callable

import pytest

from quarantine.domain.errors import Conflict, Invalid, NotFound
from quarantine.store import data, ledger
from quarantine.store.context import Actor
from quarantine.store.data import Origin
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow

Person = Callable[..., Actor]
A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def owner(person: Person) -> int:
    return person("owner@dq0.io", "owners").user_id


def _lineage(database: Database, *sources: Origin) -> str:
    with database.transaction(write=True) as connection:
        return data.lineage_of(connection, sources)


def _register(database: Database, user_id: int, name: str, *sources: Origin) -> AnyRow:
    with database.transaction(write=True) as connection:
        lineage = data.lineage_of(connection, sources)
        ledger.open_budget(connection, lineage, 1.0, 0.0, user_id=user_id)
        return data.register(connection, user_id=user_id, name=name, meta="m", lineage=lineage)


def test_registering_renaming_copying_and_deleting_do_not_refill_a_budget(database: Database, owner: int) -> None:
    first = _register(database, owner, "census", Origin("/data/a.csv", A))
    with database.transaction(write=True) as connection:
        ledger.set_current(connection, first.lineage, 0.25, user_id=owner)
        data.change(connection, first.data_id, data_name="renamed")
        data.remove(connection, first.data_id)
    again = _register(database, owner, "census", Origin("/data/a.csv", A))
    copied = _register(database, owner, "copy", Origin("/data/copy.csv", A))
    edited = _register(database, owner, "edited", Origin("/data/copy.csv", B))
    moved = _register(database, owner, "moved", Origin("/elsewhere.csv", B))
    with database.transaction() as connection:
        for row in (again, copied, edited, moved):
            assert row.lineage == first.lineage
            assert ledger.balance(connection, row.lineage).current_epsilon == 0.25
        assert len(data.by_lineage(connection, first.lineage)) == 4


def test_other_data_has_a_budget_of_its_own(database: Database) -> None:
    assert _lineage(database, Origin("/data/a.csv", A)) != _lineage(database, Origin("/data/b.csv", B))


def test_the_content_says_more_than_the_path(database: Database) -> None:
    first, second = _lineage(database, Origin("/a", A)), _lineage(database, Origin("/b", B))
    assert _lineage(database, Origin("/a", B)) == second
    assert _lineage(database, Origin("/a", C)) == first


def test_tables_of_one_dataset_share_its_lineage(database: Database) -> None:
    both = _lineage(database, Origin("/a", A), Origin("/b", B))
    assert _lineage(database, Origin("/b", "")) == both
    other = _lineage(database, Origin("/c", C))
    assert other != both
    with pytest.raises(Conflict, match="separate budgets"):
        _lineage(database, Origin("/a", A), Origin("/c", C))
    with pytest.raises(Invalid):
        _lineage(database)


def test_a_name_is_taken_until_its_dataset_is_deleted(database: Database, owner: int) -> None:
    first = _register(database, owner, "census", Origin("/a", A))
    other = _register(database, owner, "other", Origin("/b", B))
    with pytest.raises(Conflict, match="exists already"):
        _register(database, owner, "census", Origin("/b", B))
    with database.transaction(write=True) as connection:
        with pytest.raises(Conflict, match="exists already"):
            data.change(connection, other.data_id, data_name="census")
        assert data.remove(connection, first.data_id).data_name == "census"
        with pytest.raises(NotFound):
            data.remove(connection, first.data_id)
        with pytest.raises(NotFound):
            data.change(connection, first.data_id, meta="x")
        assert data.change(connection, other.data_id, data_name="census").data_name == "census"


@pytest.mark.parametrize(
    "name", ["", "a,b", " a", "'a'", "a\n", "x" * 256, "6af92043-33db-4c27-8b38-e8733f4713c2", "a\x00b", "\ud800"]
)
def test_a_name_that_could_not_be_asked_for_is_refused(database: Database, owner: int, name: str) -> None:
    with pytest.raises(Invalid, match="data_name"):
        _register(database, owner, name, Origin("/a", A))


def test_new_metadata_counts_its_version_up(database: Database, owner: int) -> None:
    row = _register(database, owner, "census", Origin("/a", A))
    with database.transaction(write=True) as connection:
        assert data.change(connection, row.data_id, data_state="ready").meta_version == 1
        changed = data.change(connection, row.data_id, meta="new", data_description="d")
    assert (changed.meta_version, changed.meta, changed.data_description, changed.data_state) == (
        2,
        "new",
        "d",
        "ready",
    )


def test_permissions_are_of_known_roles_and_levels(database: Database, owner: int) -> None:
    row = _register(database, owner, "census", Origin("/a", A))
    with database.transaction(write=True) as connection:
        with pytest.raises(Invalid, match="permission"):
            data.set_permission(connection, row.data_id, 1, 5)
        with pytest.raises(NotFound, match="role"):
            data.set_permission(connection, row.data_id, 99, 1)
