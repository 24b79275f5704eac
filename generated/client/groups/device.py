# Generated from spec/device.yaml: do not edit.
from __future__ import annotations

from ...models import device as _device
from .. import endpoints as _endpoints
from .. import group as _group


class Device(_group.Group):
    """The local server itself."""

    def get_health(self) -> _device.HealthResponseBody:
        """Tell whether the server answers.

        For monitors. Looks at the local server and its database only, and says no more than that they work.
        """
        return self._call(_endpoints.GET_HEALTH, {})

    def get_identity(self) -> _device.IdentityResponseBody:
        """Show the server's public key.

        The Ed25519 key of this server, never that of a quarantine behind it. A request with a `DQ0-Challenge`
        header has its answer signed, this one like every other, which proves that the server holds the private
        key.
        """
        return self._call(_endpoints.GET_IDENTITY, {})

    def get_version(self) -> _device.DeviceVersionResponseBody:
        """Tell what runs here.

        Names the versions and the platform of the local server, never those of a quarantine behind it.
        """
        return self._call(_endpoints.GET_VERSION, {})


class AsyncDevice(_group.AsyncGroup):
    """The local server itself."""

    async def get_health(self) -> _device.HealthResponseBody:
        """Tell whether the server answers.

        For monitors. Looks at the local server and its database only, and says no more than that they work.
        """
        return await self._call(_endpoints.GET_HEALTH, {})

    async def get_identity(self) -> _device.IdentityResponseBody:
        """Show the server's public key.

        The Ed25519 key of this server, never that of a quarantine behind it. A request with a `DQ0-Challenge`
        header has its answer signed, this one like every other, which proves that the server holds the private
        key.
        """
        return await self._call(_endpoints.GET_IDENTITY, {})

    async def get_version(self) -> _device.DeviceVersionResponseBody:
        """Tell what runs here.

        Names the versions and the platform of the local server, never those of a quarantine behind it.
        """
        return await self._call(_endpoints.GET_VERSION, {})
