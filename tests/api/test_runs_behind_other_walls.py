"""Runs on machines where bubblewrap does not work: behind Landlock, refused, or without walls where that is wanted."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxed import need_sandbox
from live import ROOT, live_server, wait_for_job
from runs import Deployed
from world import World, done, settle

NO_WALLS = (sys.executable, str(ROOT / "tests" / "no_walls.py"))


@pytest.fixture(scope="module")
def landlocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    need_sandbox("landlock")
    with live_server(tmp_path_factory.mktemp("landlocked") / "home", sandbox="landlock", lease_seconds="5") as live:
        world = settle(live)
        yield world
        world.close()


def test_behind_landlock_a_run_reads_its_data_and_what_it_wrote_is_held(landlocked: World, tmp_path: Path) -> None:
    dataset = landlocked.dataset(landlocked.owner)
    landlocked.grant(dataset, "users", 2)
    run = Deployed(landlocked.user, tmp_path, dataset=dataset).run(args={"epochs": 3})
    assert (run["run_status"], run["run_held"]) == ("FINISHED", True), run
    key = run["run_uuid"]
    outputs = {each["kind"]: each for each in done(landlocked.owner.get(f"/runs/{key}/outputs"))["items"]}
    log = done(landlocked.owner.get(f"/runs/{key}/outputs/{outputs['log']['output_id']}"))["data_string"]
    assert "1001 ['age', 'educ', 'income', 'married', 'race', 'sex']" in log
    done(landlocked.owner.post(f"/runs/{key}/release", json=None))
    shown = done(landlocked.user.get(f"/runs/{key}"))
    assert shown["run_metrics"][0]["value"] == pytest.approx(1 / 3)
    assert not list(landlocked.live.home.glob("runs/*"))


def test_behind_landlock_the_servers_files_cannot_be_read(landlocked: World, tmp_path: Path) -> None:
    code = """
        import os, sys
        own = ("HOME/dq0.sqlite", "HOME", "HOME/data")
        for path in (*own, "/proc/1/environ", "/etc/passwd", f"/proc/{os.getppid()}/mem"):
            try:
                os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
                print("read:", path)
            except OSError:
                print("shut")
    """.replace("HOME", str(landlocked.live.home))
    logs = Deployed(landlocked.user, tmp_path, code).run()["job_logs"]
    assert "read:" not in logs
    assert logs.count("shut") == 6


def test_without_walls_runs_are_refused_and_the_log_says_why(tmp_path: Path) -> None:
    with live_server(tmp_path / "home", before=NO_WALLS) as live:
        world = settle(live)
        run = Deployed(world.user, tmp_path, "print('it ran')").run()
        assert (run["run_status"], run["job_logs"]) == ("FAILED", "")
        assert "no working sandbox" in done(world.user.get(f"/jobs/{run['run_uuid']}"))["job_errors"]
        log = live.log()
        assert "runs are refused on this machine" in log
        assert "Landlock" in log
        # All else works.
        assert world.dataset(world.owner)["data_state"] == "ready"
        world.close()


def test_without_walls_runs_go_on_only_where_the_administrator_says_so(tmp_path: Path) -> None:
    with live_server(tmp_path / "home", before=NO_WALLS, unsafe_runs="true") as live:
        world = settle(live)
        dataset = world.dataset(world.owner)
        world.grant(dataset, "users", 2)
        run = Deployed(world.user, tmp_path, dataset=dataset).run()
        assert (run["run_status"], run["run_held"]) == ("FINISHED", True), run
        assert "DQ0_UNSAFE_RUNS is set" in live.log()
        code = "import os\nif os.fork(): os._exit(0)\nos.setsid()\nimport time\ntime.sleep(600)"
        left = Deployed(world.user, tmp_path, code).run()
        assert left["run_status"] == "FINISHED"
        forked = "import os, time\nos.fork()\nos.setsid() if os.fork() else 0\ntime.sleep(600)"
        endless = done(Deployed(world.user, tmp_path, forked).start())["message"].split()[-1]
        done(world.user.post(f"/jobs/{endless}/cancel", json={"force": True}))
        assert wait_for_job(world.user, endless)["job_state"] == "cancelled"
        world.close()
