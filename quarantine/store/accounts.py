"""People: registration, login, profile, state and roles.

What an outsider sees never tells whether an address is registered: the same answer, the same work, the same throttle.
"""

import re
import time
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from quarantine.store import passwords, rows, sessions, throttle
from quarantine.store.context import Actor
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.sessions import level_of
from quarantine.store.tables import roles, user_roles, users
from quarantine.store.tables import sessions as sessions_table

WAITING, CONFIRMED, BLOCKED = "waiting", "confirmed", "blocked"
STATES = (WAITING, CONFIRMED, BLOCKED)
OWN = 4
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f\ud800-\udfff]{1,64}@[^\s@\x00-\x1f\x7f\ud800-\udfff]{1,255}")
_SHORTEST, _LONGEST = 8, 1024
PROFILE = ("name", "avatar", "company", "location", "public_email", "website")


def folded(email: str) -> str:
    """The one form an address is kept and found in; raises Invalid for what is no address."""
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    if not _ADDRESS.fullmatch(address):
        raise Invalid("email: expected an address such as name@example.org")
    return address


def register(connection: Connection, email: str, password: str, *, first_is_admin: bool, client: str = "") -> None:
    """Register a person, `waiting` for an administrator; with `first_is_admin` a fresh server's first is one himself.

    An address that is taken changes nothing and shows nothing. Raises TooManyRequests when a client goes on and on.
    """
    address = folded(email)
    _check_password(password)
    throttle.check(connection, throttle.REGISTRATIONS, client)
    throttle.count(connection, throttle.REGISTRATIONS, client)
    password_hash = passwords.hashed(password)
    admin = first_is_admin and _fresh(connection)
    _add(connection, address, password_hash, CONFIRMED if admin else WAITING, OWN if admin else None)


def add_admin(connection: Connection, email: str, password: str) -> None:
    """Make a confirmed administrator, on the host itself; raises Conflict when the address is taken."""
    address = folded(email)
    _check_password(password)
    if _add(connection, address, passwords.hashed(password), CONFIRMED, OWN) is None:
        raise Conflict("the address is registered already")


def login(connection: Connection, email: str, password: str, *, client: str, days: int) -> str:
    """A new session's token for the right password; Unauthenticated otherwise, alike for known and unknown addresses.

    A failure is to be counted with `count_attempt` in a transaction that is kept (this one is rolled back).
    """
    address = unicodedata.normalize("NFKC", email).strip().casefold()
    _check_attempts(connection, address, client)
    row = rows.get(connection, users, email=address) if _ADDRESS.fullmatch(address) else None
    right = passwords.matches(None if row is None else row.password_hash, password)
    if row is None or not right:
        raise Unauthenticated("the address or the password is wrong")
    if row.state == WAITING:
        raise Forbidden("the registration waits for an administrator to confirm it")
    if row.state != CONFIRMED:
        raise Forbidden("the account is blocked; an administrator can open it again")
    throttle.forget(connection, throttle.PER_ADDRESS_AND_CLIENT, address, client)
    if passwords.outdated(row.password_hash):
        rows.update(connection, users, {"user_id": row.user_id}, password_hash=passwords.hashed(password))
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
    """One person with `role_id` and `role_name` of the highest role; raises NotFound."""
    row = connection.execute(people().where(users.c.user_id == user_id)).first()
    if row is None:
        raise NotFound("there is no such user")
    return row


def people() -> AnySelect:
    """All people with their highest role, for a list; the password hash is not among the columns."""
    highest = (
        select(roles.c.role_id)
        .join(user_roles, user_roles.c.role_id == roles.c.role_id)
        .where(user_roles.c.user_id == users.c.user_id)
        .order_by(roles.c.permission.desc(), roles.c.role_id)
        .limit(1)
        .correlate(users)
        .scalar_subquery()
    )
    shown = [column for column in users.c if column.name != "password_hash"]
    return select(*shown, roles.c.role_id, roles.c.role_name).select_from(
        users.outerjoin(roles, roles.c.role_id == highest)
    )


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

    Nobody changes his own state or roles, nobody gives or takes a role above his own level, and one confirmed
    administrator always remains. Whoever is not confirmed has no sessions.
    """
    _lock_people(connection)
    before = user(connection, user_id)
    if actor.user_id == user_id:
        raise Forbidden("nobody changes his own state or roles; another administrator can")
    if state is not None:
        _set_state(connection, before, state)
    if role_ids is not None:
        _set_roles(connection, actor, user_id, set(role_ids))
    if administrators(connection) == 0:
        raise Conflict("this is the last administrator; make another one first")
    return user(connection, user_id)


def administrators(connection: Connection) -> int:
    """How many confirmed people have level 4 over their roles."""
    found = select(func.count()).select_from(users).where(users.c.state == CONFIRMED, level_of(users.c.user_id) >= OWN)
    return connection.scalar(found) or 0


def roles_of(connection: Connection, user_id: int) -> list[AnyRow]:
    """The roles a person has, highest first."""
    found = select(roles).join(user_roles, user_roles.c.role_id == roles.c.role_id)
    ordered = found.where(user_roles.c.user_id == user_id).order_by(roles.c.permission.desc(), roles.c.role_id)
    return list(connection.execute(ordered))


def _set_state(connection: Connection, before: AnyRow, state: str) -> None:
    if state not in STATES:
        raise Invalid(f"state: expected one of {', '.join(STATES)}")
    if state == WAITING and before.state != WAITING:
        raise Conflict("a person who was confirmed does not wait again; block him instead")
    rows.update(connection, users, {"user_id": before.user_id}, state=state, updated_at=int(time.time()))
    if state != CONFIRMED:
        sessions.revoke_all(connection, before.user_id)


def _set_roles(connection: Connection, actor: Actor, user_id: int, wanted: set[int]) -> None:
    known = {row.role_id: row.permission for row in connection.execute(select(roles))}
    missing = wanted - known.keys()
    if missing:
        raise NotFound(f"there is no role {min(missing)}")
    had = {row.role_id for row in roles_of(connection, user_id)}
    if any(known[role_id] > actor.level for role_id in had ^ wanted):
        raise Forbidden("nobody gives or takes a role above his own level")
    for role_id in had - wanted:
        rows.delete(connection, user_roles, user_id=user_id, role_id=role_id)
    for role_id in sorted(wanted - had):
        rows.insert(connection, user_roles, user_id=user_id, role_id=role_id)
    rows.update(connection, users, {"user_id": user_id}, updated_at=int(time.time()))


def _fresh(connection: Connection) -> bool:
    _lock_people(connection)
    return rows.get(connection, users) is None


def _lock_people(connection: Connection) -> None:
    """On PostgreSQL, one change of people and roles at a time: what the guards count stays true until commit."""
    connection.execute(select(roles.c.role_id).where(roles.c.permission == OWN).with_for_update()).all()


def _add(connection: Connection, address: str, password_hash: str, state: str, level: int | None) -> int | None:
    """The new person's number; None when the address is taken."""
    now = int(time.time())
    try:
        with connection.begin_nested():
            values = {"email": address, "password_hash": password_hash, "state": state}
            user_id = int(rows.insert(connection, users, **values, created_at=now, updated_at=now))
    except IntegrityError:
        return None
    if level is not None:
        role = rows.get(connection, roles, permission=level)
        if role is None:
            raise Conflict("there is no role with the administrator's level")
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
