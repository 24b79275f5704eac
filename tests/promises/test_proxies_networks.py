"""A laptop and two quarantines, each with a network of its own; a run survives the network."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from checked import Checked
from live import PASSWORD, ROOT, Live, environment_of, live_server, wait_for_job
from networks import Network, network
from quarantines import ADMIN, USER, activate, joined, log_in, own, seen_by
from runs import Deployed
from world import World, answer, done, refused, select, settle

CODE = """
import time
time.sleep(2)
print("to the end")
"""


class There(NamedTuple):
    """A quarantine and the network that it is in."""

    world: World
    network: Network


def administrator(live: Live) -> Checked:
    """Made on the host: beyond loopback nobody becomes one by being the first."""
    command = [sys.executable, "-m", "quarantine.server.cli", "server", "add-admin", ADMIN]
    environment = environment_of(live.home)
    subprocess.run(
        command, input=f"{PASSWORD}\n", text=True, env=environment, cwd=ROOT, check=True, capture_output=True
    )
    with live.client() as client:
        return Checked(live, log_in(client, ADMIN))


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Live, There, There]]:
    """The laptop's server, and two quarantines."""
    with ExitStack() as stack:
        found = []
        for number, name in enumerate(("first", "second")):
            at = stack.enter_context(network(number))
            settings = {"hostname": at.hostname, "ambient_session": "false"}
            live = stack.enter_context(live_server(tmp_path / name, before=at.before, **settings))
            world = settle(live, administrator(live))
            stack.callback(world.close)
            found.append(There(world, at))
        laptop = live_server(tmp_path / "laptop", proxy_seconds="2", proxy_plain_http="true")
        yield stack.enter_context(laptop), *found


def test_a_run_goes_on_while_its_quarantine_cannot_be_reached(three: tuple[Live, There, There], tmp_path: Path) -> None:
    laptop, (first, cable), (second, _) = three
    with own(laptop) as me, seen_by(laptop) as checked:
        there = joined(me, second.live, USER)
        assert done(me.get("/data"))["total"] == 0
        home = joined(me, first.live, ADMIN)
        assert answer(me, first.dataset(epsilon=10.0))
        key = done(Deployed(checked, tmp_path, CODE).start())["message"].split()[-1]
        wait_until(first, key, "running")
        cable.cut(first.live)
        try:
            # Nobody answers: nothing is known of the run here, and nothing is made up.
            assert "error" in me.get(f"/runs/{key}").json()
            refused(me.get(f"/jobs/{key}"), 502, 504)
            # The other quarantine has nothing to do with it.
            activate(me, there)
            assert done(me.get("/users/profile"))["user_id"] > 0
            refused(me.get(f"/jobs/{key}"), 404)
            if cable.real:
                wait_until(first, key, "finished")
        finally:
            cable.mend(first.live)
        activate(me, home)
        assert wait_for_job(me, key)["job_state"] == "finished"
        assert done(me.get(f"/runs/{key}"))["job_logs"].count("to the end") == 1


def wait_until(world: World, key: str, state: str) -> None:
    """Until its own database has a job in a state: that is on this machine's disk, whatever the network."""
    deadline = time.monotonic() + 60
    while select(world.live, "SELECT job_state FROM jobs WHERE job_uuid = ?", key) != [(state,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
