"""One row per request, whatever became of it; and who may read the rows finds what he looks for."""

from typing import Any

import pytest

from every import ANEW, Scene, scene, send
from generated.operations import OPERATIONS
from live import PASSWORD
from people import forgive, join, sign_in
from world import World, done, refused

NAMED = ("data_uuid", "job_uuid", "query_uuid", "role_id", "group_id", "user_id", "project_uuid")


class Watched:
    """A scene, an administrator and somebody without roles."""

    def __init__(self, world: World) -> None:
        forgive(world)
        self.world = world
        self.starter = join(world, "users")
        self.scene: Scene = scene(world, self.starter)
        self.admin, self.member = join(world, "admins"), join(world)


@pytest.fixture(params=["fast", "plain"], scope="module")
def watched(request: pytest.FixtureRequest) -> Watched:
    return Watched(request.getfixturevalue(request.param))


def kept(world: World, request_id: str) -> list[tuple[Any, ...]]:
    columns = "actor, action, object, outcome, description"
    return world.rows(f"SELECT {columns} FROM audits WHERE request_id = ?", request_id)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission is not None], ids=lambda o: o.id)
def test_every_request_leaves_one_row(watched: Watched, operation: Any) -> None:
    sign_in(watched.world, watched.admin, watched.member)
    for person in (watched.member, watched.admin):
        values = dict(watched.scene.values)
        if operation.id in ANEW:
            values |= ANEW[operation.id](watched.scene, watched.starter)
        answer = send(person, operation, values, watched.world)
        (row,) = kept(watched.world, answer.headers["x-request-id"])
        outcome = "ok" if answer.status_code == 200 else f"refused {answer.status_code}"
        assert row[:2] == (person.email, operation.action)
        assert row[3] == outcome
        for name in NAMED:
            if f"{{{name}}}" in operation.path:
                assert str(values[name]) in row[2].split("/")
        text = str(row)
        assert PASSWORD not in text
        assert person.token not in text
        assert "@veryStrong" not in text
        assert "SELECT" not in text
        assert "privacy_column" not in text


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission and o.media_types], ids=lambda o: o.id)
def test_what_was_not_understood_leaves_a_row_without_it(watched: Watched, operation: Any) -> None:
    secret = "canary-in-a-body"
    sign_in(watched.world, watched.admin)
    path = operation.path.replace("{", "").replace("}", "")
    for body in (f'{{"password": "{secret}"', f'{{"{secret}": 1, "{secret}": 2}}'):
        headers = {"authorization": f"Bearer {watched.admin.token}", "content-type": "application/json"}
        answer = watched.world.nobody.request(operation.method, path, content=body, headers=headers)
        (row,) = kept(watched.world, answer.headers["x-request-id"])
        assert (row[0], row[1]) == (watched.admin.email, operation.action)
        assert row[3] == f"refused {answer.status_code}"
        assert secret not in str(row)


def pages(world: World, size: int, **params: object) -> list[Any]:
    """All rows that fit, with the last page full, partly filled or empty."""
    found: list[Any] = []
    for page in range(1, 1000):
        body = done(world.auditor.get("/audits", params={"page": page, "page_size": size, **params}))
        assert (body["page"], body["page_size"]) == (page, size)
        assert len(body["items"]) == max(0, min(size, body["total"] - (page - 1) * size))
        if not body["items"]:
            assert len(found) == body["total"]
            return found
        found += body["items"]
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("size", [1, 3, 4, 6, 12, 13])
@pytest.mark.parametrize("order", ["timestamp", "-timestamp"])
def test_a_persons_rows_are_paged_without_loss(watched: Watched, size: int, order: str) -> None:
    person = join(watched.world)
    answers = [person.get(path) for path in ("/data", "/groups", "/jobs") * 4]
    wanted = [answer.headers["x-request-id"] for answer in answers]
    rows = pages(watched.world, size, actor=person.email, order_by=order)
    assert [row["request_id"] for row in rows] == (wanted if order == "timestamp" else wanted[::-1])
    assert {(row["actor"], row["outcome"]) for row in rows} == {(person.email, "ok"), (person.email, "refused 403")}
    ids = [row["audit_id"] for row in rows]
    assert ids == sorted(ids, reverse=order != "timestamp")
    only = pages(watched.world, size, actor=person.email, action="GroupList")
    assert {(row["action"], row["outcome"]) for row in only} == {("GroupList", "refused 403")}
    assert len(only) == 4


def test_times_are_limits_that_belong_to_what_they_limit(watched: Watched) -> None:
    person = join(watched.world)
    for _ in range(3):
        done(person.get("/data"))
    times = [int(row["timestamp"]) for row in pages(watched.world, 2, actor=person.email)]
    first, last = min(times), max(times)
    for params, expected in (
        ({"from": first, "to": last}, 3),
        ({"from": last + 1}, 0),
        ({"to": first - 1}, 0),
        ({"from": last}, times.count(last)),
        ({"to": first}, times.count(first)),
        ({"from": last + 1, "to": first - 1}, 0),
    ):
        assert len(pages(watched.world, 2, actor=person.email, **params)) == expected
    assert pages(watched.world, 2, actor="nobody@example.org") == []
    for bad in ({"from": -1}, {"to": "x"}, {"order_by": "actor"}, {"page": 0}, {"action": "1 OR 1"}):
        refused(watched.world.auditor.get("/audits", params=bad), 400)


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_the_whole_log_is_paged_by_number(watched: Watched, size: int) -> None:
    at = {"page_size": size, "order_by": "timestamp"}
    first = done(watched.world.auditor.get("/audits", params=at))["items"]
    assert [row["audit_id"] for row in first] == list(range(1, len(first) + 1))
    total = done(watched.world.auditor.get("/audits", params=at))["total"]
    last = -(-total // size)
    found = done(watched.world.auditor.get("/audits", params={**at, "page": last}))["items"]
    assert [row["audit_id"] for row in found][: total - (last - 1) * size] == list(
        range((last - 1) * size + 1, total + 1)
    )
    beyond = done(watched.world.auditor.get("/audits", params={**at, "page": 10**9}))["items"]
    assert beyond == []
    (newest,) = done(watched.world.auditor.get("/audits", params={"page_size": 1}))["items"]
    assert newest["action"] == "AuditList"


def test_only_who_may_reads_them(watched: Watched) -> None:
    for client in (watched.world.owner, watched.world.user):
        refused(client.get("/audits"), 403)
    refused(watched.world.nobody.get("/audits"), 401)
    for client in (watched.world.admin, watched.world.auditor):
        assert done(client.get("/audits"))["total"] > 0
