"""Signing up, in and out; the same people and sessions as in the group users."""

from generated.models.auth import AuthLoginRequestBody, AuthLoginResponseBody
from generated.models.common import Message
from quarantine.domain.errors import Unauthenticated
from quarantine.store import accounts, sessions
from quarantine.store.context import Context

REGISTERED = "successfully registered user; anybody but the first on a local server waits for an administrator"


def auth_register(context: Context, body: AuthLoginRequestBody) -> Message:
    """Register a person; the answer is the same for a known address."""
    accounts.register(
        context.connection,
        body.email,
        body.password,
        first_is_admin=context.settings.loopback,
        client=context.client,
        run=context.outside,
    )
    return Message(message=REGISTERED)


def auth_login(context: Context, body: AuthLoginRequestBody) -> AuthLoginResponseBody:
    """Open a session; a server on loopback also keeps it as its one user's own."""
    context.on_refusal.append(lambda kept: accounts.count_attempt(kept, body.email, context.client))
    days, client = context.settings.session_days, context.client
    token = accounts.login(context.connection, body.email, body.password, client=client, days=days, run=context.outside)
    keep(context, token)
    # The audit row says who has signed in.
    context.actor = sessions.session(context.connection, sessions.token_hash(token))
    return AuthLoginResponseBody(token=token)


def changed_password(context: Context, current: str, password: str) -> AuthLoginResponseBody:
    """Set another password; who guesses at the current one is throttled like who guesses at the door."""
    actor, client = context.user, context.client
    context.on_refusal.append(lambda kept: accounts.count_attempt(kept, actor.email, client))
    accounts.change_password(context.connection, actor, current, password, client=client, run=context.outside)
    days = context.settings.session_days
    token = sessions.open_session(context.connection, actor.user_id, days=days, client=client)
    keep(context, token)
    return AuthLoginResponseBody(token=token)


def keep(context: Context, token: str) -> None:
    """On loopback, keep the token of the server's one user: requests without one act as him."""
    if context.settings.loopback and context.settings.ambient_session:
        sessions.keep_local(context.connection, token)


def auth_logout(context: Context) -> Message:
    """End the session of this request."""
    sessions.revoke(context.connection, context.user.session_id)
    return Message(message="successfully signed out")


def auth_session(context: Context) -> AuthLoginResponseBody:
    """The token this request acts under."""
    if not context.token:
        raise Unauthenticated("there is no session; sign in first")
    return AuthLoginResponseBody(token=context.token)
