"""What runs here, and whether it answers."""

import platform
from importlib.metadata import version

from sqlalchemy import text

from generated.models.device import DeviceVersionResponseBody, HealthResponseBody, IdentityResponseBody
from quarantine.store.context import Context
from quarantine.store.identity import identity

API_VERSION = "1.0"


def get_version(context: Context) -> DeviceVersionResponseBody:
    """Versions and platform of this server."""
    return DeviceVersionResponseBody(
        api_version=API_VERSION,
        architecture=platform.machine(),
        cli_version=version("dq0-server"),
        os=platform.system().lower(),
    )


def get_health(context: Context) -> HealthResponseBody:
    """Ok if the database answers."""
    context.connection.execute(text("SELECT 1"))
    return HealthResponseBody(status="ok")


def get_identity(context: Context) -> IdentityResponseBody:
    """The key that this server's answers can be checked with."""
    return IdentityResponseBody(public_key=identity(context.settings.root).public_key)
