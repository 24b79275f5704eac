from collections.abc import Callable

import pytest

from quarantine.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from quarantine.store import accounts, levels, memberships, passwords, rows, sessions, tables, throttle
from quarantine.store.context import Actor
from quarantine.store.engine import Database

PASSWORD = "@veryStrongPasswd1900"
Person = Callable[..., Actor]


def _register(database: Database, email: str, *, first_is_admin: bool = True, client: str = "here") -> None:
    with database.transaction(write=True) as connection:
        accounts.register(connection, email, PASSWORD, first_is_admin=first_is_admin, client=client)


def _login(database: Database, email: str, password: str = PASSWORD, client: str = "here") -> str:
    """As the server does it: a refusal is rolled back, the attempt is counted in a transaction that stays."""
    try:
        with database.transaction(write=True) as connection:
            return accounts.login(connection, email, password, client=client, days=30)
    except (Unauthenticated, Forbidden):
        with database.transaction(write=True) as connection:
            accounts.count_attempt(connection, email, client)
        raise


def _state(database: Database, email: str) -> str:
    with database.transaction() as connection:
        row = rows.get(connection, tables.users, email=email)
        assert row is not None
        return str(row.state)


def test_the_first_person_is_the_administrator_and_the_rest_wait(database: Database) -> None:
    _register(database, "user@dq0.io")
    _register(database, "second@dq0.io")
    with database.transaction() as connection:
        first, second = connection.execute(accounts.people().order_by(tables.users.c.user_id))
        strongest = accounts.strongest(connection, (first.user_id, second.user_id))
    assert (first.state, strongest[first.user_id].role_name) == ("confirmed", "admins")
    assert (second.state, strongest.get(second.user_id)) == ("waiting", None)
    with pytest.raises(Forbidden, match="waits"):
        _login(database, "second@dq0.io")


def test_where_the_first_is_nobody_special_everybody_waits(database: Database) -> None:
    _register(database, "user@dq0.io", first_is_admin=False)
    assert _state(database, "user@dq0.io") == "waiting"
    with database.transaction() as connection:
        assert not levels.administered(connection)


def test_an_address_is_one_address_however_it_is_written(database: Database) -> None:
    _register(database, " User@DQ0.io ")
    _register(database, "user@dq0.IO")
    assert _login(database, "USER@dq0.io")
    with database.transaction() as connection:
        assert len(connection.execute(accounts.people()).all()) == 1


def test_registering_a_taken_address_changes_nothing_and_says_nothing(database: Database) -> None:
    _register(database, "user@dq0.io")
    with database.transaction(write=True) as connection:
        accounts.register(connection, "user@dq0.io", "another password", first_is_admin=True, client="here")
    with pytest.raises(Unauthenticated):
        _login(database, "user@dq0.io", "another password")
    assert _login(database, "user@dq0.io")


@pytest.mark.parametrize(
    "email", ["", "user", "@", "a@", "@b", "a b@c", "a@b\nc", "a@b@c", "a" * 65 + "@b", "\ud800@b\x00"]
)
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(Invalid, match="email"):
        _register(database, email)


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_too_short_or_endless_is_refused(database: Database, password: str) -> None:
    with database.transaction(write=True) as connection, pytest.raises(Invalid, match="password: expected 8 to 1024"):
        accounts.register(connection, "a@b", password, first_is_admin=True)


def test_passwords_are_kept_as_argon2id_and_tokens_as_hashes(database: Database) -> None:
    _register(database, "user@dq0.io")
    token = _login(database, "user@dq0.io")
    with database.transaction() as connection:
        person = rows.get(connection, tables.users)
        kept = rows.get(connection, tables.sessions)
        assert not any("password_hash" in row._fields for row in connection.execute(accounts.people()))
    assert person is not None
    assert kept is not None
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(person)
    assert token not in str(kept)
    assert len(token) == 43


def test_an_unknown_address_costs_the_work_of_a_known_one(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    _register(database, "user@dq0.io")
    worked = []
    check = passwords.matches

    def counted(password_hash: str | None, password: str) -> bool:
        worked.append((password_hash or passwords._NOBODY).rpartition("$")[0].split("$")[:4])
        return check(password_hash, password)

    monkeypatch.setattr(passwords, "matches", counted)
    refusals = []
    for email in ("user@dq0.io", "nobody@dq0.io"):
        with pytest.raises(Unauthenticated) as refused:
            _login(database, email, "wrong password")
        refusals.append(refused.value.message)
    assert refusals[0] == refusals[1]
    assert worked[0] == worked[1]


def test_guessing_is_throttled_per_address_and_client_for_known_and_unknown_alike(database: Database) -> None:
    _register(database, "user@dq0.io")
    for email in ("user@dq0.io", "nobody@dq0.io"):
        for _ in range(throttle.PER_ADDRESS_AND_CLIENT.count):
            with pytest.raises(Unauthenticated):
                _login(database, email, "wrong password")
        with pytest.raises(TooManyRequests) as refused:
            _login(database, email)
        assert 1 <= refused.value.retry_after <= throttle.PER_ADDRESS_AND_CLIENT.window
    assert _login(database, "user@dq0.io", client="elsewhere")


def test_asking_on_and_on_while_throttled_locks_nobody_else_out(database: Database) -> None:
    _register(database, "user@dq0.io")
    with database.transaction(write=True) as connection:
        for _ in range(2 * throttle.PER_ADDRESS.count):
            accounts.count_attempt(connection, "user@dq0.io", "attacker")
    assert _login(database, "user@dq0.io", client="elsewhere")


def test_spread_guessing_locks_no_one_out_where_he_has_signed_in_before(database: Database) -> None:
    _register(database, "user@dq0.io")
    _login(database, "user@dq0.io", client="home")
    with database.transaction(write=True) as connection:
        for number in range(throttle.PER_ADDRESS.count):
            accounts.count_attempt(connection, "user@dq0.io", f"attacker {number}")
    with pytest.raises(TooManyRequests):
        _login(database, "user@dq0.io", client="one more attacker")
    assert _login(database, "user@dq0.io", client="home")


def test_a_client_that_tries_many_addresses_is_throttled(database: Database) -> None:
    with database.transaction(write=True) as connection:
        for number in range(throttle.PER_CLIENT.count):
            accounts.count_attempt(connection, f"{number}@dq0.io", "here")
        with pytest.raises(TooManyRequests):
            accounts.login(connection, "new@dq0.io", PASSWORD, client="here", days=1)
        with pytest.raises(Unauthenticated):
            accounts.login(connection, "new@dq0.io", PASSWORD, client="elsewhere", days=1)


def test_a_right_password_forgets_the_mistakes_before_it(database: Database) -> None:
    _register(database, "user@dq0.io")
    for _ in range(3):
        for _ in range(throttle.PER_ADDRESS_AND_CLIENT.count - 1):
            with pytest.raises(Unauthenticated):
                _login(database, "user@dq0.io", "wrong password")
        _login(database, "user@dq0.io")


def test_a_window_that_has_passed_begins_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000
    monkeypatch.setattr(throttle.time, "time", lambda: now)
    limit = throttle.Limit("test", 2, 10)
    with database.transaction(write=True) as connection:
        for _ in range(3):
            throttle.count(connection, limit, "key")
        with pytest.raises(TooManyRequests):
            throttle.check(connection, limit, "key")
        throttle.check(connection, limit, "other key")
        now += 10
        throttle.check(connection, limit, "key")
        throttle.count(connection, limit, "key")
        throttle.check(connection, limit, "key")
        throttle.sweep(connection, older_than=-1)
        assert rows.get(connection, tables.login_attempts) is None


def test_registering_on_and_on_is_throttled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hashed", lambda password: "hash")
    for number in range(throttle.REGISTRATIONS.count):
        _register(database, f"{number}@dq0.io")
    with pytest.raises(TooManyRequests):
        _register(database, "more@dq0.io")


def test_an_administrator_confirms_blocks_and_opens_again(database: Database, person: Person) -> None:
    admin = person("admin@dq0.io", "admins")
    _register(database, "user@dq0.io")
    with database.transaction(write=True) as connection:
        row = rows.get(connection, tables.users, email="user@dq0.io")
        assert row is not None
        changed = accounts.update_user(connection, admin, row.user_id, state="confirmed", role_ids=[3, 4])
        role = accounts.strongest(connection, (row.user_id,))[row.user_id]
        assert (changed.state, role.role_name) == ("confirmed", "users")
    token = _login(database, "user@dq0.io")
    with database.transaction(write=True) as connection:
        assert sessions.session(connection, sessions.token_hash(token)) is not None
        accounts.update_user(connection, admin, row.user_id, state="blocked")
        assert sessions.session(connection, sessions.token_hash(token)) is None
    with pytest.raises(Forbidden, match="blocked"):
        _login(database, "user@dq0.io")
    with database.transaction(write=True) as connection:
        accounts.update_user(connection, admin, row.user_id, state="confirmed")
        assert sessions.session(connection, sessions.token_hash(token)) is None


def test_nobody_changes_himself(database: Database, person: Person) -> None:
    admin, other = person("admin@dq0.io", "admins"), person("other@dq0.io", "admins")
    with database.transaction(write=True) as connection:
        for actor in (admin, other):
            with pytest.raises(Forbidden, match="his own"):
                accounts.update_user(connection, actor, actor.user_id, role_ids=[1, 2])
            with pytest.raises(Forbidden, match="his own"):
                accounts.update_user(connection, actor, actor.user_id, state="blocked")


def test_nobody_gives_or_takes_a_role_above_his_own_level(database: Database, person: Person) -> None:
    admin, owner, user = person("a@dq0.io", "admins"), person("o@dq0.io", "owners"), person("u@dq0.io", "users")
    with database.transaction(write=True) as connection:
        with pytest.raises(Forbidden, match="above"):
            accounts.update_user(connection, owner, user.user_id, role_ids=[1])
        with pytest.raises(Forbidden, match="above"):
            accounts.update_user(connection, owner, admin.user_id, role_ids=[3])
        accounts.update_user(connection, owner, user.user_id, role_ids=[2])
        assert accounts.strongest(connection, (user.user_id,))[user.user_id].role_name == "owners"


def test_the_last_administrator_stays(database: Database, person: Person) -> None:
    admin, second = person("admin@dq0.io"), person("second@dq0.io", "admins")
    with database.transaction(write=True) as connection:
        group = memberships.create(connection, tables.groups, "group", group_name="lab")
        rows.insert(connection, tables.group_roles, group_id=group, role_id=1)
        rows.insert(connection, tables.user_groups, group_id=group, user_id=admin.user_id)
    # An administrator by his group alone: what ends the group's role, ends him.
    admin = Actor(user_id=admin.user_id, email=admin.email, level=4, session_id=0)
    with database.transaction(write=True) as connection:
        accounts.update_user(connection, admin, second.user_id, role_ids=[2])
        assert [row.role_name for row in accounts.roles_of(connection, second.user_id)] == ["owners"]
        admins = memberships.role(connection, role_id=1)
    for change in (
        lambda connection: memberships.set_group_role(connection, admin, group, admins, held=False),
        lambda connection: memberships.delete_group(connection, admin, group),
    ):
        with pytest.raises(Conflict, match="last administrator"), database.transaction(write=True) as connection:
            change(connection)


def test_of_two_administrators_who_remove_each_other_the_second_is_refused(database: Database, person: Person) -> None:
    one, other = person("one@dq0.io", "admins"), person("other@dq0.io", "admins")
    third = person("third@dq0.io", "admins")
    for change in ({"role_ids": [2]}, {"state": "blocked"}):
        with database.transaction(write=True) as connection:
            accounts.update_user(connection, one, other.user_id, **change)
        # What `other` was when he asked, he is no longer when his turn comes.
        with pytest.raises(Forbidden, match="meanwhile"), database.transaction(write=True) as connection:
            accounts.update_user(connection, other, one.user_id, role_ids=[])
        with database.transaction(write=True) as connection:
            accounts.update_user(connection, third, other.user_id, role_ids=[1])


def test_changes_that_make_no_sense_are_refused(database: Database, person: Person) -> None:
    admin, user = person("admin@dq0.io", "admins"), person("user@dq0.io")
    with database.transaction(write=True) as connection:
        with pytest.raises(Invalid, match="state: expected one of waiting, confirmed, blocked"):
            accounts.update_user(connection, admin, user.user_id, state="dead")
        with pytest.raises(Conflict, match="wait"):
            accounts.update_user(connection, admin, user.user_id, state="waiting")
        with pytest.raises(NotFound, match="role 77"):
            accounts.update_user(connection, admin, user.user_id, role_ids=[77])
        with pytest.raises(NotFound, match="user"):
            accounts.update_user(connection, admin, 1234, state="blocked")
        with pytest.raises(Invalid, match="level"):
            accounts.update_profile(connection, user.user_id, level="4")


def test_a_profile_keeps_what_is_not_mentioned(database: Database, person: Person) -> None:
    user = person("user@dq0.io")
    with database.transaction(write=True) as connection:
        accounts.update_profile(connection, user.user_id, name="Ada", company="Engines")
        accounts.update_profile(connection, user.user_id, company="")
        row = accounts.user(connection, user.user_id)
    assert (row.name, row.company, row.website) == ("Ada", "", "")


def test_an_administrator_is_made_on_the_host_even_when_others_wait(database: Database) -> None:
    _register(database, "user@dq0.io", first_is_admin=False)
    with database.transaction(write=True) as connection:
        accounts.add_admin(connection, "Admin@dq0.io", PASSWORD)
        with pytest.raises(Conflict):
            accounts.add_admin(connection, "admin@dq0.io", PASSWORD)
    assert _login(database, "admin@dq0.io")


def test_a_hash_of_old_parameters_is_renewed_at_login(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _register(database, "user@dq0.io")
    monkeypatch.setattr(passwords, "outdated", lambda password_hash: True)
    with database.transaction() as connection:
        before = rows.get(connection, tables.users)
    _login(database, "user@dq0.io")
    with database.transaction() as connection:
        after = rows.get(connection, tables.users)
    assert before is not None
    assert after is not None
    assert before.password_hash != after.password_hash
    assert passwords.matches(after.password_hash, PASSWORD)
    assert not passwords.matches("no hash", PASSWORD)


def test_registering_costs_the_work_of_one_hash_for_taken_and_free_addresses_alike(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _register(database, "user@dq0.io")
    worked: list[str] = []
    hashed = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda password: worked.append("hash") or hashed(password))
    monkeypatch.setattr(passwords, "matches", lambda *_: worked.append("match"))
    for email in ("user@dq0.io", "free@dq0.io", "blocked@dq0.io"):
        worked.clear()
        _register(database, email)
        assert worked == ["hash"]
