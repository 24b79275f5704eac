# Generated from spec/auth.yaml: do not edit.
from __future__ import annotations

from typing import Protocol

from quarantine.store.context import Context

from ..models import auth


class AuthHandlers(Protocol):
    """What answers the operations of auth."""

    def auth_login(self, context: Context, body: auth.AuthLoginRequestBody) -> auth.AuthLoginResponseBody:
        """Sign in."""

    def auth_logout(self, context: Context) -> auth.AuthLogoutResponseBody:
        """Sign out."""

    def auth_register(self, context: Context, body: auth.AuthRegisterRequestBody) -> auth.AuthRegisterResponseBody:
        """Ask for an account."""

    def auth_session(self, context: Context) -> auth.AuthSessionResponseBody:
        """Show the current session."""


def call_auth_login(
    handlers: AuthHandlers, context: Context, params: None, body: auth.AuthLoginRequestBody
) -> auth.AuthLoginResponseBody:
    return handlers.auth_login(context, body)


def call_auth_logout(handlers: AuthHandlers, context: Context, params: None, body: None) -> auth.AuthLogoutResponseBody:
    return handlers.auth_logout(context)


def call_auth_register(
    handlers: AuthHandlers, context: Context, params: None, body: auth.AuthRegisterRequestBody
) -> auth.AuthRegisterResponseBody:
    return handlers.auth_register(context, body)


def call_auth_session(
    handlers: AuthHandlers, context: Context, params: None, body: None
) -> auth.AuthSessionResponseBody:
    return handlers.auth_session(context)
