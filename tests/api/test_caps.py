"""Caps: what one person may spend of a dataset's budget, whoever he is, in however many requests at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from checked import Checked
from live import ROOT
from world import World, ask, done, refused


def cap(client: Checked, dataset: Any, current: object, **body: Any) -> Any:
    """Set what a person may still spend."""
    return client.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": current, **body})


def number(client: Checked) -> int:
    return int(done(client.get("/users/profile"))["user_id"])


def caps(client: Checked, dataset: Any) -> dict[int | None, tuple[float, float]]:
    """Left and granted, by person; None is the budget over all people."""
    where = {"data_id": dataset["data_id"], "order_by": "created_at"}
    answered = done(client.get("/privacy/budgets", params=where))
    assert answered["total"] == len(answered["items"])
    return {item.get("user_id"): (item["current"], item["initial"]) for item in answered["items"]}


def asked(world: World, client: Checked | None = None) -> Any:
    dataset = world.dataset(client)
    world.grant(dataset, "users", 2)
    return dataset


def test_a_capped_person_is_refused_by_his_own_cap_and_others_are_not(world: World) -> None:
    dataset, me = asked(world), number(world.user)
    done(ask(world.user, dataset, epsilon=1.0))
    done(cap(world.admin, dataset, 1.5, user_email="user@example.org"))
    assert caps(world.user, dataset) == {None: (9.0, 10.0), me: (1.5, 2.5)}
    said = refused(ask(world.user, dataset, epsilon=2.0), 403)
    assert "your own cap, is epsilon 1.5" in said
    done(ask(world.user, dataset, epsilon=1.5))
    refused(ask(world.user, dataset, epsilon=1e-6), 403)
    done(ask(world.admin, dataset, epsilon=2.0))
    assert caps(world.user, dataset) == {None: (5.5, 10.0), me: (0.0, 2.5)}


def test_a_cap_promises_nothing_beyond_the_budget_of_all(world: World) -> None:
    dataset, me = asked(world), number(world.user)
    done(cap(world.admin, dataset, 100, user_id=me))
    assert "the privacy budget left is epsilon 10" in refused(ask(world.user, dataset, epsilon=11.0), 403)
    assert caps(world.admin, dataset) == {None: (10.0, 10.0), me: (100.0, 100.0)}


def test_raising_and_lowering_keep_history(world: World) -> None:
    dataset, me = asked(world), number(world.user)
    for current in (5, 1, 3, 0):
        done(cap(world.admin, dataset, current, user_id=me))
    done(cap(world.admin, dataset, 8))
    refused(ask(world.user, dataset, epsilon=0.1), 403)
    (lineage,) = world.rows("SELECT lineage FROM data WHERE data_id = ?", dataset["data_id"])
    rows = world.rows("SELECT user_id, epsilon, set_by FROM caps WHERE lineage = ? ORDER BY cap_id", *lineage)
    assert rows == [(me, epsilon * 10**9, number(world.admin)) for epsilon in (5, 1, 3, 0)]
    grants = world.rows("SELECT epsilon FROM ledger WHERE lineage = ? ORDER BY entry_id", *lineage)
    assert grants == [(10 * 10**9,), (-2 * 10**9,)]
    command = [sys.executable, "-m", "quarantine.server.cli", "audit", "verify"]
    environment = {"DQ0_HOME": str(world.live.home), "PATH": ""}
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "caps: whole" in run.stdout


def test_delta_is_capped_where_it_is_said(world: World) -> None:
    dataset, me = asked(world), number(world.user)
    by_educ = "SELECT educ, COUNT(*) FROM pums.person GROUP BY educ"
    done(cap(world.admin, dataset, 5, user_id=me))
    done(ask(world.user, dataset, by_educ, 1.0))
    done(cap(world.admin, dataset, 5, user_id=me, current_delta=0))
    assert "your own cap" in refused(ask(world.user, dataset, by_educ, 1.0), 403)
    done(cap(world.admin, dataset, 7, user_id=me))
    assert "your own cap" in refused(ask(world.user, dataset, by_educ, 1.0), 403)
    done(ask(world.user, dataset, epsilon=7.0))


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_an_administrator_and_the_owner_can_be_capped_as_well(world: World, who: str) -> None:
    dataset = asked(world, world.owner)
    client: Checked = getattr(world, who)
    done(cap(world.owner, dataset, 0.25, user_id=number(client)))
    assert "your own cap" in refused(ask(client, dataset, epsilon=0.5), 403)
    done(ask(client, dataset, epsilon=0.25))


def test_of_64_parallel_queries_a_cap_for_three_admits_three(world: World) -> None:
    dataset, me = asked(world), number(world.user)
    done(cap(world.admin, dataset, 0.3, user_id=me))
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: ask(world.user, dataset, epsilon=0.1), range(64)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [403] * 61
    assert caps(world.admin, dataset) == {None: (9.7, 10.0), me: (0.0, 0.3)}


def test_a_cap_belongs_to_the_source_whatever_it_is_called(world: World) -> None:
    file = world.source()
    dataset, me = world.dataset(file=file), number(world.user)
    done(cap(world.admin, dataset, 0.5, user_id=me))
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))
    again = world.dataset(file=file)
    world.grant(again, "users", 2)
    assert "your own cap" in refused(ask(world.user, again, epsilon=1.0), 403)
    assert caps(world.user, again)[me] == (0.5, 0.5)


def test_who_may_set_and_who_may_see(world: World) -> None:
    dataset = world.dataset(world.owner)
    me, other = number(world.user), number(world.auditor)
    refused(cap(world.user, dataset, 5, user_id=me), 404)
    world.grant(dataset, "users", 3)
    for client, status in ((world.user, 403), (world.auditor, 403), (world.nobody, 401)):
        refused(cap(client, dataset, 5, user_id=me), status)
    done(cap(world.owner, dataset, 2, user_id=me))
    done(cap(world.owner, dataset, 3, user_id=other))
    assert caps(world.user, dataset) == {None: (10.0, 10.0), me: (2.0, 2.0)}
    for client in (world.owner, world.admin, world.auditor):
        assert caps(client, dataset) == {None: (10.0, 10.0), me: (2.0, 2.0), other: (3.0, 3.0)}
    world.grant(dataset, "users", 1)
    assert caps(world.user, dataset) == {}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user_id": 999_999}, 404),
        ({"user_email": "nobody@example.org"}, 404),
        ({"user_id": 1, "user_email": "user@example.org"}, 409),
        ({"user_id": 0}, 400),
        ({"user_id": "1"}, 400),
        ({"user_id": None}, 400),
        ({"user_email": "no address"}, 400),
        ({"user_id": 1, "current": -1}, 400),
        ({"user_id": 1, "current": None}, 400),
        ({"user_id": 1, "current_delta": 2}, 400),
    ],
)
def test_a_cap_that_does_not_say_what_it_means_is_not_set(world: World, body: Any, status: int) -> None:
    dataset = world.dataset()
    refused(cap(world.admin, dataset, **{"current": 5, **body}), status)
    assert caps(world.admin, dataset) == {None: (10.0, 10.0)}
