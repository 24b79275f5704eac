"""The seam: who asks, one transaction, one audit row, and nothing half-written."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from quarantine.server.strangers import ROWS
from quarantine.store import audit, sessions
from quarantine.store.tables import audits, login_attempts, users

from .conftest import CANARY, OPERATIONS, Running


def audit_rows(running: Running) -> list[Any]:
    with running.database.transaction() as connection:
        return list(connection.execute(select(audits).order_by(audits.c.audit_id)))


def profile_name(running: Running) -> str:
    with running.database.transaction() as connection:
        return connection.execute(select(users.c.name)).scalar_one()


def test_nobody_gets_401_from_every_operation_that_is_not_public(running: Running) -> None:
    running.client.headers.pop("authorization", None)
    for operation in OPERATIONS:
        if operation.permission is not None:
            refused_to_nobody(running, operation)
    assert running.handlers.calls == []
    assert {(row.actor, row.outcome) for row in audit_rows(running)} == {("", "refused 401")}


def refused_to_nobody(running: Running, operation: Any) -> None:
    for authorization in (None, "Bearer wrong", "Basic YTpi", "Bearer", "Bearer \u00e9".encode("latin-1"), "x"):
        headers = {} if authorization is None else {"authorization": authorization}
        path = operation.path.replace("{", "").replace("}", "")
        reply = running.client.request(operation.method, path, headers=headers)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert list(reply.json()) == ["error"]


def test_a_bearer_token_is_its_person(running: Running) -> None:
    reply = running.client.get("/things/7")
    assert reply.json() == {"operation": "get_thing", "path": {"thing_id": 7}, "body": None}
    (row,) = audit_rows(running)
    assert (row.actor, row.action, row.object, row.outcome) == ("admin@example.org", "Madeget_thing", "7", "ok")
    assert row.request_id == reply.headers["x-request-id"]


def test_the_scheme_is_not_case_sensitive(running: Running) -> None:
    assert running.client.get("/things", headers={"authorization": f"bEARER {running.token}"}).status_code == 200


def test_the_stored_session_acts_for_requests_without_authorization(running: Running) -> None:
    del running.client.headers["authorization"]
    assert running.client.get("/things").status_code == 401
    with running.database.transaction(write=True) as connection:
        sessions.keep_local(connection, running.token)
    assert running.client.get("/things").status_code == 200
    assert running.client.get("/things", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 401
    assert running.client.get("/things", headers={"authorization": "Bearer wrong"}).status_code == 401


def test_an_ended_session_is_nobody(running: Running) -> None:
    with running.database.transaction(write=True) as connection:
        sessions.revoke_all(connection, 1)
    assert running.client.get("/things").status_code == 401


def test_a_crash_writes_nothing_and_tells_nothing(running: Running, capfd: pytest.CaptureFixture[str]) -> None:
    reply = running.client.post("/fail")
    assert reply.status_code == 500
    assert reply.json() == {"error": f"internal error; request id {reply.headers['x-request-id']}"}
    assert profile_name(running) == ""
    assert [row.outcome for row in audit_rows(running)] == ["refused 500"]
    captured = capfd.readouterr()
    logged = captured.out + captured.err
    assert "ValueError" in logged
    assert CANARY not in logged + reply.text + str(audit_rows(running))


@pytest.mark.parametrize(("kind", "status"), [(1, 403), (2, 404), (3, 429)])
def test_a_refusal_writes_its_audit_row_and_nothing_else(running: Running, kind: int, status: int) -> None:
    reply = running.client.post(f"/refuse/{kind}")
    assert reply.status_code == status
    assert profile_name(running) == ""
    (row,) = audit_rows(running)
    assert (row.actor, row.outcome, row.object) == ("admin@example.org", f"refused {status}", str(kind))


def test_a_failed_login_is_counted_and_audited_though_its_transaction_is_not_kept(running: Running) -> None:
    del running.client.headers["authorization"]
    assert running.client.post("/sign-in").status_code == 401
    with running.database.transaction() as connection:
        assert len(connection.execute(select(login_attempts)).all()) == 3
    (row,) = audit_rows(running)
    assert (row.actor, row.outcome, row.description) == ("", "refused 401", "a@b\\u000ac")


def test_what_comes_after_the_commit_runs_once(running: Running) -> None:
    assert running.client.post("/things", json={"name": "a"}).json() == {"added": "a"}
    assert running.handlers.after == ["a"]
    assert running.client.post("/things", json={"name": 1}).status_code == 400
    assert running.handlers.after == ["a"]


def test_a_low_level_is_403_and_an_unseen_object_is_404(running: Running) -> None:
    with running.database.transaction(write=True) as connection:
        connection.execute(
            users.insert().values(email="b@b", password_hash="", state="confirmed", created_at=1, updated_at=1)
        )
        token = sessions.open_session(connection, 2, days=1)
    low = {"authorization": f"Bearer {token}"}
    assert running.client.post("/administer", headers=low).status_code == 403
    assert running.client.post("/administer").status_code == 200
    unseen = "/data/0d9b4b1e-8f0e-4b56-9a2f-6a0c3f1f2a3b"
    assert running.client.get(unseen, headers=low).status_code == 404
    assert running.client.get(unseen, headers=low).content == running.client.get(unseen).content


def test_a_log_that_cannot_be_written_changes_no_answer(
    running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = (tmp_path / "closed").open("w")
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    reply = running.client.post("/fail")
    assert reply.json() == {"error": f"internal error; request id {reply.headers['x-request-id']}"}
    assert [row.outcome for row in audit_rows(running)] == ["refused 500"]


def test_the_audit_chain_holds_after_all_of_it(running: Running) -> None:
    for path in ("/things", "/things/1", "/boxes", "/things/x"):
        running.client.get(path)
    running.client.post("/fail")
    assert [row.outcome for row in audit_rows(running)] == ["ok", "ok", "ok", "refused 400", "refused 500"]
    with running.database.transaction() as connection:
        assert audit.verify(connection) is None


def test_an_old_field_name_is_the_new_one(running: Running) -> None:
    assert running.client.post("/things", json={"old_name": "a"}).json() == {"added": "a"}


def test_a_repeated_parameter_has_to_agree(running: Running) -> None:
    assert running.client.patch("/things/7?thing_id=7", json={"name": "a"}).status_code == 200
    reply = running.client.patch("/things/7?thing_id=8", json={"name": "a"})
    assert reply.status_code == 400
    assert json.loads(reply.text)["error"].startswith("query parameter thing_id")


def test_nobody_leaves_rows_too_and_a_flood_of_them_does_not_fill_the_disk(running: Running) -> None:
    for number in range(ROWS + 5):
        reply = running.client.get(f"/things/{number + 1}", headers={"authorization": "Bearer wrong"})
        assert reply.status_code == 401
    rows = audit_rows(running)
    assert [(row.actor, row.action, row.object, row.outcome) for row in rows[:2]] == [
        ("", "Madeget_thing", "1", "refused 401"),
        ("", "Madeget_thing", "2", "refused 401"),
    ]
    assert len(rows) == ROWS


def test_public_reading_leaves_no_audit_row(running: Running) -> None:
    running.client.get("/health")
    assert audit_rows(running) == []
