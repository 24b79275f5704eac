import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from quarantine.domain.errors import Invalid, NotFound
from quarantine.store import data, jobs, levels, permissions, rows, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow

Person = Callable[..., Actor]


@pytest.fixture
def owner(person: Person) -> Actor:
    return person("owner@dq0.io", "owners")


@pytest.fixture
def census(database: Database, owner: Actor, lineage: str) -> AnyRow:
    with database.transaction(write=True) as connection:
        return data.register(connection, user_id=owner.user_id, name="census", meta="{}", lineage=lineage)


def _level(database: Database, actor: Actor, on: str, key: str, value: object) -> int:
    with database.transaction() as connection:
        return permissions.object_level(connection, actor, on, key, value)[1]


def test_the_creator_and_administrators_own_a_dataset(
    database: Database, person: Person, owner: Actor, census: AnyRow
) -> None:
    admin = person("admin@dq0.io", "admins")
    for actor in (owner, admin):
        for key, value in (("data_uuid", census.data_uuid), ("data_id", str(census.data_id)), ("data_name", "census")):
            assert _level(database, actor, "data", key, value) == permissions.OWN


def test_what_may_not_be_seen_is_answered_like_what_does_not_exist(
    database: Database, person: Person, census: AnyRow
) -> None:
    stranger = person("stranger@dq0.io", "owners")
    said = []
    for value in (census.data_uuid, str(uuid.uuid4())):
        with pytest.raises(NotFound) as refused:
            _level(database, stranger, "data", "data_uuid", value)
        said.append(refused.value.message)
    assert said[0] == said[1]


@pytest.mark.parametrize("level", range(5))
def test_others_have_what_their_roles_were_granted(
    database: Database, person: Person, census: AnyRow, level: int
) -> None:
    user = person("user@dq0.io", "users", "auditors")
    with database.transaction(write=True) as connection:
        data.set_permission(connection, census.data_id, 3, 4)
        data.set_permission(connection, census.data_id, 3, level)
        data.set_permission(connection, census.data_id, 4, 1)
        data.set_permission(connection, census.data_id, 2, 4)
    assert _level(database, user, "data", "data_uuid", census.data_uuid) == max(level, 1)


def test_a_deleted_dataset_is_there_for_nobody(
    database: Database, person: Person, owner: Actor, census: AnyRow
) -> None:
    admin = person("admin@dq0.io", "admins")
    with database.transaction(write=True) as connection:
        data.remove(connection, census.data_id)
    for actor in (owner, admin):
        with pytest.raises(NotFound):
            _level(database, actor, "data", "data_uuid", census.data_uuid)


@pytest.mark.parametrize("value", ["", "0", "-1", "1.0", "x", "9" * 5000, "٣", None, "1 OR 1=1", 2**70])
def test_a_number_that_is_none_is_not_found(database: Database, owner: Actor, census: AnyRow, value: object) -> None:
    with pytest.raises(NotFound):
        _level(database, owner, "data", "data_id", value)


def test_jobs_and_queries_are_there_for_who_started_them_and_for_administrators(
    database: Database, person: Person, owner: Actor, census: AnyRow
) -> None:
    user, admin = person("user@dq0.io", "users"), person("admin@dq0.io", "admins")
    with database.transaction(write=True) as connection:
        asked = jobs.create_query(
            connection,
            user_id=user.user_id,
            data_id=census.data_id,
            statement="SELECT 1",
            datasets={"census": census.data_uuid},
            epsilon=1.0,
            delta=0.0,
        )
        made = jobs.create(connection, job_type="data.bound", user_id=user.user_id)
    for actor in (user, admin):
        for on, key, value in (("query", "query_uuid", asked), ("job", "job_uuid", asked), ("job", "run_uuid", made)):
            assert _level(database, actor, on, key, value) == permissions.OWN
    for actor, on, value in (
        (owner, "query", asked),
        (owner, "job", asked),
        (user, "query", made),
        (user, "run", made),
    ):
        with pytest.raises(NotFound):
            _level(database, actor, on, f"{on}_uuid", value)
    with database.transaction() as connection:
        row, _ = permissions.object_level(connection, user, "query", "query_uuid", asked)
        assert (row.query_datasets, row.job_state, row.user_name) == (
            {"census": census.data_uuid}, "created", "user@dq0.io",
        )  # fmt: skip
        assert permissions.level_over_roles(connection, user.user_id) == 2
        assert len(connection.execute(permissions.started_jobs(user)).all()) == 2
        assert len(connection.execute(permissions.asked_queries(admin)).all()) == 1
        assert len(connection.execute(permissions.started_jobs(owner)).all()) == 0


def test_datasets_are_named_by_name_or_uuid_through_stray_quotes(
    database: Database, person: Person, owner: Actor, lineage: str, census: AnyRow
) -> None:
    user = person("user@dq0.io", "users")
    with database.transaction(write=True) as connection:
        second = data.register(connection, user_id=owner.user_id, name="data 2", meta="", lineage=lineage)
        data.set_permission(connection, second.data_id, 3, 2)
        data.set_permission(connection, census.data_id, 3, 3)
        text = f' "census",\'{second.data_uuid.upper()}\', census,,\\"data 2\\"'
        found = permissions.named_datasets(connection, owner, text)
        assert [row.data_name for row in found] == ["census", "data 2"]
        assert permissions.object_level(connection, user, "data", "datasets", "census,data 2")[1] == 2
        for nothing in ("", " , ", "''"):
            with pytest.raises(Invalid, match="datasets"):
                permissions.named_datasets(connection, owner, nothing)
        with pytest.raises(NotFound):
            permissions.named_datasets(connection, owner, "census,other")


GRANTED = st.tuples(st.booleans(), st.booleans(), st.dictionaries(st.integers(0, 6), st.integers(0, 4), max_size=4))


@given(
    made=st.lists(GRANTED, max_size=6),
    own=st.sets(st.integers(0, 6), max_size=3),
    shared=st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 6), max_size=3)), max_size=3),
    custom=st.lists(st.integers(0, 4), min_size=3, max_size=3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_shows_exactly_what_the_guard_lets_through(
    database: Database,
    person: Person,
    lineage: str,
    made: list[tuple[bool, bool, dict[int, int]]],
    own: set[int],
    shared: list[tuple[bool, set[int]]],
    custom: list[int],
) -> None:
    """Roles 0 to 3 are the built-in ones, 4 to 6 have the levels `custom`; groups are joined or not."""
    actor, other = (person(f"{uuid.uuid4()}@dq0.io") for _ in range(2))
    with database.transaction(write=True) as connection:
        roles = [1, 2, 3, 4, *(_add(connection, "roles", role_name=str(uuid.uuid4()), permission=n) for n in custom)]
        held = _hold(connection, actor.user_id, {roles[n] for n in own})
        for joined, names in shared:
            group = _group(connection, (actor if joined else other).user_id, {roles[n] for n in names})
            held |= group if joined else set()
        level, everything, _ = levels.standing(connection, actor.user_id)
        assert level == max(
            (n for role, n in zip(roles, (4, 3, 2, 1, *custom), strict=True) if role in held), default=0
        )
        assert everything == (4 in held)
        actor = Actor(actor.user_id, actor.email, level, 0, everything)
        for kind in ("data", "project"):
            expected = {}
            for mine, gone, grants in made:
                creator = actor if mine else other
                key = _object(
                    connection, kind, creator.user_id, lineage, {roles[n]: given for n, given in grants.items()}
                )
                given = max((given for n, given in grants.items() if roles[n] in held), default=0)
                known = 4 if mine or level == 4 else max(given, 1 if everything else 0)
                expected[key] = 0 if gone else known
                if gone:
                    rows.update(connection, permissions.OWNED[kind].table, {f"{kind}_uuid": key}, deleted_at=1)
            _listed_as_guarded(connection, actor, kind, expected)


def _add(connection: Connection, name: str, **values: object) -> int:
    return int(rows.insert(connection, tables.METADATA.tables[name], **values, created_at=1, updated_at=1))


def _hold(connection: Connection, user_id: int, role_ids: set[int]) -> set[int]:
    for role_id in role_ids:
        rows.insert(connection, tables.user_roles, user_id=user_id, role_id=role_id)
    return role_ids


def _group(connection: Connection, user_id: int, role_ids: set[int]) -> set[int]:
    group = _add(connection, "groups", group_name=str(uuid.uuid4()))
    rows.insert(connection, tables.user_groups, user_id=user_id, group_id=group)
    for role_id in role_ids:
        rows.insert(connection, tables.group_roles, group_id=group, role_id=role_id)
    return role_ids


def _object(connection: Connection, kind: str, user_id: int, lineage: str, grants: dict[int, int]) -> str:
    """A new dataset or project with grants; its uuid."""
    name, key = str(uuid.uuid4()), str(uuid.uuid4())
    if kind == "data":
        row = data.register(connection, user_id=user_id, name=f"set {name}", meta="", lineage=lineage)
        key, number = row.data_uuid, row.data_id
    else:
        number = _add(connection, "projects", project_uuid=key, project_name=name, user_id=user_id)
    for role_id, level in grants.items():
        # Whatever is in the table counts, also what no request would have put there.
        values = {"role_id": role_id, "permission": level, f"{kind}_id": number}
        rows.insert(connection, permissions.OWNED[kind].grants, **values)
    return key


def _listed_as_guarded(connection: Connection, actor: Actor, kind: str, expected: dict[str, int]) -> None:
    listing = {"data": permissions.datasets, "project": permissions.seen_projects}[kind](actor)
    listed = {row._mapping[f"{kind}_uuid"]: row.level for row in connection.execute(listing)}
    assert {key: level for key, level in listed.items() if key in expected} == {
        key: level for key, level in expected.items() if level > 0
    }
    if kind == "data":
        seen = connection.execute(select(tables.data.c.data_uuid).where(permissions.visible_data(actor)))
        assert {row.data_uuid for row in seen} == listed.keys()
    for key, level in expected.items():
        try:
            assert permissions.object_level(connection, actor, kind, f"{kind}_uuid", key)[1] == level > 0
        except NotFound:
            assert level == 0
