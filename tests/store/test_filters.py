"""The zCDP filter: prices add up in rho, exactly, never beyond the limit, whatever else happens on the ledger."""

import uuid

import pytest

from quarantine.domain.errors import BudgetExceeded
from quarantine.domain.privacy import Cost
from quarantine.store import filters, ledger, spent
from quarantine.store.engine import Database

LAPLACE = {"name": "discrete Laplace", "epsilon": 0.1, "delta": 0.0, "rho": 0.0}
GAUSSIAN = {"name": "discrete Gaussian", "epsilon": 0.3, "delta": 0.0, "rho": 0.02}


@pytest.fixture
def budget(database: Database, lineage: str, asker: int) -> str:
    with database.transaction(durable=True) as connection:
        ledger.grant(connection, lineage, 1.0, 1e-6, user_id=asker)
    return lineage


def charge(database: Database, lineage: str, price: Cost, user_id: int, *mechanisms: object) -> None:
    with database.transaction(durable=True) as connection:
        key = str(uuid.uuid4())
        ledger.charge(connection, lineage, price, user_id=user_id, job_uuid=key, mechanisms=mechanisms)


def turn(database: Database, lineage: str, rho: float, user_id: int) -> None:
    with database.transaction(durable=True) as connection:
        ledger.set_filter(connection, lineage, rho, user_id=user_id)


def seen(database: Database, lineage: str) -> filters.Filter | None:
    with database.transaction() as connection:
        return filters.filters(connection, [lineage]).get(lineage)


def test_many_small_queries_go_further_and_the_limit_is_exact(database: Database, budget: str, asker: int) -> None:
    turn(database, budget, 0.1, asker)
    for _ in range(20):
        charge(database, budget, Cost(0.1), asker, LAPLACE)
    with pytest.raises(BudgetExceeded, match=r"left is rho 0 and delta 1e-06; this costs rho 5e-11 and"):
        charge(database, budget, Cost(1e-5), asker)
    with database.transaction() as connection:
        assert ledger.balance(connection, budget).current_epsilon == 0.0


def test_what_was_charged_before_counts_too(database: Database, budget: str, asker: int) -> None:
    charge(database, budget, Cost(0.1), asker, LAPLACE)
    charge(database, budget, Cost(0.4, 1e-7), asker, LAPLACE, GAUSSIAN)
    turn(database, budget, 0.031, asker)
    assert seen(database, budget) == (31 * 10**9, 30 * 10**9)
    with pytest.raises(BudgetExceeded):
        charge(database, budget, Cost(0.1), asker, LAPLACE)


def test_deltas_add_up_as_ever(database: Database, budget: str, asker: int) -> None:
    turn(database, budget, 10.0, asker)
    charge(database, budget, Cost(0.1, 9e-7), asker, LAPLACE)
    with pytest.raises(BudgetExceeded, match="delta 1e-07; this costs"):
        charge(database, budget, Cost(0.1, 2e-7), asker, LAPLACE)


def test_mechanisms_that_do_not_say_their_price_cost_what_the_whole_does(
    database: Database, budget: str, asker: int
) -> None:
    turn(database, budget, 0.5, asker)
    charge(database, budget, Cost(1.0), asker, {"name": "unknown"})
    assert seen(database, budget) == (5 * 10**11, 5 * 10**11)


def test_turned_off_epsilons_count_again_and_nothing_is_forgotten(database: Database, budget: str, asker: int) -> None:
    turn(database, budget, 1.0, asker)
    for _ in range(15):
        charge(database, budget, Cost(0.1), asker, LAPLACE)
    turn(database, budget, 0.0, asker)
    assert seen(database, budget) is None
    with pytest.raises(BudgetExceeded, match="left is epsilon 0"):
        charge(database, budget, Cost(0.1), asker, LAPLACE)
    with database.transaction() as connection:
        assert ledger.verify(connection) is None


def test_a_persons_cap_holds_under_a_filter(database: Database, budget: str, asker: int) -> None:
    turn(database, budget, 10.0, asker)
    with database.transaction(durable=True) as connection:
        ledger.set_cap(connection, budget, asker, 0.2, set_by=asker)
    charge(database, budget, Cost(0.2), asker, LAPLACE)
    with pytest.raises(BudgetExceeded, match="your own cap"):
        charge(database, budget, Cost(0.1), asker, LAPLACE)


def test_what_a_lost_transaction_has_seen_is_not_remembered(database: Database, budget: str, asker: int) -> None:
    turn(database, budget, 0.01, asker)
    with pytest.raises(ZeroDivisionError), database.transaction(durable=True) as connection:
        ledger.charge(
            connection,
            budget,
            Cost(0.1),
            user_id=asker,
            job_uuid=str(uuid.uuid4()),
            mechanisms=[GAUSSIAN | {"rho": 0.009}],
        )
        assert filters.filters(connection, [budget])[budget].spent == 9 * 10**9
        raise ZeroDivisionError
    assert seen(database, budget) == (10**10, 0)
    charge(database, budget, Cost(0.1), asker, LAPLACE)
    assert seen(database, budget) == (10**10, 5 * 10**9)


def test_what_was_spent_is_told_in_every_way_of_counting(database: Database, budget: str, asker: int) -> None:
    for _ in range(3):
        charge(database, budget, Cost(0.1, 1e-7), asker, LAPLACE)
    charge(database, budget, Cost(0.3), asker, GAUSSIAN)
    with database.transaction() as connection:
        found = {name: report for name, report in spent.reports(connection) if budget in name}
    (name, report), *more = found.items()
    assert not more
    assert (report.charges, report.added, report.delta) == (4, 0.6, pytest.approx(3e-7))
    assert report.rho == pytest.approx(3 * 0.1**2 / 2 + 0.02)
    told = spent.told(name, report)
    for piece in (
        "no dataset any more",
        "4 charges",
        "epsilon 0.6 beside delta 3e-07",
        "beside delta 1.3e-06",
        "distributions",
    ):
        assert piece in told
