"""Who may do what: every operation as everybody, and the expected status follows from the contract's permission."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from every import ANEW, KINDS, NOT_BUILT, Scene, Values, missing, scene, send
from generated.operations import OPERATIONS, ROLES
from live import PASSWORD
from people import Person, allow, forgive, join, new_project, new_role, sign_in, stored
from quarantine.store import rows
from quarantine.store.tables import data_permissions, project_permissions
from world import META, World, done, fresh, refused

OF_PROJECTS = (project_permissions, "project_id")
OF_DATA = (data_permissions, "data_id")
GRANTS = dict.fromkeys(("data", "held"), OF_DATA) | dict.fromkeys(("project", "commit", "experiment"), OF_PROJECTS)


@dataclass
class Cast:
    """One of each: `without` has one level less than it takes, `exactly` just what it takes, `other` owns another."""

    scene: Scene
    nobody: Person
    unconfirmed: Person
    blocked: Person
    without: Person
    exactly: Person
    other: Person
    admin: Person
    auditor: Person
    lower: int
    enough: int

    def set_levels(self, operation: Any, values: Values) -> None:
        """Give `exactly` the level that the operation takes, and `without` one less."""
        needed = operation.permission
        for role_id, level in ((self.lower, needed.level - 1), (self.enough, needed.level)):
            if needed.on in GRANTS:
                table, key = GRANTS[needed.on]
                with stored(self.scene.world.live) as connection:
                    rows.delete(connection, table, role_id=role_id, **{key: values[key]})
                    rows.insert(connection, table, role_id=role_id, permission=level, **{key: values[key]})
            elif needed.on == "action" or (needed.on == "session" and role_id == self.lower):
                allow(self.scene.world, role_id, operation.action, level)


@pytest.fixture(params=["fast", "plain"], scope="module")
def cast(request: pytest.FixtureRequest) -> Iterator[Cast]:
    world: World = request.getfixturevalue(request.param)
    forgive(world)
    (lower, lower_name), (enough, enough_name) = new_role(world), new_role(world)
    exactly, other = join(world, enough_name, "users"), join(world, "owners")
    found = scene(world, exactly)
    with stored(world.live) as connection:
        # From here on he has what the role `enough` is given, and nothing else.
        connection.exec_driver_sql(f"DELETE FROM user_roles WHERE user_id = {exactly.user_id} AND role_id <> {enough}")
        new_project(connection, other.user_id)
    assert done(other.request("POST", "/data", json={"meta": _another(world)}))
    nobody = Person(world.nobody, 0, "", "")
    people = (
        nobody,
        join(world, state="waiting"),
        join(world, state="blocked"),
        join(world, lower_name),
        exactly,
        other,
    )
    yield Cast(found, *people, join(world, "admins"), join(world, "auditors"), lower, enough)


def _another(world: World) -> str:
    return META.format(name=fresh("another"), file=world.source(), epsilon=1.0, description="")


def expected(operation: Any, level: int) -> int | None:
    """The status for who has this level on what the operation is on; None where it is let through."""
    needed = operation.permission
    if needed.on not in KINDS or (level == 0 and needed.on not in ("action", "session")):
        return 404
    return 403 if level < needed.level else None


def levels(cast: Cast, operation: Any) -> list[tuple[Person, int]]:
    """Everybody who can sign in, with the level that he has; who is let through comes last."""
    needed = operation.permission
    if needed.on in ("job", "query", "run", "model"):
        # What somebody started is his own; who sees all sees it.
        return [(cast.without, 0), (cast.other, 0), (cast.auditor, 1), (cast.exactly, 4), (cast.admin, 4)]
    members = [(cast.without, needed.level - 1), (cast.exactly, needed.level), (cast.admin, 4)]
    if needed.on == "action":
        return [(cast.other, operation.roles.get("owners", ROLES["owners"])), *members]
    return [(cast.other, 1 if needed.on == "session" else 0), *members]


def let_through(operation: Any, answer: httpx.Response) -> None:
    assert answer.status_code == (501 if operation.id in NOT_BUILT else operation.status), answer.text


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission is None], ids=lambda o: o.id)
def test_what_is_public_is_open_to_everybody(cast: Cast, operation: Any) -> None:
    forgive(cast.scene.world)
    for person in (cast.nobody, cast.unconfirmed, cast.blocked, cast.without):
        let_through(operation, send(person, operation, cast.scene.values, cast.scene.world))


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission is not None], ids=lambda o: o.id)
def test_an_operation_lets_through_whom_the_contract_lets_through(cast: Cast, operation: Any) -> None:
    on = operation.permission.on
    assert on in KINDS or operation.id in NOT_BUILT, f"tests/every.py cannot make a {on} to ask for"
    sign_in(cast.scene.world, cast.unconfirmed, cast.blocked, cast.without, cast.exactly, cast.other, cast.admin)
    values = cast.scene.values
    for person in (cast.nobody, cast.unconfirmed, cast.blocked):
        refused(send(person, operation, values, cast.scene.world), 401)
    for person, level in levels(cast, operation):
        wanted = expected(operation, level)
        values = dict(cast.scene.values)
        if wanted is None and operation.id in ANEW:
            values |= ANEW[operation.id](cast.scene, cast.exactly)
        cast.set_levels(operation, values)
        answer = send(person, operation, values, cast.scene.world)
        if wanted is None:
            let_through(operation, answer)
        else:
            assert answer.status_code == wanted, (person, level, answer.text)
        if wanted == 404:
            nothing = send(person, operation, missing(values), cast.scene.world)
            assert (nothing.status_code, nothing.content) == (404, answer.content)
            assert nothing.headers.keys() == answer.headers.keys()


def test_who_waits_or_is_blocked_cannot_sign_in_with_the_right_password(cast: Cast) -> None:
    forgive(cast.scene.world)
    for person, word in ((cast.unconfirmed, "waits"), (cast.blocked, "blocked")):
        for door in ("auth", "users"):
            answer = cast.nobody.post(f"/{door}/login", email=person.email, password=PASSWORD)
            assert word in refused(answer, 403)
            wrong = cast.nobody.post(f"/{door}/login", email=person.email, password="not the passphrase")
            assert word not in refused(wrong, 401)
