"""What one person may spend of a lineage: exact, never overspent, and a chain of its own."""

import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import text

from quarantine.domain.errors import BudgetExceeded, Conflict, Invalid
from quarantine.domain.privacy import Cost
from quarantine.store import data, datasets, ledger, rows, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database


@pytest.fixture
def budget(database: Database, lineage: str, asker: int) -> str:
    with database.transaction(durable=True) as connection:
        ledger.grant(connection, lineage, 10.0, 1e-6, user_id=asker)
    return lineage


def charge(database: Database, lineage: str, price: Cost, user_id: int, job_uuid: str = "") -> None:
    with database.transaction(durable=True) as connection:
        key = job_uuid or str(uuid.uuid4())
        ledger.charge(connection, lineage, price, user_id=user_id, job_uuid=key)


def cap(database: Database, lineage: str, user_id: int, epsilon: float, delta: float | None = None) -> ledger.Balance:
    with database.transaction(durable=True) as connection:
        ledger.set_cap(connection, lineage, user_id, epsilon, delta, set_by=user_id)
        return ledger.cap_balances(connection, [lineage], [user_id])[lineage, user_id]


def test_ten_tenths_are_a_cap_of_one(database: Database, budget: str, asker: int) -> None:
    cap(database, budget, asker, 1.0)
    for _ in range(10):
        charge(database, budget, Cost(0.1), asker)
    with pytest.raises(BudgetExceeded, match="your own cap"):
        charge(database, budget, Cost(1e-9), asker)


def test_what_was_spent_counts_and_is_not_forgotten(database: Database, budget: str, asker: int) -> None:
    charge(database, budget, Cost(2.0, 2e-7), asker)
    found = cap(database, budget, asker, 1.0, 1e-7)
    assert (found.initial_epsilon, found.current_epsilon) == (3.0, 1.0)
    assert (found.initial_delta, found.current_delta) == (3e-7, 1e-7)
    with pytest.raises(BudgetExceeded, match="your own cap"):
        charge(database, budget, Cost(0.5, 1.1e-7), asker)
    # Without a delta, the cap on it stays what it was.
    found = cap(database, budget, asker, 0.5)
    assert (found.initial_epsilon, found.current_delta) == (2.5, 1e-7)


def test_a_first_cap_on_epsilon_leaves_delta_to_the_budget(database: Database, budget: str, asker: int) -> None:
    assert cap(database, budget, asker, 1.0).initial_delta == 1.0
    charge(database, budget, Cost(1.0, 1e-6), asker)


def test_a_job_that_is_charged_again_is_not_held_against_the_cap(database: Database, budget: str, asker: int) -> None:
    cap(database, budget, asker, 1.0)
    key = str(uuid.uuid4())
    for _ in range(2):
        charge(database, budget, Cost(1.0), asker, key)


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf"), True, 2e9])
def test_what_is_no_amount_is_no_cap(database: Database, budget: str, asker: int, amount: float) -> None:
    with pytest.raises(Invalid):
        cap(database, budget, asker, amount)
    charge(database, budget, Cost(1.0, 1e-7), asker)
    with pytest.raises(Invalid, match="spent already"):
        cap(database, budget, asker, 1e9)
    with pytest.raises(Invalid, match="spent already"):
        cap(database, budget, asker, 1.0, 1.0)


def test_64_parallel_charges_never_overspend_a_cap(database: Database, budget: str, asker: int) -> None:
    cap(database, budget, asker, 3.0)
    refused = []
    gate = threading.Barrier(64)

    def ask() -> None:
        gate.wait()
        try:
            charge(database, budget, Cost(1.0), asker)
        except BudgetExceeded:
            refused.append(1)

    threads = [threading.Thread(target=ask) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 61
    with database.transaction() as connection:
        assert ledger.balance(connection, budget).current_epsilon == 7.0


def test_caps_of_several_people_and_sources_keep_apart(
    database: Database, budget: str, asker: int, person: Callable[..., Actor]
) -> None:
    other = person("other@example.org").user_id
    cap(database, budget, asker, 1.0)
    charge(database, budget, Cost(4.0), other)
    with database.transaction(durable=True) as connection:
        away = data.lineage_of(connection, [data.Origin("/data/away.csv", "b" * 64)])
        ledger.set_cap(connection, away, asker, 2.0, set_by=asker)
        found = ledger.cap_balances(connection, [budget, away], [asker, other])
    assert {key: balance.current_epsilon for key, balance in found.items()} == {
        (budget, asker): 1.0,
        (away, asker): 2.0,
    }


def test_the_caps_name_their_first_row_that_was_touched(database: Database, budget: str, asker: int) -> None:
    for epsilon in range(5):
        cap(database, budget, asker, epsilon)
    with database.transaction() as connection:
        assert ledger.verify_caps(connection) is None
    for touch, broken in {
        "UPDATE caps SET epsilon = 9000000000 WHERE cap_id = 3": 3,
        "DELETE FROM caps WHERE cap_id = 2": 2,
        "DELETE FROM caps WHERE cap_id = 5": 5,
        "UPDATE chain_heads SET last_id = 4 WHERE chain = 'caps'": 5,
    }.items():
        with pytest.raises(LookupError), database.transaction(write=True) as connection:
            connection.execute(text(touch))
            assert ledger.verify_caps(connection) == broken, touch
            assert ledger.verify(connection) is None
            raise LookupError("undo")


def test_a_source_with_caps_does_not_slip_into_anothers_budget(database: Database, lineage: str, asker: int) -> None:
    with database.transaction(write=True) as connection:
        known = data.lineage_of(connection, [data.Origin("/data/known.csv", "c" * 64)])
        values = {"user_id": asker, "meta": "", "state": datasets.READY, "fingerprint": "x"}
        row = data.register(connection, name="capped", lineage=lineage, **values)  # type: ignore[arg-type]
        ledger.set_cap(connection, lineage, asker, 1.0, set_by=asker)
    with pytest.raises(Conflict, match="another dataset's budget"), database.transaction(write=True) as connection:
        datasets.adopt(connection, row, [data.Origin("/data/census.csv", "c" * 64)])
    with database.transaction() as connection:
        found = rows.get(connection, tables.data, data_id=row.data_id)
    assert found is not None
    assert found.lineage == lineage != known
