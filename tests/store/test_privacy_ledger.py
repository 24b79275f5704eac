import math
import signal
import subprocess
import sys
import threading
import uuid
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from quarantine.domain.errors import BudgetExceeded, Conflict, Invalid
from quarantine.domain.privacy import Cost
from quarantine.domain.settings import Settings
from quarantine.store import data, ledger, rows, tables
from quarantine.store.engine import Database

ROOT = Path(__file__).parents[2]


def _grant(database: Database, lineage: str, epsilon: float, delta: float = 0.0) -> ledger.Balance:
    with database.transaction(durable=True) as connection:
        return ledger.grant(connection, lineage, epsilon, delta, user_id=None)


def _charge(database: Database, lineage: str, price: Cost, user_id: int, job_uuid: str = "") -> ledger.Balance:
    with database.transaction(durable=True) as connection:
        key = job_uuid or str(uuid.uuid4())
        return ledger.charge(connection, lineage, price, user_id=user_id, job_uuid=key)


def _balance(database: Database, lineage: str) -> ledger.Balance:
    with database.transaction() as connection:
        return ledger.balance(connection, lineage)


def test_a_charge_comes_off_what_is_left_and_not_off_what_was_granted(
    database: Database, lineage: str, asker: int
) -> None:
    _grant(database, lineage, 2.5, 1e-6)
    left = _charge(database, lineage, Cost(1.0, 4e-7), asker)
    assert (left.initial_epsilon, left.current_epsilon) == (2.5, 1.5)
    assert (left.initial_delta, left.current_delta) == (1e-6, 6e-7)


def test_a_budget_that_was_never_granted_is_nothing(database: Database, lineage: str, asker: int) -> None:
    with pytest.raises(BudgetExceeded, match="left is epsilon 0 and delta 0; this costs"):
        _charge(database, lineage, Cost(0.1), asker)
    assert _balance(database, lineage).initial_epsilon == 0


def test_ten_tenths_are_one(database: Database, lineage: str, asker: int) -> None:
    _grant(database, lineage, 1.0)
    for _ in range(10):
        _charge(database, lineage, Cost(0.1), asker)
    assert _balance(database, lineage).current_epsilon == 0
    with pytest.raises(BudgetExceeded):
        _charge(database, lineage, Cost(1e-9), asker)


def test_delta_alone_can_be_what_is_missing(database: Database, lineage: str, asker: int) -> None:
    _grant(database, lineage, 5.0, 1e-7)
    with pytest.raises(BudgetExceeded):
        _charge(database, lineage, Cost(1.0, 1.0000001e-7), asker)
    _charge(database, lineage, Cost(1.0, 1e-7), asker)


@given(st.floats(0, 1e6), st.floats(0, 1))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_charge_is_rounded_up_and_a_grant_down(database: Database, asker: int, epsilon: float, delta: float) -> None:
    with database.transaction(write=True) as connection:
        source = data.Origin(str(uuid.uuid4()), "")
        fresh = data.lineage_of(connection, [source])
        ledger.grant(connection, fresh, 1e7, 1.0, user_id=None)
        if epsilon or delta:
            ledger.charge(connection, fresh, Cost(epsilon, delta), user_id=asker, job_uuid=str(uuid.uuid4()))
            row = connection.execute(ledger.charges(fresh)).one()
            assert 0 <= Fraction(row.epsilon, 10**9) - Fraction(repr(epsilon)) < Fraction(1, 10**9)
            assert 0 <= Fraction(row.delta, 10**18) - Fraction(repr(delta)) < Fraction(1, 10**18)
        other = data.lineage_of(connection, [data.Origin(str(uuid.uuid4()), "")])
        ledger.grant(connection, other, epsilon, delta, user_id=None)
        row = rows.get(connection, tables.ledger, lineage=other)
        assert row is not None
        assert 0 <= Fraction(repr(epsilon)) - Fraction(row.epsilon, 10**9) < Fraction(1, 10**9)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -1, 1e308, 10**400, True, "1", None, -1e-300])
def test_what_is_no_amount_is_neither_charged_nor_granted(
    database: Database, lineage: str, asker: int, number: float
) -> None:
    _grant(database, lineage, 1.0)
    with pytest.raises(Invalid, match="epsilon"):
        _charge(database, lineage, Cost(number), asker)
    with pytest.raises(Invalid, match="delta"):
        _charge(database, lineage, Cost(0.5, number), asker)
    with pytest.raises(Invalid):
        _grant(database, lineage, number)
    with pytest.raises(Invalid, match="greater than 0"):
        _charge(database, lineage, Cost(0.0), asker)
    assert _balance(database, lineage).current_epsilon == 1.0


def test_a_job_is_charged_once(database: Database, lineage: str, asker: int) -> None:
    _grant(database, lineage, 1.0)
    key = str(uuid.uuid4())
    assert _charge(database, lineage, Cost(0.4), asker, key) == _charge(database, lineage, Cost(0.4), asker, key)
    with pytest.raises(Conflict):
        _charge(database, lineage, Cost(0.5), asker, key)
    assert _balance(database, lineage).current_epsilon == 0.6


def test_a_first_budget_is_granted_once_however_often_the_data_is_registered(
    database: Database, lineage: str, asker: int
) -> None:
    for _ in range(3):
        with database.transaction(durable=True) as connection:
            ledger.open_budget(connection, lineage, 1.0, 0.0, user_id=asker)
    _charge(database, lineage, Cost(0.7), asker)
    with database.transaction(durable=True) as connection:
        assert ledger.open_budget(connection, lineage, 5.0, 0.0, user_id=asker).current_epsilon == 0.3


def test_what_is_left_can_be_set_up_and_down_and_the_spent_stays_spent(
    database: Database, lineage: str, asker: int
) -> None:
    _grant(database, lineage, 1.0, 1e-6)
    _charge(database, lineage, Cost(0.75, 5e-7), asker)
    with database.transaction(durable=True) as connection:
        more = ledger.set_current(connection, lineage, 2.0, user_id=asker)
        assert (more.initial_epsilon, more.current_epsilon, more.current_delta) == (2.75, 2.0, 5e-7)
        less = ledger.set_current(connection, lineage, 0.0, 0.0, user_id=asker)
        assert (less.initial_epsilon, less.current_epsilon, less.current_delta) == (0.75, 0.0, 0.0)
        assert len(connection.execute(ledger.charges(lineage)).all()) == 1
        assert ledger.balances(connection, [lineage, "other"])["other"] == ledger.Balance()


def test_64_parallel_charges_for_a_budget_of_one_admit_exactly_one(
    database: Database, lineage: str, asker: int
) -> None:
    _grant(database, lineage, 1.0)
    refused = []
    gate = threading.Barrier(64)

    def ask() -> None:
        gate.wait()
        try:
            _charge(database, lineage, Cost(1.0), asker)
        except BudgetExceeded:
            refused.append(1)

    threads = [threading.Thread(target=ask) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 63
    assert _balance(database, lineage).current_epsilon == 0


_ASK = """
import sys, uuid
from collections import namedtuple
from quarantine.domain.errors import BudgetExceeded
from quarantine.domain.settings import Settings
from quarantine.store import ledger
from quarantine.store.engine import open_database
url, lineage, user_id, times = sys.argv[1:]
database = open_database(Settings(database_url=url))
price = namedtuple("Cost", "epsilon delta")(1.0, 0.0)
print("ready", flush=True)
sys.stdin.readline()
admitted = 0
for _ in range(int(times)):
    try:
        with database.transaction(durable=True) as connection:
            ledger.charge(connection, lineage, price, user_id=int(user_id), job_uuid=str(uuid.uuid4()))
        admitted += 1
    except BudgetExceeded:
        pass
print(admitted, flush=True)
"""


def test_64_charges_out_of_four_processes_for_a_budget_of_one_admit_exactly_one(
    database: Database, settings: Settings, lineage: str, asker: int
) -> None:
    _grant(database, lineage, 1.0)
    command = [sys.executable, "-c", _ASK, settings.url, lineage, str(asker), "16"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(4)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sorted(int(process.communicate()[0]) for process in started) == [0, 0, 0, 1]
    with database.transaction() as connection:
        assert ledger.verify(connection) is None


_DIE = """
import os, signal, sys, uuid
from collections import namedtuple
from quarantine.domain.settings import Settings
from quarantine.store import ledger
from quarantine.store.engine import open_database
url, lineage, user_id, when = sys.argv[1:]
database = open_database(Settings(database_url=url))
price = namedtuple("Cost", "epsilon delta")(0.25, 0.0)
with database.transaction(durable=True) as connection:
    ledger.charge(connection, lineage, price, user_id=int(user_id), job_uuid=str(uuid.uuid4()))
    if when == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
print("private data is read only now", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("when", ["before the commit", "after the commit"])
def test_a_process_killed_around_the_charge_never_ran_uncharged(
    database: Database, settings: Settings, lineage: str, asker: int, when: str
) -> None:
    _grant(database, lineage, 1.0)
    command = [sys.executable, "-c", _DIE, settings.url, lineage, str(asker), when]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL
    ran = "private data" in killed.stdout
    assert ran == (when == "after the commit")
    assert _balance(database, lineage).current_epsilon == (0.75 if ran else 1.0)
    _charge(database, lineage, Cost(0.5), asker)


def test_the_ledger_names_its_first_row_that_was_touched(database: Database, lineage: str, asker: int) -> None:
    _grant(database, lineage, 9.0)
    for _ in range(5):
        _charge(database, lineage, Cost(1.0), asker)
    with database.transaction() as connection:
        assert ledger.verify(connection) is None
    touches = {
        "UPDATE ledger SET epsilon = 1 WHERE entry_id = 3": 3,
        "DELETE FROM ledger WHERE entry_id = 4": 4,
        "DELETE FROM ledger WHERE entry_id = 6": 6,
        "DELETE FROM ledger": 1,
        "UPDATE ledger SET user_id = NULL WHERE entry_id IN (5, 2)": 2,
        "UPDATE ledger SET entry_id = 9 WHERE entry_id = 6": 6,
        "INSERT INTO ledger SELECT 7, lineage, kind, epsilon, delta, user_id, 'y', mechanisms, created_at, "
        "previous_hash, hash FROM ledger WHERE entry_id = 6": 7,
        "UPDATE chain_heads SET last_id = 5 WHERE chain = 'ledger'": 6,
    }
    for touch, broken in touches.items():
        with pytest.raises(LookupError), database.transaction(write=True) as connection:
            connection.execute(text(touch))
            assert ledger.verify(connection) == broken, touch
            raise LookupError("undo")


def test_long_chains_are_verified_to_the_end(database: Database, lineage: str) -> None:
    with database.transaction(write=True) as connection:
        for _ in range(1050):
            ledger.grant(connection, lineage, 1e-3, 0.0, user_id=None)
        assert ledger.verify(connection) is None
        connection.execute(text("UPDATE ledger SET delta = 1 WHERE entry_id = 1049"))
        assert ledger.verify(connection) == 1049
        assert (
            connection.execute(
                select(tables.chain_heads.c.last_id).where(tables.chain_heads.c.chain == "ledger")
            ).scalar()
            == 1050
        )


def test_mechanisms_are_kept_with_the_charge(database: Database, lineage: str, asker: int) -> None:
    _grant(database, lineage, 1.0)
    used = [{"mechanism": "laplace", "scale": 2.0}]
    with database.transaction(durable=True) as connection:
        key = str(uuid.uuid4())
        ledger.charge(connection, lineage, Cost(0.5), user_id=asker, job_uuid=key, mechanisms=used)
        assert connection.execute(ledger.charges(lineage)).one().mechanisms == '[{"mechanism":"laplace","scale":2.0}]'
        assert ledger.charged_job(connection, key)
        assert not ledger.charged_job(connection, "other")
