"""A server asks the quarantine that its user has activated, with that quarantine's session, and nobody else."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from live import PASSWORD, Live, live_server, wait_for_job
from quarantines import ADMIN, LAPTOP, USER, activate, add, address, joined, last_audit, log_in, own, seen_by
from world import World, answer, ask, done, refused, select, settle


class Three:
    """A laptop's server and two quarantines."""

    def __init__(self, laptop: Live, first: World, second: World) -> None:
        self.laptop, self.first, self.second = laptop, first, second
        self.me = own(laptop)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    """Three processes with state folders of their own."""
    folder = tmp_path_factory.mktemp("three")
    with (
        live_server(folder / "laptop") as laptop,
        live_server(folder / "first", ambient_session="false") as first,
        live_server(folder / "second", ambient_session="false") as second,
    ):
        found = Three(laptop, settle(first), settle(second))
        yield found
        found.me.close()
        found.first.close()
        found.second.close()


@pytest.fixture(autouse=True)
def fresh(three: Three) -> Iterator[None]:
    """Each test begins and ends with the laptop as its own quarantine, and the only one."""
    yield
    activate(three.me, 1)
    for item in done(three.me.get("/proxies"))["items"]:
        if item["proxy_id"] != 1:
            done(three.me.delete(f"/proxies/{item['proxy_id']}"))


def test_a_fresh_server_has_one_proxy_itself(three: Three) -> None:
    with seen_by(three.laptop) as me:
        page = done(me.get("/proxies"))
        assert page["total"] == 1
        item = page["items"][0]
        assert item == done(me.get("/proxies/1")) == done(me.get("/proxies/current"))
        wanted = address(three.laptop) | {"proxy_id": 1, "active": True, "request_uri": "/api"}
        assert wanted | {"email_address": LAPTOP, "session_key": ""} == {k: item[k] for k in item if k != "public_key"}
        assert item["public_key"] == done(me.get("/identity"))["public_key"]
        assert "always there" in refused(me.delete("/proxies/1"), 409)
        refused(me.get("/proxies/2"), 404)
        refused(me.post("/proxies/2/activate"), 404)
        refused(me.delete("/proxies/2"), 404)


def test_data_of_a_quarantine_is_asked_through_the_laptop(three: Three) -> None:
    dataset = three.first.dataset(epsilon=10.0)
    proxy_id = joined(three.me, three.first.live, ADMIN)
    with seen_by(three.laptop) as me:
        assert done(me.get("/proxies/current"))["email_address"] == ADMIN
        names = [item["data_name"] for item in done(me.get("/data"))["items"]]
        assert names == [item["data_name"] for item in done(three.first.admin.get("/data"))["items"]]
        table = answer(me, dataset)
        assert abs(float(table.split()[1]) - 1001) < 100
        assert three.first.balance(dataset)[0] == pytest.approx(9.5)
        # The laptop's own database knows nothing of it.
        assert select(three.laptop, "SELECT count(*) FROM data") == [(0,)]
        assert select(three.laptop, "SELECT count(*) FROM jobs") == [(0,)]
        refused(ask(me, dataset, "SELECT pid FROM pums.person"), 422)
    activate(three.me, 1)
    assert done(three.me.get("/data"))["items"] == []
    assert done(three.me.get("/proxies/1"))["email_address"] == LAPTOP
    assert done(three.me.get(f"/proxies/{proxy_id}"))["active"] is False


def test_a_job_elsewhere_is_watched_piece_by_piece(three: Three) -> None:
    dataset = three.first.dataset(epsilon=10.0)
    joined(three.me, three.first.live, ADMIN)
    key = done(ask(three.me, dataset))["job_uuid"]
    wait_for_job(three.me, key)
    first = three.me.get(f"/jobs/{key}/events")
    assert first.headers["content-type"].startswith("text/event-stream")
    seen = re.findall(r"^id: (.+)$", first.text, re.MULTILINE)[-1]
    assert '"job_state":"finished"' in first.text
    again = three.me.get(f"/jobs/{key}/events", headers={"Last-Event-ID": seen})
    assert again.status_code == 200
    assert len(again.content) <= len(first.content)
    activate(three.me, 1)


def test_each_quarantine_has_its_own_session_that_is_taken_up_again(three: Three) -> None:
    first = joined(three.me, three.first.live, ADMIN)
    token = done(three.me.get("/auth/session"))["token"]
    second = joined(three.me, three.second.live, USER)
    assert done(three.me.get("/users/session"))["token"] != token
    assert done(three.me.get("/proxies/current"))["email_address"] == USER
    refused(three.me.get("/users"), 403)
    activate(three.me, first)
    assert done(three.me.get("/auth/session"))["token"] == token
    assert done(three.me.get("/users"))["total"] == 4
    done(three.me.post("/auth/logout"))
    assert "sign in" in refused(three.me.get("/users"), 401)
    refused(three.me.get("/auth/session"), 401)
    assert done(three.me.get(f"/proxies/{first}"))["email_address"] == ""
    # The token is worth nothing there either, and the other session is untouched.
    with three.first.live.client(token) as direct:
        refused(direct.get("/users"), 401)
    activate(three.me, second)
    assert done(three.me.get("/users/profile"))["user_id"] > 0


def test_a_token_of_a_quarantine_goes_with_the_request_and_the_laptops_own_stays(three: Three) -> None:
    mine = log_in(three.me, LAPTOP)
    joined(three.me, three.first.live, ADMIN)
    with three.laptop.client(three.first.user.token) as somebody:
        refused(somebody.get("/users"), 403)
        assert done(somebody.get("/auth/session")) == {"token": three.first.user.token}
    with three.laptop.client("x" * 43) as nobody:
        refused(nobody.get("/users"), 401)
        # A token that opens nothing there is no session, whoever is asked.
        refused(nobody.get("/auth/session"), 401)
        refused(nobody.get("/users/session"), 401)
    with three.laptop.client(mine) as me:
        # Who shows that he is the laptop's user travels with the laptop's session.
        assert done(me.get("/users"))["total"] == 4
        assert done(me.get("/auth/session"))["token"] != mine
    assert mine not in three.first.live.log()


def test_what_is_local_stays_local(three: Three) -> None:
    before = select(three.first.live, "SELECT count(*) FROM audits")
    joined(three.me, three.first.live, ADMIN)
    key = done(three.me.get("/identity"))["public_key"]
    assert key == done(three.me.get("/proxies/1"))["public_key"]
    assert key != done(three.first.nobody.get("/identity"))["public_key"]
    assert done(three.me.get("/health")) == {"status": "ok"}
    done(three.me.get("/auth/session"))
    # Signing in: no other request has arrived.
    rows = select(three.first.live, "SELECT action FROM audits ORDER BY audit_id")[before[0][0] :]
    assert [action for (action,) in rows] == ["AuthLogin"]


def test_a_refused_sign_in_is_told_as_it_is_and_opens_nothing(three: Three) -> None:
    activate(three.me, add(three.me, three.first.live))
    wrong = three.me.post("/auth/login", json={"email": ADMIN, "password": "not the passphrase"})
    refused(wrong, 401)
    assert wrong.headers["www-authenticate"] == "Bearer"
    refused(three.me.get("/data"), 401)
    assert done(three.me.get("/proxies/current"))["email_address"] == ""
    refused(three.me.post("/auth/login", content=b"{"), 400)
    # To register is to register there.
    given = {"email": "new@example.org", "password": PASSWORD}
    done(three.me.post("/auth/register", json=given))
    assert "confirm" in refused(three.me.post("/auth/login", json=given), 403)
    assert select(three.laptop, "SELECT count(*) FROM users") == [(1,)]


def test_a_changed_password_keeps_the_laptop_signed_in(three: Three) -> None:
    joined(three.me, three.second.live, USER)
    before = done(three.me.get("/auth/session"))["token"]
    given = {"current_password": PASSWORD, "password": PASSWORD + " anew"}
    token = done(three.me.post("/users/password", json=given))["token"]
    assert done(three.me.get("/auth/session"))["token"] == token != before
    assert done(three.me.get("/users/profile"))["user_id"] > 0
    done(three.me.post("/users/password", json={"current_password": given["password"], "password": PASSWORD}))


def test_both_sides_write_down_who_did_what(three: Three) -> None:
    proxy_id = joined(three.me, three.first.live, USER)
    assert last_audit(three.laptop, "AuthLogin")[:2] == (USER, "ok")
    assert last_audit(three.first.live, "AuthLogin")[:2] == (USER, "ok")
    done(three.me.get("/jobs"))
    actor, outcome, told = last_audit(three.laptop, "JobList")
    assert (actor, outcome) == (USER, "ok")
    assert last_audit(three.first.live, "JobList")[:2] == (USER, "ok")
    # The laptop's row leads to the quarantine's.
    there = told.removeprefix(f"proxy {proxy_id}, request ").removesuffix(" there")
    found = select(three.first.live, f"SELECT action FROM audits WHERE request_id = '{there}'")
    assert found == [("JobList",)]
    refused(three.me.get("/audits"), 403)
    assert last_audit(three.laptop, "AuditList")[:2] == last_audit(three.first.live, "AuditList")[:2]
    assert last_audit(three.laptop, "AuditList")[:2] == (USER, "refused 403")


def test_only_who_may_adds_activates_and_removes(three: Three) -> None:
    laptop, first = three.first, three.second.live
    for somebody in (laptop.owner, laptop.user, laptop.auditor):
        refused(somebody.post("/proxies", json=address(first)), 403)
        refused(somebody.post("/proxies/1/activate"), 403)
        refused(somebody.delete("/proxies/1"), 403)
        assert done(somebody.get("/proxies"))["total"] == 1
    refused(laptop.nobody.get("/proxies"), 401)
    refused(laptop.nobody.post("/proxies", json=address(first)), 401)


def raw_status(live: Live, path: str) -> int:
    """The status of a path that is sent as it stands."""
    connection = HTTPConnection("127.0.0.1", address(live)["port"])
    with closing(connection):
        connection.request("GET", "/api" + path)
        return connection.getresponse().status


def test_an_alias_and_a_body_with_get_arrive_as_what_they_mean(three: Three) -> None:
    joined(three.me, three.first.live, ADMIN)
    listings = "SELECT count(*) FROM audits WHERE action = 'ProxyList'"
    before = select(three.first.live, listings)
    key = "6af92043-33db-4c27-8b38-e8733f4713c2"
    refused(three.me.post(f"/jobs/{key}/delete/", content=b"null"), 404)
    assert last_audit(three.first.live, "JobCancel")[1] == "refused 404"
    body = {"action": "JobList", "permission": 2, "role_name": "users"}
    done(three.me.request("GET", "/actions", json=body))
    assert last_audit(three.first.live, "ActionPermissionSet")[:2] == (ADMIN, "ok")
    listed = done(three.me.get("/data/", params={"order_by": "-created_at", "page_size": 1}))
    assert listed["page_size"] == 1
    assert "order_by" in refused(three.me.get("/data", params={"order_by": 'a"<é\n'}), 400)
    # Whatever the way there makes of dots, they lead to no other operation.
    for path in ("/jobs/..", "/jobs/%2e%2e", "/jobs/..%2fproxies", "/jobs/.", "/jobs/../proxies", "/jobs/%2e%2e/x"):
        assert raw_status(three.laptop, path) in (400, 404, 405), path
    assert select(three.first.live, listings) == before


def test_plain_connexion_says_what_it_cannot(three: Three) -> None:
    joined(three.me, three.first.live, ADMIN)
    with live_server(three.laptop.home, plain=True) as plain, plain.client() as nobody:
        assert "dq0 server start" in refused(nobody.post("/auth/login", json={"email": ADMIN, "password": "x"}), 501)
        assert done(nobody.get("/health")) == {"status": "ok"}


def test_no_token_of_a_quarantine_is_kept_in_the_clear(three: Three) -> None:
    joined(three.me, three.first.live, ADMIN)
    token = done(three.me.get("/auth/session"))["token"]
    kept = select(three.laptop, "SELECT token, email FROM local_session WHERE proxy <> 'embedded'")
    assert [email for _, email in kept] == [ADMIN]
    assert token not in kept[0][0]
    for path in three.laptop.home.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path
    assert token not in three.laptop.log()
    assert (three.laptop.home / "identity.key").stat().st_mode & 0o777 == 0o600
