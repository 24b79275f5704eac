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
    )
    return Message(message=REGISTERED)


def auth_login(context: Context, body: AuthLoginRequestBody) -> AuthLoginResponseBody:
    """Open a session; a server on loopback also keeps it as its one user's own."""
    context.on_refusal.append(lambda kept: accounts.count_attempt(kept, body.email, context.client))
    days = context.settings.session_days
    token = accounts.login(context.connection, body.email, body.password, client=context.client, days=days)
    if context.settings.loopback and context.settings.ambient_session:
        sessions.keep_local(context.connection, token)
    # The audit row says who has signed in.
    context.actor = sessions.session(context.connection, sessions.token_hash(token))
    return AuthLoginResponseBody(token=token)


def auth_logout(context: Context) -> Message:
    """End the session of this request."""
    sessions.revoke(context.connection, context.user.session_id)
    return Message(message="successfully signed out")


def auth_session(context: Context) -> AuthLoginResponseBody:
    """The token this request acts under."""
    if not context.token:
        raise Unauthenticated("there is no session; sign in first")
    return AuthLoginResponseBody(token=context.token)
