"""Jobs are watched by server-sent events: state, progress and released logs, and nothing that is held."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from boxed import need_sandbox
from checked import Checked
from live import PASSWORD, Live, live_server, wait_for_job
from runs import Deployed
from world import World, ask, done, refused, select, settle

SLOW = "import os, time; time.sleep(3); print('to the end')"


class Event(dict[str, Any]):
    """The data of an event, with its name and id."""

    name = ""
    id = ""


def events(lines: Iterator[str]) -> Iterator[Event]:
    """The events of a stream, as a browser reads them."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line and not line.startswith(":"):
            fields[name] = value
        elif fields:
            event = Event(json.loads(fields["data"]))
            event.name, event.id = fields["event"], fields.get("id", "")
            yield event
            fields = {}


@contextmanager
def watching(client: Checked, key: str, last: str = "") -> Iterator[Iterator[Event]]:
    """The events of a job."""
    headers = {"Last-Event-ID": last} if last else {}
    with client.stream("GET", f"/jobs/{key}/events", headers=headers) as response:
        assert response.headers["content-type"] == "text/event-stream"
        yield events(response.iter_lines())


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_server(
        tmp_path_factory.mktemp("watch") / "home", ambient_session="false", streams_per_person="2"
    ) as live:
        yield live


@pytest.fixture(scope="module")
def own(live: Live) -> Iterator[World]:
    world = settle(live)
    yield world
    world.close()


def started(world: World, client: Checked, folder: Path, code: str = SLOW, dataset: Any = None) -> str:
    need_sandbox()
    return str(done(Deployed(client, folder, code, dataset).start())["message"].split()[-1])


def test_a_watched_run_tells_its_states_and_ends_with_its_log(own: World, tmp_path: Path) -> None:
    key = started(own, own.user, tmp_path)
    with watching(own.user, key) as told:
        seen = list(told)
    states = [each["job_state"] for each in seen]
    assert states == sorted(states, key=["created", "running", "finished"].index)
    assert states[-1] == "finished"
    assert [each.name for each in seen] == ["job"] * (len(seen) - 1) + ["end"]
    assert "to the end" in seen[-1]["job_logs"]
    assert seen[-1]["job_progress"] == 1.0


def test_who_comes_back_gets_what_is_new_and_who_saw_the_end_gets_it_again(world: World) -> None:
    dataset = world.dataset()
    key = done(ask(world.admin, dataset))["job_uuid"]
    wait_for_job(world.admin, key)
    with watching(world.admin, key) as told:
        (end,) = list(told)
    assert (end.name, end["job_state"], end["run_status"]) == ("end", "finished", "FINISHED")
    with watching(world.admin, key, "created-0-0") as told:
        assert next(told)["job_state"] == "finished"
    with watching(world.admin, key, end.id) as told:
        (again,) = list(told)
    assert (again.name, again["job_logs"]) == ("end", "")


def test_what_is_held_is_not_streamed(own: World, tmp_path: Path) -> None:
    dataset = own.dataset(own.owner)
    own.grant(dataset, "users", 2)
    key = started(own, own.user, tmp_path, "print('canary-held')", dataset)
    with watching(own.user, key) as told:
        seen = list(told)
    assert seen[-1].name == "end"
    assert "canary-held" not in json.dumps(seen)


def test_nobody_watches_a_job_that_he_may_not_see(world: World) -> None:
    key = done(ask(world.admin, world.dataset()))["job_uuid"]
    for client, status in ((world.nobody, 401), (world.user, 404)):
        refused(client.get(f"/jobs/{key}/events"), status)


def test_an_id_that_is_none_of_ours_counts_as_none(world: World) -> None:
    key = done(ask(world.admin, world.dataset()))["job_uuid"]
    wait_for_job(world.admin, key)
    for strange in ("nonsense", "finished-1000-99999999999999999999", "a-b-c", "-1"):
        with watching(world.admin, key, strange) as told:
            assert [each.name for each in told] == ["end"]


def test_a_stream_closes_when_its_session_ends_and_leaves_one_audit_row(own: World, tmp_path: Path) -> None:
    key = started(own, own.user, tmp_path, "import time; time.sleep(20)")
    token = done(own.nobody.post("/users/login", json={"email": "user@example.org", "password": PASSWORD}))["token"]
    with Checked(own.live, token) as client, watching(client, key) as told, Checked(own.live, token) as beside:
        next(told)
        done(beside.post("/users/logout"))
        last = list(told)[-1]
    assert last.name == "closed"
    assert "session" in last["error"]
    rows = select(own.live, "SELECT outcome FROM audits WHERE action = 'JobWatch' AND object = ?", key)
    assert [outcome for (outcome,) in rows] == ["ok", "refused 401"]
    done(own.user.post(f"/jobs/{key}/cancel", json={"force": True}))


def test_one_person_has_so_many_streams_and_gets_them_back(own: World, tmp_path: Path) -> None:
    key = started(own, own.user, tmp_path, "import time; time.sleep(30)")
    with watching(own.user, key), watching(own.user, key):
        answered = own.user.get(f"/jobs/{key}/events")
        assert "close another stream" in refused(answered, 429)
        with watching(own.admin, key) as told:
            next(told)
    deadline, status = time.monotonic() + 10, 0
    while status != 200:
        assert time.monotonic() < deadline
        with own.user.stream("GET", f"/jobs/{key}/events") as answered:
            status = answered.status_code
    done(own.user.post(f"/jobs/{key}/cancel", json={"force": True}))


def test_a_server_that_stops_ends_its_streams_at_once(tmp_path: Path) -> None:
    with live_server(tmp_path / "home", ambient_session="false", worker="false") as live:
        world = settle(live)
        key = started(world, world.user, tmp_path)
        with watching(world.user, key) as told:
            next(told)
            live.process.terminate()
            assert [each.name for each in told] == ["closed"]
        assert live.process.wait(20) == 0
        world.close()
