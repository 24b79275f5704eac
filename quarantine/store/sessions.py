"""Who is signed in. A token is 256 random bits, kept as SHA-256; a loopback server keeps its one user's own token."""

import hashlib
import secrets
import time

from sqlalchemy import Connection, Integer, String, bindparam, select, true

from quarantine.store import rows
from quarantine.store.context import Actor
from quarantine.store.levels import Standing, over_roles
from quarantine.store.tables import local_session, sessions, users

DAY = 86_400
EMBEDDED = "embedded"


def token_hash(token: str) -> str:
    """The form a token is kept in: hex SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def open_session(connection: Connection, user_id: int, *, days: int, client: str = "") -> str:
    """Open a session that ends in `days`; the token, which is not kept anywhere."""
    token, now = secrets.token_urlsafe(32), int(time.time())
    rows.insert(
        connection,
        sessions,
        token_hash=token_hash(token),
        user_id=user_id,
        created_at=now,
        expires_at=now + days * DAY,
        client=client[:200],
    )
    return token


_LIVE = (
    sessions.c.token_hash == bindparam("hash"),
    sessions.c.revoked_at.is_(None),
    sessions.c.expires_at > bindparam("now"),
)
_WHO = select(sessions.c.user_id).where(*_LIVE).scalar_subquery()
# `action` and `floor` are of the operation that is asked for: see `levels.Standing`.
_OVER = over_roles(_WHO, bindparam("action", type_=String), bindparam("floor", type_=Integer)).subquery("over")
_ACTOR = (
    select(users.c.user_id, users.c.email, sessions.c.session_id, _OVER.c.level, _OVER.c.sees_all, _OVER.c.may)
    .select_from(sessions.join(users, users.c.user_id == sessions.c.user_id).join(_OVER, true()))
    .where(*_LIVE, users.c.state == "confirmed")
)


def session(connection: Connection, hashed: str, *, action: str = "", floor: int = 0) -> Actor | None:
    """The person of a live session by its token's hash; None when it is unknown, over or revoked, or he is blocked.

    With an `action`, `may` is his level on it, and `floor` the level of who has no role that was given another.
    """
    values = {"hash": hashed, "now": int(time.time()), "action": action, "floor": floor}
    row = connection.execute(_ACTOR, values).first()
    if row is None:
        return None
    user_id, email, session_id, level, everything, may = row
    held = Standing.of(level, everything, may, floor)
    return Actor(user_id, email, held.level, session_id, held.sees_all, held.may)


def revoke(connection: Connection, session_id: int) -> None:
    """End one session, and the loopback server's own when it is that one."""
    row = rows.get(connection, sessions, session_id=session_id)
    if row is None:
        return
    rows.update(connection, sessions, {"session_id": session_id, "revoked_at": None}, revoked_at=int(time.time()))
    for kept in connection.execute(select(local_session)).all():
        if token_hash(kept.token) == row.token_hash:
            forget_local(connection, kept.proxy)


def revoke_all(connection: Connection, user_id: int) -> None:
    """End every session of a person."""
    for (session_id,) in connection.execute(select(sessions.c.session_id).where(sessions.c.user_id == user_id)).all():
        revoke(connection, session_id)


def keep_local(connection: Connection, token: str, proxy: str = EMBEDDED, *, email: str = "") -> None:
    """Keep the token that a loopback server's user signed in with, in place of the one before."""
    forget_local(connection, proxy)
    rows.insert(connection, local_session, proxy=proxy, token=token, email=email, created_at=int(time.time()))


def local_token(connection: Connection, proxy: str = EMBEDDED) -> str | None:
    """The token of the loopback server's user, if he is signed in."""
    row = rows.get(connection, local_session, proxy=proxy)
    return None if row is None else str(row.token)


def forget_local(connection: Connection, proxy: str = EMBEDDED) -> None:
    """Forget the loopback server's token for a proxy."""
    rows.delete(connection, local_session, proxy=proxy)
