"""Every method of the client once, on a real server that holds its own answers against the contract."""

from typing import Any

import pytest

from clients import UNKNOWN, answered, connect, method_of
from dq0.client import NotBuilt
from every import ANEW, NOT_BUILT, Scene, body_of, scene
from generated.operations import OPERATIONS
from people import Person, forgive, join, sign_in
from world import World

# What ends a session is asked for with one of its own.
ENDING = {"auth_logout", "user_logout", "change_password"}


@pytest.fixture(scope="module")
def there(fast: World) -> tuple[Scene, Person]:
    """Objects to ask for, and the administrator who may."""
    forgive(fast)
    starter = join(fast, "users")
    found = scene(fast, starter)
    admin = join(fast, "admins")
    return found, admin


def given(operation: Any, values: dict[str, Any], world: World) -> dict[str, Any]:
    """Arguments of a method about these objects."""
    if operation.tag == "artifacts":
        values = {**values, "run_uuid": values["job_uuid"]}
    wanted = [p for p in operation.parameters if p.required]
    missing = {p.name: 999_999_999 if p.text == "integer" else UNKNOWN for p in wanted}
    named = {p.name: values.get(p.name, missing[p.name]) for p in wanted}
    return {**(body_of(operation, values, world) or {}), **named}


@pytest.mark.parametrize("operation", OPERATIONS, ids=[o.id for o in OPERATIONS])
def test_every_method_gets_a_typed_answer_of_a_real_server(there: tuple[Scene, Person], operation: Any) -> None:
    found, admin = there
    values = dict(found.values)
    if operation.id in ANEW:
        values.update(ANEW[operation.id](found, admin))
    if operation.id in ENDING:
        sign_in(found.world, admin)
    forgive(found.world)
    with connect(found.world.live, admin.token) as client:
        method, arguments = method_of(client, operation.id), given(operation, values, found.world)
        if operation.id in NOT_BUILT:
            with pytest.raises(NotBuilt) as caught:
                answered(method(**arguments))
            assert (caught.value.status, bool(caught.value.request_id)) == (501, True)
        else:
            assert answered(method(**arguments)) is not None
    if operation.id in ENDING:
        sign_in(found.world, admin)
