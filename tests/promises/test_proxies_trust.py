"""Whom a server trusts with its user's requests: the pinned key, the named authorities, no circle, no clear text."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from boxed import KINDS, need_sandbox
from live import ROOT, Live, environment_of, free_port, live_server, wait_for_job
from postgres import Cluster
from quarantine.worker.sandbox import Kind
from quarantines import ADMIN, LAPTOP, activate, add, address, joined, last_audit, log_in, own
from runs import Deployed
from tls import Authority, tls_front
from world import World, done, refused, select, settle

CODE = """
import time, mlflow
mlflow.log_metric("times", 1.0)
time.sleep(3)
print("to the end")
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A quarantine that nothing happens to."""
    home = tmp_path_factory.mktemp("first") / "home"
    with live_server(home, ambient_session="false") as live:
        world = settle(live)
        yield world
        world.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Live]:
    """A laptop's server."""
    with live_server(tmp_path / "laptop") as live:
        yield live


def test_a_changed_key_is_refused_until_the_right_one_is_back(laptop: Live, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    with own(laptop) as me:
        with live_server(home, port=port) as live:
            live.sign_up(ADMIN)
            number = joined(me, live, ADMIN)
            assert done(me.get("/users"))["total"] == 1
        assert "cannot be reached" in refused(me.get("/users"), 502)
        kept = (home / "identity.key").rename(tmp_path / "kept.key")
        with live_server(home, port=port) as live:
            assert "pinned key" in refused(me.get("/users"), 502)
            assert "pinned key" in refused(me.post("/auth/login", json={"email": ADMIN, "password": "x"}), 502)
            assert "another key" in refused(me.post(f"/proxies/{number}/activate"), 409)
            refused(me.post("/proxies", json=address(live)), 409)
        kept.replace(home / "identity.key")
        with live_server(home, port=port):
            # The session is the one of before.
            assert done(me.get("/users"))["total"] == 1
            activate(me, number)


def test_a_given_key_is_compared_and_a_server_is_not_its_own_proxy(laptop: Live, first: World) -> None:
    with own(laptop) as me:
        mine, theirs = (done(client.get("/identity"))["public_key"] for client in (me, first.nobody))
        assert "another key" in refused(me.post("/proxies", json=address(first.live) | {"public_key": mine}), 409)
        refused(me.post("/proxies", json=address(first.live) | {"public_key": "short"}), 400)
        assert "itself" in refused(me.post("/proxies", json=address(laptop)), 409)
        number = add(me, first.live, public_key=theirs)
        assert "already" in refused(me.post("/proxies", json=address(first.live)), 409)
        assert done(me.get(f"/proxies/{number}"))["public_key"] == theirs
        activate(me, number)
        assert "active" in refused(me.delete(f"/proxies/{number}"), 409)
        activate(me, 1)
        done(me.delete(f"/proxies/{number}"))
        # Numbers are not given out twice.
        assert add(me, first.live) == number + 1


def test_only_servers_that_prove_a_key_are_added(laptop: Live, tmp_path: Path) -> None:
    with own(laptop) as me, live_server(tmp_path / "plain", plain=True) as plain:
        nothing = {"hostname": "127.0.0.1", "port": free_port(), "scheme": "http"}
        assert "no DQ0 server can be reached" in refused(me.post("/proxies", json=nothing), 422)
        # Plain Connexion shows a key and signs nothing.
        assert "does not prove" in refused(me.post("/proxies", json=address(plain)), 422)
        for more in ({"request_uri": "/api/../x"}, {"hostname": "10.0.0.1"}, {"hostname": "example.org"}):
            refused(me.post("/proxies", json=address(plain) | more), 422)
        for more in ({"hostname": "a b"}, {"hostname": "u:p@h"}, {"scheme": "file"}, {"port": 0}, {"request_uri": "x"}):
            refused(me.post("/proxies", json=address(plain) | more), 400, 422)
        assert done(me.get("/proxies"))["total"] == 1


def test_a_circle_is_508(tmp_path: Path) -> None:
    with ExitStack() as stack:
        a, b, c = (stack.enter_context(live_server(tmp_path / name)) for name in "abc")
        at_a, at_b, at_c = (stack.enter_context(own(live)) for live in (a, b, c))
        for client, other in ((at_a, b), (at_b, c), (at_c, a)):
            activate(client, add(client, other))
        for client in (at_a, at_b, at_c):
            person = {"email": ADMIN, "password": "a passphrase"}
            assert "circle" in refused(client.post("/auth/login", json=person), 508)
            assert done(client.get("/health")) == {"status": "ok"}
        activate(at_c, 1)
        # What is no circle any more is a chain, and works.
        token = log_in(at_a, "me@laptop.example.org")
        assert done(at_a.get("/users"))["total"] == 1
        assert select(c, "SELECT count(*) FROM sessions") == [(2,)]
        with a.client(token) as bearing:
            assert done(bearing.get("/auth/session")) == {"token": token}


def test_a_certificate_of_nobody_known_is_refused(first: World, tmp_path: Path) -> None:
    known, other = Authority(tmp_path, "known"), Authority(tmp_path, "other")
    behind, port = address(first.live)["port"], free_port()
    good, foreign = known.certificate("127.0.0.1"), other.certificate("127.0.0.1")
    with live_server(tmp_path / "laptop", proxy_certificates=str(known.pem)) as laptop, own(laptop) as me:
        body = {"hostname": "127.0.0.1", "port": port}
        for wrong in (foreign, known.certificate("127.0.0.2")):
            with tls_front(wrong, behind, port):
                assert "certificate is not trusted" in refused(me.post("/proxies", json=body), 422)
        with tls_front(good, behind, port):
            number = int(done(me.post("/proxies", json=body))["message"].split(" ")[-1])
            activate(me, number)
            log_in(me, ADMIN)
            assert done(me.get("/users"))["total"] == 4
            assert done(me.get(f"/proxies/{number}"))["scheme"] == "https"
    # Without the setting the system's authorities count, and this is none of them.
    for front, settings in ((foreign, {"proxy_certificates": str(known.pem)}), (good, {})):
        with tls_front(front, behind, port), live_server(laptop.home, **settings) as laptop, laptop.client() as me:
            assert "certificate of proxy" in refused(me.get("/users"), 502)


def test_sessions_and_the_active_proxy_survive_a_restart(first: World, tmp_path: Path) -> None:
    home = tmp_path / "laptop"
    with live_server(home) as laptop, own(laptop) as me:
        number = joined(me, first.live, ADMIN)
        token = done(me.get("/auth/session"))["token"]
        laptop.kill()
    with live_server(home) as laptop, laptop.client() as me:
        assert done(me.get("/proxies/current"))["proxy_id"] == number
        assert done(me.get("/auth/session"))["token"] == token
        assert done(me.get("/users"))["total"] == 4
    # Whoever has the database alone has no session.
    (home / "identity.key").unlink()
    with live_server(home) as laptop, laptop.client() as me:
        refused(me.get("/users"), 401)
        log_in(me, ADMIN)
        assert done(me.get("/users"))["total"] == 4


def test_it_works_the_same_on_postgresql(first: World, postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.database(migrated=False)
    with live_server(tmp_path / "laptop", database_url=url) as laptop, own(laptop) as me:
        joined(me, first.live, ADMIN)
        assert done(me.get("/users"))["total"] == 4
        refused(me.get("/jobs/6af92043-33db-4c27-8b38-e8733f4713c2"), 404)
        assert last_audit(laptop, "JobInfo")[:2] == (ADMIN, "refused 404")
        with laptop.client(first.user.token) as user:
            refused(user.get("/users"), 403)
        done(me.post("/auth/logout"))
        refused(me.get("/users"), 401)
    postgres.drop(url)


def test_a_quarantine_acts_as_nobody_of_its_own_for_who_comes_through_another(laptop: Live, tmp_path: Path) -> None:
    with live_server(tmp_path / "home") as live, own(laptop) as me:
        live.sign_up(ADMIN)
        with live.client() as at_home:
            # On its own machine it does keep the session of its user.
            assert done(at_home.get("/users"))["total"] == 1
        activate(me, add(me, live))
        for path in ("/users", "/auth/session", "/users/profile"):
            refused(me.get(path), 401)


def test_the_host_brings_sign_in_back_home(first: World, laptop: Live) -> None:
    command = [sys.executable, "-m", "quarantine.server.cli", "server", "activate-proxy"]
    environment = environment_of(laptop.home)
    with own(laptop) as me:
        number = joined(me, first.live, ADMIN)
        for proxy_id, status in ((number + 1, 2), (1, 0)):
            ended = subprocess.run([*command, str(proxy_id)], env=environment, cwd=ROOT, capture_output=True)
            assert ended.returncode == status, ended.stderr
        # The running server looks once a second.
        until = time.monotonic() + 30
        while done(me.get("/users"))["total"] != 1:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert last_audit(laptop, "ProxyActivate")[0] == "(host)"
        assert log_in(me, LAPTOP)


@pytest.mark.parametrize("walls", KINDS)
def test_a_quarantine_killed_in_the_middle_of_a_job_is_502_and_found_again(
    walls: Kind, laptop: Live, tmp_path: Path
) -> None:
    need_sandbox(walls)
    home, port = tmp_path / "home", free_port()
    settings = {"sandbox": walls, "lease_seconds": "2"}
    with own(laptop) as me:
        with live_server(home, port=port, **settings) as live:
            world = settle(live)
            project = Deployed(world.admin, tmp_path, CODE)
            joined(me, live, ADMIN)
            body = {"project_uuid": project.uuid, "commit_uuid": project.commit, "ml_project_entry_point": "main"}
            key = done(me.post("/runs", json=body))["message"].split(" ")[-1]
            until = time.monotonic() + 60
            while done(me.get(f"/jobs/{key}"))["job_state"] != "running":
                assert time.monotonic() < until
                time.sleep(0.05)
            world.close()
            live.kill()
        refused(me.get(f"/jobs/{key}"), 502)
        assert done(me.get("/health")) == {"status": "ok"}
        with live_server(home, port=port, **settings):
            job = wait_for_job(me, key)
            assert job["job_state"] == "finished", job
            assert done(me.get(f"/runs/{key}"))["job_logs"].count("to the end") == 1
