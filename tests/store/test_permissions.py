import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Invalid, NotFound
from quarantine.store import data, jobs, permissions, rows, tables
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


@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), max_size=4)), max_size=6
    ),
    st.sets(st.sampled_from(["owners", "users", "auditors"])),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_shows_exactly_what_the_guard_lets_through(
    database: Database,
    person: Person,
    lineage: str,
    made: list[tuple[bool, list[tuple[int, int]]]],
    role_names: set[str],
) -> None:
    actor, other = (person(f"{uuid.uuid4()}@dq0.io", *role_names) for _ in range(2))
    uuids = []
    with database.transaction(write=True) as connection:
        for mine, grants in made:
            creator = actor if mine else other
            row = data.register(
                connection, user_id=creator.user_id, name=f"set {uuid.uuid4()}", meta="", lineage=lineage
            )
            uuids.append(row.data_uuid)
            for role_id, level in grants:
                data.set_permission(connection, row.data_id, role_id, level)
        listed = {row.data_uuid: row.level for row in connection.execute(permissions.datasets(actor))}
        by_condition = rows.page(
            connection,
            tables.data.select().where(permissions.visible_data(actor)),
            key=tables.data.c.data_id,
            page_size=1000,
        )
        assert {row.data_uuid for row in by_condition.items} == listed.keys()
        for key in uuids:
            try:
                assert permissions.object_level(connection, actor, "data", "data_uuid", key)[1] == listed[key]
            except NotFound:
                assert key not in listed
