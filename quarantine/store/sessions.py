"""Who is signed in. A token is 256 random bits, kept as SHA-256; a loopback server keeps its one user's own token."""

import hashlib
import secrets
import time

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from quarantine.store import rows
from quarantine.store.context import Actor
from quarantine.store.tables import local_session, roles, sessions, user_roles, users

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


def level_of(user_id: object) -> ColumnElement[int]:
    """The highest permission level over a person's roles, as SQL: 0 without any."""
    joined = user_roles.join(roles, roles.c.role_id == user_roles.c.role_id)
    highest = select(func.max(roles.c.permission)).select_from(joined).where(user_roles.c.user_id == user_id)
    return func.coalesce(highest.scalar_subquery(), 0)


_ACTOR = (
    select(users.c.user_id, users.c.email, level_of(users.c.user_id), sessions.c.session_id)
    .join(sessions, sessions.c.user_id == users.c.user_id)
    .where(
        sessions.c.token_hash == bindparam("hash"),
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > bindparam("now"),
        users.c.state == "confirmed",
    )
)


def session(connection: Connection, hashed: str) -> Actor | None:
    """The person of a live session by its token's hash; None when it is unknown, over or revoked, or he is blocked."""
    row = connection.execute(_ACTOR, {"hash": hashed, "now": int(time.time())}).first()
    return None if row is None else Actor(*row)


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


def keep_local(connection: Connection, token: str, proxy: str = EMBEDDED) -> None:
    """Keep the token that a loopback server's user signed in with, in place of the one before."""
    forget_local(connection, proxy)
    rows.insert(connection, local_session, proxy=proxy, token=token, created_at=int(time.time()))


def local_token(connection: Connection, proxy: str = EMBEDDED) -> str | None:
    """The token of the loopback server's user, if he is signed in."""
    row = rows.get(connection, local_session, proxy=proxy)
    return None if row is None else str(row.token)


def forget_local(connection: Connection, proxy: str = EMBEDDED) -> None:
    """Forget the loopback server's token for a proxy."""
    rows.delete(connection, local_session, proxy=proxy)
