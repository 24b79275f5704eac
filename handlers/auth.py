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
    if context.settings.loopback and context.settings.ambient_session:
        sessions.keep_local(context.connection, token)
    # The audit row says who has signed in.
    context.actor = sessions.session(context.connection, sessions.token_hash(token))
    return AuthLoginResponseBody(token=token)


def changed_password(context: Context, current: str, password: str) -> AuthLoginResponseBody:
    """Set another password; who guesses at the current one is throttled like who guesses at the door."""
    actor, client = context.user, context.client
    context.on_refusal.append(lambda kept: accounts.count_attempt(kept, actor.email, client))
    accounts.change_password(context.connection, actor, current, password, client=client, run=context.outside)
    return AuthLoginResponseBody(token=signed_in(context, actor.user_id))


def signed_in(context: Context, user_id: int) -> str:
    """A new session's token; a server on loopback also keeps it as its one user's own."""
    days = context.settings.session_days
    token = sessions.open_session(context.connection, user_id, days=days, client=context.client)
    if context.settings.loopback and context.settings.ambient_session:
        sessions.keep_local(context.connection, token)
    return token


def auth_logout(context: Context) -> Message:
    """End the session of this request."""
    sessions.revoke(context.connection, context.user.session_id)
    return Message(message="successfully signed out")


def auth_session(context: Context) -> AuthLoginResponseBody:
    """The token this request acts under."""
    if not context.token:
        raise Unauthenticated("there is no session; sign in first")
    return AuthLoginResponseBody(token=context.token)
