# Generated from spec/auth.yaml: do not edit.
from __future__ import annotations

from ...models import auth as _auth
from .. import endpoints as _endpoints
from .. import group as _group


class Auth(_group.Group):
    """Signing up, in and out at the quarantine behind the active proxy."""

    def login(self, *, email: str, password: str) -> _auth.AuthLoginResponseBody:
        """Sign in.

        Opens a session of 30 days in the quarantine behind the active proxy. A server on a loopback address also
        keeps it as its own session. Unknown address and wrong password are the same 401; a person who still waits
        for confirmation, or is blocked, gets 403.
        """
        return self._call(_endpoints.AUTH_LOGIN, {"email": email, "password": password})

    def logout(self) -> _auth.AuthLogoutResponseBody:
        """Sign out.

        Ends the session that the request came with; its token is worth nothing from then on.
        """
        return self._call(_endpoints.AUTH_LOGOUT, {})

    def register(self, *, email: str, password: str) -> _auth.AuthRegisterResponseBody:
        """Ask for an account.

        Registers a person in the quarantine behind the active proxy. On a loopback server the first one becomes
        its administrator; everybody else waits for an administrator's confirmation. The answer is the same for an
        address that is already registered, and that account stays as it is.
        """
        return self._call(_endpoints.AUTH_REGISTER, {"email": email, "password": password})

    def session(self) -> _auth.AuthSessionResponseBody:
        """Show the current session.

        Tells the token that this request acts under at the active proxy, be it the sent one or the one the local
        server keeps.
        """
        return self._call(_endpoints.AUTH_SESSION, {})


class AsyncAuth(_group.AsyncGroup):
    """Signing up, in and out at the quarantine behind the active proxy."""

    async def login(self, *, email: str, password: str) -> _auth.AuthLoginResponseBody:
        """Sign in.

        Opens a session of 30 days in the quarantine behind the active proxy. A server on a loopback address also
        keeps it as its own session. Unknown address and wrong password are the same 401; a person who still waits
        for confirmation, or is blocked, gets 403.
        """
        return await self._call(_endpoints.AUTH_LOGIN, {"email": email, "password": password})

    async def logout(self) -> _auth.AuthLogoutResponseBody:
        """Sign out.

        Ends the session that the request came with; its token is worth nothing from then on.
        """
        return await self._call(_endpoints.AUTH_LOGOUT, {})

    async def register(self, *, email: str, password: str) -> _auth.AuthRegisterResponseBody:
        """Ask for an account.

        Registers a person in the quarantine behind the active proxy. On a loopback server the first one becomes
        its administrator; everybody else waits for an administrator's confirmation. The answer is the same for an
        address that is already registered, and that account stays as it is.
        """
        return await self._call(_endpoints.AUTH_REGISTER, {"email": email, "password": password})

    async def session(self) -> _auth.AuthSessionResponseBody:
        """Show the current session.

        Tells the token that this request acts under at the active proxy, be it the sent one or the one the local
        server keeps.
        """
        return await self._call(_endpoints.AUTH_SESSION, {})
