"""Several server processes on one database, of either kind: what holds for one of them holds for all together."""

import itertools
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from checked import Checked
from databases import KINDS, Kind
from live import PATIENCE, Live, live_server
from quarantine.domain.settings import Settings
from quarantine.server.cli import main
from quarantine.store import audit, ledger
from quarantine.store.engine import open_database
from world import ROLES, World, answer, ask, done, fresh, select, settle, sign_up


@dataclass
class Pair:
    """Two servers on one database and one state folder, and the people on both; the first has the worker."""

    kind: Kind
    url: str
    servers: list[Live]
    world: World
    home: Path
    stack: ExitStack

    @cached_property
    def clients(self) -> list[Checked]:
        """The administrator at each server."""
        return [self.client(live) for live in self.servers]

    def client(self, live: Live) -> Checked:
        """The administrator at a server."""
        return self.stack.enter_context(Checked(live, self.world.admin.token))

    def start(self, **more: str) -> Live:
        """One more server."""
        settings = {"ambient_session": "false", "database_url": self.url, "lease_seconds": "5", **more}
        live = self.stack.enter_context(live_server(self.home, **settings))
        self.servers.append(live)
        return live

    def whole(self) -> None:
        """Both chains hold."""
        database = open_database(Settings(database_url=self.url))
        with database.transaction() as connection:
            assert (ledger.verify(connection), audit.verify(connection)) == (None, None)
        database.close()

    def spent(self) -> float:
        """All charges together."""
        (units,) = select(self.servers[0], "SELECT coalesce(sum(epsilon), 0) FROM ledger WHERE kind = 'charge'")[0]
        return int(units) / 10**9


def newcomer(pair: Pair, server: int, role: str = "") -> tuple[Checked, int]:
    """A new person, signed in at one of the servers, and his number."""
    email = f"{fresh('new')}@example.org"
    person = pair.stack.enter_context(sign_up(pair.servers[server], pair.world.admin, email, role))
    return person, int(select(pair.servers[0], "SELECT user_id FROM users WHERE email = ?", email)[0][0])


@contextmanager
def charging(dataset: Any, *clients: httpx.Client) -> Iterator[list[str]]:
    """Queries without end, each client's in four threads; the jobs of all that were admitted."""
    admitted: list[str] = []
    stop = threading.Event()

    def charge(client: httpx.Client) -> None:
        while not stop.is_set():
            try:
                answer = ask(client, dataset, epsilon=0.01)
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                admitted.append(answer.json()["job_uuid"])

    with ThreadPoolExecutor(4 * len(clients)) as pool:
        for client in clients * 4:
            pool.submit(charge, client)
        try:
            yield admitted
        finally:
            stop.set()


def until_longer(found: list[str], more: int) -> None:
    """Wait for so many more."""
    wanted, deadline = len(found) + more, time.monotonic() + PATIENCE
    while len(found) < wanted:
        assert time.monotonic() < deadline, f"only {len(found)} of {wanted}"
        time.sleep(0.02)


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    kind: Kind = request.getfixturevalue(f"{request.param}_kind")
    home = tmp_path_factory.mktemp("pair") / "home"
    home.mkdir()
    with kind.empty(home) as settings, ExitStack() as stack:
        found = Pair(kind, settings.url, [], None, home, stack)  # type: ignore[arg-type]
        found.world = settle(found.start())
        found.start(worker="false")
        yield found
        found.world.close()


def test_of_64_parallel_charges_for_a_budget_of_one_exactly_one_is_admitted(pair: Pair) -> None:
    dataset = pair.world.dataset(epsilon=1.0)
    before = pair.spent()
    clients = pair.clients
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: ask(clients[n % 2], dataset, epsilon=1.0), range(64)))
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 63
    assert pair.world.balance(dataset) == (0.0, 1.0)
    assert pair.spent() == before + 1.0
    pair.whole()


def test_parallel_edits_of_roles_lose_none(pair: Pair) -> None:
    numbers = [newcomer(pair, n % 2)[1] for n in range(8)]
    clients = pair.clients
    edits = list(itertools.product(numbers, range(6)))

    def edit(n: int) -> int:
        user_id, round_ = edits[n]
        role = list(ROLES.values())[1 + round_ % 3]
        return clients[n % 2].patch(f"/users/{user_id}", json={"roles": [role]}).status_code

    (before,) = select(pair.servers[0], "SELECT count(*) FROM audits WHERE action = 'UserUpdate' AND outcome = 'ok'")[0]
    with ThreadPoolExecutor(24) as pool:
        assert set(pool.map(edit, range(len(edits)))) == {200}
    (after,) = select(pair.servers[0], "SELECT count(*) FROM audits WHERE action = 'UserUpdate' AND outcome = 'ok'")[0]
    assert after - before == len(edits)
    for user_id in numbers:
        rows = select(pair.servers[0], "SELECT role_id FROM user_roles WHERE user_id = ?", user_id)
        # Whichever came last: one role, whole, and never the roles of two edits together.
        assert len(rows) == 1, rows
    pair.whole()


def test_the_last_two_administrators_who_remove_each_other_at_once_leave_one(pair: Pair) -> None:
    """Who comes second is no administrator any more, whatever he was when he asked."""
    one, (other, second) = pair.clients[0], newcomer(pair, 1, "admins")
    (first,) = select(pair.servers[0], "SELECT user_id FROM users WHERE email = 'admin@example.org'")[0]

    def remove(client: Checked, user_id: int) -> int:
        return client.patch(f"/users/{user_id}", json={"roles": []}).status_code

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(remove, one, second), pool.submit(remove, other, first)]
        removed, lost = (answer.result() for answer in sent)
    assert sorted((removed, lost)) == [200, 403]
    assert len(select(pair.servers[0], "SELECT user_id FROM user_roles WHERE role_id = 1")) == 1
    if lost == 200:
        done(other.patch(f"/users/{first}", json={"roles": [ROLES["admins"]]}))
        done(one.patch(f"/users/{second}", json={"roles": []}))


def test_a_server_killed_in_the_middle_of_writing_leaves_the_other_working(pair: Pair) -> None:
    dataset = pair.world.dataset(epsilon=100.0)
    before = pair.spent()
    victim = pair.start(worker="false")
    survivor, doomed = pair.clients[1], pair.client(victim)
    with charging(dataset, survivor, doomed) as told:
        until_longer(told, 24)
        victim.kill()
        # What was begun on the other goes through: nothing is left locked.
        done(ask(survivor, dataset, epsilon=0.01))
        until_longer(told, 8)
    pair.servers.remove(victim)
    charged = {key for (key,) in select(pair.servers[0], "SELECT job_uuid FROM ledger WHERE kind = 'charge'")}
    assert set(told) <= charged
    left, granted = pair.world.balance(dataset)
    assert left == pytest.approx(granted - (pair.spent() - before), abs=1e-9)
    jobs = {key for (key,) in select(pair.servers[0], "SELECT job_uuid FROM jobs WHERE job_type = 'query.run'")}
    assert charged == jobs
    pair.whole()


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty database of either kind, to restore into."""
    kind: Kind = request.getfixturevalue(f"{request.param}_kind")
    (tmp_path / "empty").mkdir()
    with kind.empty(tmp_path / "empty") as settings:
        yield settings


def test_backed_up_and_restored_under_load_no_budget_comes_back(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = pair.world.dataset(epsilon=1000.0)
    file = tmp_path / "backup.zip"
    dq0(pair, monkeypatch, "backup", file)
    with charging(dataset, *pair.clients) as charged:
        until_longer(charged, 10)
        file.unlink()
        dq0(pair, monkeypatch, "backup", file)
        until_longer(charged, 10)
        dq0(pair, monkeypatch, "restore", file)
        until_longer(charged, 4)
    pair.whole()
    known = {key for (key,) in select(pair.servers[0], "SELECT job_uuid FROM ledger WHERE kind = 'charge'")}
    assert set(charged) <= known
    left, granted = pair.world.balance(dataset)
    assert left <= granted - len(charged) * 0.01 + 1e-9
    done(ask(pair.clients[0], dataset, epsilon=0.01))


def test_restored_into_another_database_it_answers_as_before(
    pair: Pair, empty: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = pair.world.dataset(epsilon=10.0)
    done(ask(pair.world.admin, dataset, epsilon=1.0))
    file = tmp_path / "backup.zip"
    dq0(pair, monkeypatch, "backup", file)
    dq0(empty, monkeypatch, "restore", file)
    settings = {"ambient_session": "false", "data_folders": str(pair.home / "data"), "database_url": empty.url}
    with live_server(Path(empty.home), **settings) as live, Checked(live, pair.world.admin.token) as admin:
        kept = "SELECT hash FROM ledger ORDER BY entry_id"
        assert select(live, kept) == select(pair.servers[0], kept)
        where = {"data_id": dataset["data_id"]}
        assert done(admin.get("/privacy/budgets", params=where))["items"][0]["current"] == 9.0
        # Copies are not in a backup: the first query makes them anew.
        assert answer(admin, dataset, epsilon=5.0).startswith("n")
        assert done(admin.get("/privacy/budgets", params=where))["items"][0]["current"] == 4.0


def dq0(at: Pair | Settings, monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    """`dq0 server ...` on a database."""
    for name in [name for name in os.environ if name.startswith("DQ0_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DQ0_HOME", str(at.home))
    monkeypatch.setenv("DQ0_DATABASE_URL", at.url)
    assert main(["server", *map(str, words)]) == 0
