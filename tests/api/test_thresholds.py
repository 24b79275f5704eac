"""Thresholds: the smallest group that is shown, for everybody or for one person, and what a request may ask for."""

from typing import Any

import pytest

from checked import Checked
from world import COUNT, META, World, answer, ask, done, refused

BY_SEX = "SELECT sex, COUNT(*) AS n FROM pums.person GROUP BY sex"
BY_EDUC = "SELECT educ, COUNT(*) AS n FROM pums.person GROUP BY educ"


def threshold(client: Checked, dataset: Any, field: str, least: object, **body: Any) -> Any:
    """Set a threshold, and whom it is for."""
    return client.post(
        "/privacy/thresholds", json={"data_id": dataset["data_id"], "field": field, "threshold": least, **body}
    )


def number(client: Checked) -> int:
    return int(done(client.get("/users/profile"))["user_id"])


def asked(world: World, **more: Any) -> Any:
    """A dataset that the role `users` may query."""
    dataset = world.dataset(epsilon=500.0, **more)
    world.grant(dataset, "users", 2)
    return dataset


def groups(client: Checked, dataset: Any, query: str = BY_SEX, **more: object) -> int:
    return len(answer(client, dataset, query, 10.0, **more).split()) - 1


def test_groups_below_the_threshold_are_left_out_for_everybody(world: World) -> None:
    dataset = asked(world)
    assert groups(world.user, dataset) == 2
    done(threshold(world.admin, dataset, "SEX", 5_000))
    for client in (world.user, world.admin):
        assert groups(client, dataset) == 0
        assert groups(client, dataset, "SELECT COUNT(*) FROM pums.person") == 1
        assert groups(client, dataset, 'SELECT "Sex" AS s, AVG(age) FROM pums.person GROUP BY s') == 0
    done(threshold(world.admin, dataset, "sex", 0))
    assert groups(world.user, dataset) == 2
    assert done(world.admin.get("/privacy/thresholds", params={"data_id": dataset["data_id"]}))["total"] == 0


def test_a_threshold_for_one_person_takes_the_place_of_everybodys_for_that_column(world: World) -> None:
    dataset = asked(world)
    done(threshold(world.admin, dataset, "sex", 5_000))
    done(threshold(world.admin, dataset, "educ", 5_000))
    done(threshold(world.admin, dataset, "sex", 5, user_email="user@example.org"))
    assert groups(world.user, dataset) == 2
    assert groups(world.user, dataset, BY_EDUC) == 0
    assert groups(world.admin, dataset) == 0
    done(threshold(world.admin, dataset, "sex", 0, user_id=number(world.user)))
    assert groups(world.user, dataset) == 0


def test_a_threshold_never_lowers_the_safe_one(world: World) -> None:
    # One person alone has this key: it is shown about once in a million answers.
    dataset = asked(world, file=world.source(more="40,1,19,1,5.0,1,9000000\n"))
    done(threshold(world.admin, dataset, "educ", 1))
    assert "\n19," not in answer(world.user, dataset, BY_EDUC, 10.0, permissions="educ<1")
    assert groups(world.user, dataset, BY_EDUC, permissions="educ<400") == 0


def test_permissions_go_down_to_what_the_owner_allows_and_no_further(world: World) -> None:
    dataset = asked(world, meta=META.replace("    max_ids: 1", "    max_ids: 1\n    tau: 5000"))
    # Without a threshold of the owner's, the metadata's tau is the least.
    assert groups(world.user, dataset, BY_EDUC) == 0
    assert "educ<5000 would do" in refused(ask(world.user, dataset, BY_EDUC, permissions="educ<75"), 422)
    done(threshold(world.admin, dataset, "educ", 75, user_id=number(world.user)))
    before = world.balance(dataset)
    for denied in ("educ<74", ["Educ<74"], "educ<0", '"educ"<10'):
        assert "educ<75 would do" in refused(ask(world.user, dataset, BY_EDUC, permissions=denied), 422)
    assert "educ<5000" in refused(ask(world.admin, dataset, BY_EDUC, permissions="educ<75"), 422)
    assert world.balance(dataset) == before
    for granted in ("educ<75", ["EDUC<75"], " educ < 75 ", '"educ"<75'):
        assert groups(world.user, dataset, BY_EDUC, permissions=granted) > 0
    assert groups(world.user, dataset, BY_EDUC) == 0
    stored = world.rows("SELECT policy FROM queries WHERE permissions = 'educ<75' AND policy LIKE '%\"educ\":75%'")
    assert stored


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        ("educ", 422),
        ("educ<", 422),
        ("educ<-1", 422),
        ("educ>5", 422),
        ("educ<5; DROP TABLE", 422),
        ("educ<5,EDUC<6", 422),
        ("age<75", 422),
        ("salary<75", 422),
        (["educ<5", 5], 400),
        ({"educ": 5}, 400),
        (5, 400),
        (["x" * 1001], 400),
        ("x" * 10_001, 400),
    ],
)
def test_permissions_that_are_not_understood_cost_nothing(world: World, permissions: object, status: int) -> None:
    dataset = world.dataset()
    refused(ask(world.admin, dataset, BY_EDUC, permissions=permissions), status)
    assert world.balance(dataset) == (10.0, 10.0)
    refused(ask(world.admin, dataset, COUNT, permissions="educ<75"), 422)
    assert world.balance(dataset) == (10.0, 10.0)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"field": "salary"}, 422, "no column salary; the metadata has pid, age, sex"),
        ({"field": ""}, 400, ""),
        ({"field": None}, 400, ""),
        ({"threshold": -1}, 400, ""),
        ({"threshold": 1.5}, 400, ""),
        ({"threshold": "75"}, 400, ""),
        ({"threshold": 10**9 + 1}, 400, ""),
        ({"user_id": 999_999}, 404, "no such user"),
        ({"user_id": 1, "user_email": "user@example.org"}, 409, "different users"),
        ({"data_name": "another"}, 404, ""),
    ],
)
def test_a_threshold_that_does_not_say_what_it_means_is_not_set(
    world: World, body: Any, status: int, said: str
) -> None:
    dataset = world.dataset()
    given = {"field": "sex", "least": 5, **body}
    given["least"] = given.pop("threshold", given["least"])
    assert said in refused(threshold(world.admin, dataset, **given), status)
    assert not world.rows("SELECT * FROM thresholds WHERE data_id = ?", dataset["data_id"])


def test_only_an_owner_sets_and_only_an_owner_sees_those_of_others(world: World) -> None:
    dataset = world.dataset(world.owner)
    where = {"data_id": dataset["data_id"], "order_by": "created_at"}
    refused(threshold(world.user, dataset, "sex", 5), 404)
    world.grant(dataset, "users", 3)
    for client, status in ((world.user, 403), (world.auditor, 403), (world.nobody, 401)):
        refused(threshold(client, dataset, "sex", 5), status)
    me, other = number(world.user), number(world.auditor)
    done(threshold(world.owner, dataset, "sex", 5))
    done(threshold(world.owner, dataset, "sex", 6, user_id=me))
    done(threshold(world.owner, dataset, "sex", 7, user_id=other))
    done(threshold(world.owner, dataset, "Sex", 8, user_id=me))

    def seen(client: Checked) -> list[tuple[object, object]]:
        items = done(client.get("/privacy/thresholds", params=where))["items"]
        assert {item["field"] for item in items} <= {"sex"}
        return [(item.get("user_id"), item["threshold"]) for item in items]

    assert seen(world.user) == [(None, 5), (me, 8)]
    for client in (world.owner, world.admin, world.auditor):
        assert seen(client) == [(None, 5), (me, 8), (other, 7)]
