"""Whatever is killed, whenever: no job is lost, published twice or stuck, nothing lives on, and budgets are exact."""

import itertools
import os
import random
import re
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from boxed import KINDS, alive, need_sandbox
from databases import select
from fleet import CODE, SERVER, SUPERVISOR, WORKER, Fleet
from live import Live, live_server
from people import deploy
from quarantine.domain.settings import Settings
from quarantine.store import audit, ledger
from quarantine.store.engine import open_database
from quarantine.store.jobs import ATTEMPTS
from quarantine.worker import walls
from runs import Deployed
from trainings import Project, training
from world import COUNT, World, done, settle

JOBS = {"query": 600, "run": 390, "training": 10}
KILLS = {SERVER: 40, WORKER: 60, SUPERVISOR: 100, CODE: 100}
# So many of a client's jobs wait or run at least, until the last kill, and at most.
FEW, MANY = 4, 20
NUMBERS = itertools.count(random.SystemRandom().randrange(10**5, 8 * 10**5))
PATIENCE = 300.0
CODE_OF_RUNS = """
import os, random, sys, time, mlflow
mlflow.log_metric("times", 1.0)
if random.random() < 0.2 and os.fork() == 0:
    os.setsid()
    time.sleep(600)
    os._exit(0)
time.sleep(random.random() / 5)
print("to the end")
"""
ENDS = "SELECT job_uuid, job_state, fence, run_end_time, job_results, job_logs, job_errors FROM jobs"
GIVEN_UP = "the job ended its worker several times and is not tried again"


class Sent:
    """What was asked for: every answer that came, and how many requests had none."""

    def __init__(self) -> None:
        self.jobs: dict[str, tuple[str, float]] = {}
        self.marks: dict[str, str] = {}
        self.unanswered: Counter[str] = Counter()
        # The share of the kills that have been.
        self.killed = 0.0
        self.failure: BaseException | None = None


class Client(threading.Thread):
    """Asks for jobs in a random order as the kills get on, again where the server was killed under it."""

    def __init__(self, live: Live, token: str, bodies: dict[str, dict[str, Any]], kinds: list[str], sent: Sent) -> None:
        super().__init__(name=f"client of {kinds[-1]}")
        self._live, self._bodies, self._kinds, self._sent = live, bodies, kinds, sent
        self._own: set[str] = set()
        self._client = live.client(token)

    def run(self) -> None:
        """All jobs, and more of the last kind for as long as there is somebody left to kill."""
        try:
            number = 0
            while number < len(self._kinds) or self._sent.killed < 1.0:
                if self._there_is_room(number):
                    self._send(self._kinds[min(number, len(self._kinds) - 1)])
                    number += 1
                else:
                    time.sleep(0.05)
        except BaseException as error:
            self._sent.failure = error
        finally:
            self._client.close()

    def _there_is_room(self, number: int) -> bool:
        self._own -= ended(self._live, self._own)
        waiting = len(self._own)
        return waiting < FEW or (waiting < MANY and number < len(self._kinds) * self._sent.killed)

    def _send(self, kind: str) -> None:
        # No two cost the same, or carry the same number.
        number = next(NUMBERS)
        epsilon = round((0.1 if kind == "training" else 0.001) + number * 1e-6, 6)
        given = {"query": {"epsilon": epsilon}, "run": {"args": {"epochs": number}}, "training": training(epsilon)}
        body = {**self._bodies[kind], **given[kind]}
        while True:
            try:
                answer = self._client.post("/queries" if kind == "query" else "/runs", json=body)
                break
            except httpx.ConnectError:
                time.sleep(0.05)
            except httpx.TransportError:
                # It may have been heard all the same.
                self._sent.unanswered[kind] += 1
        key = done(answer).get("job_uuid") or done(answer)["message"].split()[-1]
        self._own.add(key)
        self._sent.jobs[key] = kind, 0.0 if kind == "run" else epsilon
        self._sent.marks[key] = str(number)


class Witness:
    """Sees every end once, and that it stays as it was."""

    def __init__(self, live: Live, before: set[str]) -> None:
        self._live = live
        self._before = before
        self.ends: dict[str, tuple[Any, ...]] = {}

    def look(self) -> int:
        """How many have ended."""
        for key, *end in select(self._live.database, ENDS + " WHERE run_end_time IS NOT NULL"):
            if key not in self._before:
                assert self.ends.setdefault(key, tuple(end)) == tuple(end), f"{key} ended twice"
        return len(self.ends)


def ended(live: Live, keys: set[str]) -> set[str]:
    """Those of these jobs that have ended."""
    among = ", ".join(f"'{key}'" for key in keys)
    statement = f"SELECT job_uuid FROM jobs WHERE job_uuid IN ({among}) AND run_end_time IS NOT NULL"
    return {key for (key,) in select(live.database, statement)}


def test_three_hundred_kills_over_a_thousand_jobs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need_sandbox()
    seed = int(os.environ.get("DQ0_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"DQ0_TEST_SEED={seed}")  # shown where the test fails
    dice = random.Random(seed)
    home = tmp_path / "home"
    with live_server(home) as live:
        world = settle(live)
        dataset, bodies = prepare(world, tmp_path)
        before = {key for (key,) in select(live.database, "SELECT job_uuid FROM jobs")}
        token = world.admin.token
        world.close()
    kinds = [kind for kind in KINDS if not walls.works(kind)]
    fleet = Fleet(home, [kinds[0], kinds[-1], kinds[0]], re.compile(r"(?<=code\.py )\d+"), lease_seconds="3")
    begun, sent, witness = time.monotonic(), Sent(), Witness(live, before)
    with fleet.running() as live:
        clients = [Client(live, token, bodies, each, sent) for each in shuffled(dice)]
        hits = under_fire(fleet, clients, sent, witness, dice)
    with capsys.disabled():
        states = Counter(end[0] for end in witness.ends.values())
        print(f"\n{seed=}: {Counter(role for role, _ in hits)}, {states} in {time.monotonic() - begun:.0f} s", end=" ")
    nothing_lives(fleet, sent)
    every_end_has_its_reason(live, sent, hits, before)
    everything_is_there_once(live, sent)
    budgets_are_exact(live, sent, dataset)
    nothing_is_left_on_disk(home, live)


def under_fire(
    fleet: Fleet, clients: list[Client], sent: Sent, witness: Witness, dice: random.Random
) -> list[tuple[str, str]]:
    """All jobs and all kills, until everything has ended by itself; role and mark of each kill."""
    for client in clients:
        client.start()
    hits = kill_all(fleet, sent, witness, dice)
    for client in clients:
        client.join(PATIENCE)
    assert sent.failure is None, sent.failure
    deadline = time.monotonic() + PATIENCE
    running = "SELECT job_uuid, job_state FROM jobs WHERE run_end_time IS NULL"
    while stuck := select(fleet.live.database, running):
        assert time.monotonic() < deadline, stuck
        time.sleep(0.1)
    witness.look()
    fleet.look()
    assert [member.stop() for member in fleet.members] == [0, 0, 0]
    return hits


def shuffled(dice: random.Random) -> tuple[list[str], list[str]]:
    """What the two clients send; trainings are somewhere between the runs."""
    mixed = ["run"] * (JOBS["run"] - 1) + ["training"] * JOBS["training"]
    dice.shuffle(mixed)
    return ["query"] * JOBS["query"], [*mixed, "run"]


def prepare(world: World, folder: Path) -> tuple[Any, dict[str, dict[str, Any]]]:
    """A dataset, a project of code without data, one that trains on the dataset; what is sent to have each kind."""
    dataset = world.dataset(epsilon=1000.0, name="people")
    code = Deployed(world.admin, folder, CODE_OF_RUNS)
    trained = Project(world, world.admin, dataset)
    return dataset, {
        "query": {"query": COUNT, "datasets": "people"},
        "run": {"project_uuid": code.uuid, "commit_uuid": code.commit},
        "training": {"project_uuid": trained.uuid, "commit_uuid": deploy(world.admin, trained.uuid)},
    }


def kill_all(fleet: Fleet, sent: Sent, witness: Witness, dice: random.Random) -> list[tuple[str, str]]:
    """All of `KILLS` in a random order, spread over the jobs; role and mark of each."""
    order = [role for role, count in KILLS.items() for _ in range(count)]
    dice.shuffle(order)
    hits: list[tuple[str, str]] = []
    for number, role in enumerate(order):
        deadline = time.monotonic() + PATIENCE
        while witness.look() < sum(JOBS.values()) * number / len(order) - MANY:
            assert sent.failure is None, sent.failure
            assert time.monotonic() < deadline, "nothing gets on"
            time.sleep(0.05)
        time.sleep(dice.random() / 10)
        mark = fleet.kill(role, dice.choice, PATIENCE)
        assert mark is not None, f"there was no {role} to kill"
        hits.append((role, mark))
        sent.killed = len(hits) / len(order)
    return hits


def nothing_lives(fleet: Fleet, sent: Sent) -> None:
    deadline = time.monotonic() + 10
    while left := [each for each in fleet.seen if each.lives]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    numbers = "|".join(sent.marks.values())
    while left_over := [line for line in alive("code.py ") if re.search(rf"code\.py ({numbers})\b", line)]:
        assert time.monotonic() < deadline, left_over
        time.sleep(0.05)


def every_end_has_its_reason(live: Live, sent: Sent, hits: list[tuple[str, str]], before: set[str]) -> None:
    """Every job has ended; only what was itself hit, or lost its worker again and again, has not ended well."""
    ends = {key: end for key, *end in select(live.database, ENDS)}
    assert set(sent.jobs) <= set(ends)
    more = set(ends) - set(sent.jobs) - before
    assert len(more) <= sum(sent.unanswered.values())
    assert {state for state, *_ in ends.values()} <= {"finished", "error"}
    given_up = {key for key, end in ends.items() if end[-1] == GIVEN_UP}
    assert all(ends[key][1] == ATTEMPTS + 1 for key in given_up)
    hit = {mark for _, mark in hits}
    failed = {key for key, (state, *_) in ends.items() if state == "error"} - given_up
    assert {key for key in failed if sent.jobs.get(key, ("",))[0] == "query"} == set()
    unexplained = {key: ends[key][-1] for key in failed if sent.marks.get(key) not in hit}
    unknown = sum(not mark for role, mark in hits if role in (SUPERVISOR, CODE))
    assert len(unexplained) <= unknown + sum(sent.unanswered.values()), (unexplained, unknown)


def everything_is_there_once(live: Live, sent: Sent) -> None:
    """A finished job has published all that it makes, once; any other nothing."""
    finished = {key for (key,) in select(live.database, "SELECT job_uuid FROM jobs WHERE job_state = 'finished'")}
    published = select(live.database, "SELECT job_uuid, path FROM artifacts WHERE path <> 'metrics'")
    tables = Counter(key for key, path in published if path == "results.csv")
    queries = {key for (key,) in select(live.database, "SELECT query_uuid FROM queries")}
    assert tables == Counter(queries & finished)
    metrics = select(live.database, "SELECT run_uuid, count(*) FROM run_values WHERE key = 'times' GROUP BY run_uuid")
    assert all(count == 1 for _, count in metrics)
    runs = {key for key, (kind, _) in sent.jobs.items() if kind == "run"}
    assert runs & finished <= {key for key, _ in metrics}
    logs = select(live.database, "SELECT job_uuid, job_logs FROM jobs WHERE job_state = 'finished'")
    assert all(log.count("to the end") == 1 for key, log in logs if key in runs)
    models = {key for key, path in published if path == "pyfunc_model/model.onnx"}
    assert {key for key, (kind, _) in sent.jobs.items() if kind == "training"} & finished <= models <= finished


def budgets_are_exact(live: Live, sent: Sent, dataset: Any) -> None:
    """Each query is charged once, at its price, finished or not; a training at most once, and if it finished."""
    charges = select(live.database, "SELECT job_uuid, epsilon FROM ledger WHERE kind = 'charge'")
    charged = dict(charges)
    assert len(charged) == len(charges)
    priced = dict(select(live.database, "SELECT query_uuid, epsilon FROM queries"))
    finished = {key for (key,) in select(live.database, "SELECT job_uuid FROM jobs WHERE job_state = 'finished'")}
    for key, epsilon in priced.items():
        assert charged.pop(key) == round(epsilon * 10**9)
    asked = {key: epsilon for key, (kind, epsilon) in sent.jobs.items() if kind == "query"}
    assert {key: priced[key] for key in asked} == asked
    trainings = {key: epsilon for key, (kind, epsilon) in sent.jobs.items() if kind == "training"}
    assert {key for key in trainings if key in finished} <= set(charged)
    for key, units in charged.items():
        # Who was not heard may have trained all the same.
        assert units == round(trainings[key] * 10**9) if key in trainings else sent.unanswered["training"]
    database = open_database(Settings(home=str(live.home)))
    with database.transaction() as connection:
        assert (ledger.verify(connection), audit.verify(connection)) == (None, None)
        (lineage,) = select(live.database, "SELECT lineage FROM data WHERE data_id = ?", dataset["data_id"])[0]
        balance = ledger.balance(connection, lineage)
    database.close()
    spent = sum(units for _, units in charges)
    assert round((balance.initial_epsilon - balance.current_epsilon) * 10**9) == spent


def nothing_is_left_on_disk(home: Path, live: Live) -> None:
    """The next start removes what killed workers left of runs that have ended."""
    jobs = {key for (key,) in select(live.database, "SELECT job_uuid FROM jobs")}
    with live_server(home):
        deadline = time.monotonic() + 30
        above = [walls.above_all(home, private=private) for private in (True, False)]
        while left := [path for each in above for path in each.iterdir() if path.name.partition(".")[0] in jobs]:
            assert time.monotonic() < deadline, left
            time.sleep(0.1)
