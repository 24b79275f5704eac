"""People: registration, login, profile, state and roles.

What an outsider sees never tells whether an address is registered: the same answer, the same work, the same throttle.
"""

import re
import time
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, select, union_all
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from quarantine.store import levels, memberships, passwords, rows, sessions, throttle
from quarantine.store.context import Actor, Runner, at_once
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import group_roles, roles, user_groups, user_roles, users
from quarantine.store.tables import sessions as sessions_table

WAITING, CONFIRMED, BLOCKED = "waiting", "confirmed", "blocked"
STATES = (WAITING, CONFIRMED, BLOCKED)
# In place of the address of a deleted person: nobody can register it.
GONE = "deleted user"
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f\ud800-\udfff]{1,64}@[^\s@\x00-\x1f\x7f\ud800-\udfff]{1,255}")
_SHORTEST, _LONGEST = 8, 1024
PROFILE = ("name", "avatar", "company", "location", "public_email", "website")


def folded(email: str) -> str:
    """The one form an address is kept and found in; raises Invalid for what is no address."""
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    if not _ADDRESS.fullmatch(address):
        raise Invalid("email: expected an address such as name@example.org")
    return address


def register(
    connection: Connection,
    email: str,
    password: str,
    *,
    first_is_admin: bool,
    client: str = "",
    run: Runner = at_once,
) -> None:
    """Register a person, `waiting` for an administrator; with `first_is_admin` a fresh server's first is one himself.

    An address that is taken changes nothing and shows nothing. Raises TooManyRequests when a client goes on and on.
    """
    address = folded(email)
    _check_password(password)
    throttle.check(connection, throttle.REGISTRATIONS, client)
    throttle.count(connection, throttle.REGISTRATIONS, client)
    password_hash = run(passwords.hashed, password)
    admin = first_is_admin and _fresh(connection)
    _add(connection, address, password_hash, CONFIRMED if admin else WAITING, admin=admin)


def add_admin(connection: Connection, email: str, password: str) -> None:
    """Make a confirmed administrator, on the host itself; raises Conflict when the address is taken."""
    address = folded(email)
    _check_password(password)
    if _add(connection, address, passwords.hashed(password), CONFIRMED, admin=True) is None:
        raise Conflict("the address is registered already")


def login(connection: Connection, email: str, password: str, *, client: str, days: int, run: Runner = at_once) -> str:
    """A new session's token for the right password; Unauthenticated otherwise, alike for known and unknown addresses.

    A failure is to be counted with `count_attempt` in a transaction that is kept (this one is rolled back).
    """
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    _check_attempts(connection, address, client)
    row = rows.get(connection, users, email=address) if _ADDRESS.fullmatch(address) else None
    right = run(passwords.matches, None if row is None else row.password_hash, password)
    if row is None or not right:
        raise Unauthenticated("the address or the password is wrong")
    if row.state == WAITING:
        raise Forbidden("the registration waits for an administrator to confirm it")
    if row.state != CONFIRMED:
        raise Forbidden("the account is blocked; an administrator can open it again")
    throttle.forget(connection, throttle.PER_ADDRESS_AND_CLIENT, address, client)
    if passwords.outdated(row.password_hash):
        rows.update(connection, users, {"user_id": row.user_id}, password_hash=run(passwords.hashed, password))
    return sessions.open_session(connection, row.user_id, days=days, client=client)


def count_attempt(connection: Connection, email: str, client: str) -> None:
    """Count a login that failed, per address and client, per client, and per address.

    One that was throttled tried no password and does not count: asking on and on would lock others out.
    """
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    try:
        _check_attempts(connection, address, client)
    except TooManyRequests:
        return
    throttle.count(connection, throttle.PER_ADDRESS_AND_CLIENT, address, client)
    throttle.count(connection, throttle.PER_CLIENT, client)
    throttle.count(connection, throttle.PER_ADDRESS, address)


def user(connection: Connection, user_id: int) -> AnyRow:
    """One person, without the password hash; raises NotFound."""
    row = connection.execute(people().where(users.c.user_id == user_id)).first()
    if row is None:
        raise NotFound("there is no such user")
    return row


def address(connection: Connection, user_id: int) -> str:
    """The address of whoever has or had this number."""
    row = rows.get(connection, users, user_id=user_id)
    return "" if row is None else str(row.email)


def people(
    *, email: str | None = None, state: str | None = None, role_id: int | None = None, group_id: int | None = None
) -> AnySelect:
    """The people who fit, for a list; the password hash is not among the columns."""
    found = select(*(column for column in users.c if column.name != "password_hash"))
    found = found.where(users.c.deleted_at.is_(None))
    if email is not None:
        found = found.where(users.c.email == folded(email))
    if state is not None:
        found = found.where(users.c.state == str(state))
    if role_id is not None:
        found = found.where(users.c.user_id.in_(_holders(role_id)))
    if group_id is not None:
        members = select(user_groups.c.user_id).where(user_groups.c.group_id == group_id)
        found = found.where(users.c.user_id.in_(members))
    return found


def strongest(connection: Connection, user_ids: Iterable[int]) -> dict[int, AnyRow]:
    """The highest role of each of these people who has one: `role_id` and `role_name`."""
    columns = (roles.c.permission, roles.c.role_id, roles.c.role_name)
    wanted = list(user_ids)
    own = user_roles.join(roles, roles.c.role_id == user_roles.c.role_id)
    through = user_groups.join(group_roles, group_roles.c.group_id == user_groups.c.group_id)
    shared = through.join(roles, roles.c.role_id == group_roles.c.role_id)
    held = union_all(
        select(user_roles.c.user_id, *columns).select_from(own).where(user_roles.c.user_id.in_(wanted)),
        select(user_groups.c.user_id, *columns).select_from(shared).where(user_groups.c.user_id.in_(wanted)),
    )
    found = sorted(connection.execute(held), key=lambda row: (row.permission, -row.role_id))
    return {row.user_id: row for row in found}


def _holders(role_id: int) -> Any:
    through = user_groups.join(group_roles, group_roles.c.group_id == user_groups.c.group_id)
    own = select(user_roles.c.user_id).where(user_roles.c.role_id == role_id)
    shared = select(user_groups.c.user_id).select_from(through).where(group_roles.c.role_id == role_id)
    return own.union(shared)


def named(connection: Connection, *, user_id: object, emails: Iterable[object]) -> int:
    """The number of the person that a body names by number, by address or by both; an UNSET one is not given.

    Raises NotFound where there is nobody, and Conflict where they are different people.
    """
    given: list[dict[str, object]] = [] if user_id is UNSET else [{"user_id": user_id}]
    for email in emails:
        if email is not UNSET:
            address = unicodedata.normalize("NFKC", str(email)).strip().casefold()
            given.append({"email": address if _ADDRESS.fullmatch(address) else ""})
    people = [_person(connection, key) for key in given]
    known = {int(row.user_id) for row in people if row is not None}
    if len(known) > 1:
        raise Conflict("the number and the addresses name different users")
    if not known or None in people:
        raise NotFound("there is no such user; name one by number or address")
    return known.pop()


def _person(connection: Connection, key: Mapping[str, object]) -> AnyRow | None:
    return rows.get(connection, users, **key, deleted_at=None)


def update_profile(connection: Connection, user_id: int, **fields: str) -> None:
    """Set some of the profile fields (`PROFILE`)."""
    unknown = sorted(set(fields) - set(PROFILE))
    if unknown:
        raise Invalid(f"{unknown[0]}: not a field of the profile")
    if fields:
        rows.update(connection, users, {"user_id": user_id}, **fields, updated_at=int(time.time()))


def update_user(
    connection: Connection,
    actor: Actor,
    user_id: int,
    *,
    state: str | None = None,
    role_ids: Iterable[int] | None = None,
) -> AnyRow:
    """Set a person's state and roles; the row as `user` gives it.

    Nobody changes his own state or roles, or the state of who holds a role above his own level; nobody gives or takes
    such a role; and one confirmed administrator always remains. Whoever is not confirmed has no sessions.
    """
    before = user(connection, user_id)
    if actor.user_id == user_id:
        raise Forbidden(memberships.OWN_ROLES)
    with memberships.guarded(connection, actor):
        if state is not None:
            _set_state(connection, actor, before, state)
        if role_ids is not None:
            _set_roles(connection, actor, user_id, set(role_ids))
    return user(connection, user_id)


def delete_user(connection: Connection, actor: Actor, user_id: int) -> None:
    """End an account: sessions, roles, groups, profile and address go; what the person made and spent stays."""
    user(connection, user_id)
    if actor.user_id == user_id:
        raise Forbidden("nobody deletes his own account; another administrator can")
    with memberships.guarded(connection, actor):
        memberships.check_held(connection, actor, user_id)
        sessions.revoke_all(connection, user_id)
        for table in (user_roles, user_groups):
            rows.delete(connection, table, user_id=user_id)
        now, blank = int(time.time()), dict.fromkeys(PROFILE, "")
        gone = {"email": f"{GONE} {user_id}", "password_hash": "", "state": BLOCKED, **blank}
        rows.update(connection, users, {"user_id": user_id}, **gone, deleted_at=now, updated_at=now)


def change_password(
    connection: Connection, actor: Actor, current: str, password: str, *, client: str, run: Runner = at_once
) -> None:
    """Set another password and end all sessions, on every device; Forbidden for the wrong current one."""
    _check_password(password)
    _check_attempts(connection, actor.email, client)
    row = rows.get(connection, users, user_id=actor.user_id)
    if row is None or not run(passwords.matches, row.password_hash, current):
        raise Forbidden("the current password is wrong")
    set_password(connection, actor.user_id, password, run=run)


def set_password(connection: Connection, user_id: int, password: str, *, run: Runner = at_once) -> None:
    """Set a password and end all sessions; on the host, for who has forgotten his."""
    _check_password(password)
    changed = {"password_hash": run(passwords.hashed, password), "updated_at": int(time.time())}
    rows.update(connection, users, {"user_id": user_id}, **changed)
    sessions.revoke_all(connection, user_id)


def roles_of(connection: Connection, user_id: int) -> list[AnyRow]:
    """The roles a person has, highest first."""
    found = select(roles).join(user_roles, user_roles.c.role_id == roles.c.role_id)
    ordered = found.where(user_roles.c.user_id == user_id).order_by(roles.c.permission.desc(), roles.c.role_id)
    return list(connection.execute(ordered))


def _set_state(connection: Connection, actor: Actor, before: AnyRow, state: str) -> None:
    if state not in STATES:
        raise Invalid(f"state: expected one of {', '.join(STATES)}")
    if state == WAITING and before.state != WAITING:
        raise Conflict("a person who was confirmed does not wait again; block him instead")
    memberships.check_held(connection, actor, before.user_id)
    rows.update(connection, users, {"user_id": before.user_id}, state=state, updated_at=int(time.time()))
    if state != CONFIRMED:
        sessions.revoke_all(connection, before.user_id)


def _set_roles(connection: Connection, actor: Actor, user_id: int, wanted: set[int]) -> None:
    known = {row.role_id: row for row in connection.execute(select(roles))}
    missing = wanted - known.keys()
    if missing:
        raise NotFound(f"there is no role {min(missing)}")
    had = {row.role_id for row in roles_of(connection, user_id)}
    for role_id in sorted(had ^ wanted):
        memberships.check_reach(connection, actor, known[role_id])
        if role_id in had:
            rows.delete(connection, user_roles, user_id=user_id, role_id=role_id)
        else:
            rows.insert(connection, user_roles, user_id=user_id, role_id=role_id)
    rows.update(connection, users, {"user_id": user_id}, updated_at=int(time.time()))


def _fresh(connection: Connection) -> bool:
    memberships.lock(connection)
    return rows.get(connection, users) is None


def _add(connection: Connection, address: str, password_hash: str, state: str, *, admin: bool) -> int | None:
    """The new person's number; None when the address is taken."""
    now = int(time.time())
    try:
        with connection.begin_nested():
            values = {"email": address, "password_hash": password_hash, "state": state}
            user_id = int(rows.insert(connection, users, **values, created_at=now, updated_at=now))
    except IntegrityError:
        return None
    if admin:
        role = memberships.role(connection, role_name=levels.ADMINS)
        rows.insert(connection, user_roles, user_id=user_id, role_id=role.role_id)
    return user_id


def _check_attempts(connection: Connection, address: str, client: str) -> None:
    throttle.check(connection, throttle.PER_ADDRESS_AND_CLIENT, address, client)
    throttle.check(connection, throttle.PER_CLIENT, client)
    if not _has_come_from(connection, address, client):
        throttle.check(connection, throttle.PER_ADDRESS, address)


def _has_come_from(connection: Connection, address: str, client: str) -> bool:
    """Whether the person has ever signed in from there: guessing from elsewhere does not lock him out."""
    found = select(sessions_table.c.session_id).join(users, users.c.user_id == sessions_table.c.user_id)
    wanted = found.where(users.c.email == address, sessions_table.c.client == client[:200]).limit(1)
    return connection.execute(wanted).first() is not None


def _check_password(password: str) -> None:
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Invalid(f"password: expected {_SHORTEST} to {_LONGEST} characters")
