# Generated from spec/device.yaml: do not edit.
from __future__ import annotations

from typing import Protocol

from quarantine.store.context import Context

from ..models import device


class DeviceHandlers(Protocol):
    """What answers the operations of device."""

    def get_health(self, context: Context) -> device.HealthResponseBody:
        """Tell whether the server answers."""

    def get_identity(self, context: Context) -> device.IdentityResponseBody:
        """Show the server's public key."""

    def get_version(self, context: Context) -> device.DeviceVersionResponseBody:
        """Tell what runs here."""


def call_get_health(handlers: DeviceHandlers, context: Context, params: None, body: None) -> device.HealthResponseBody:
    return handlers.get_health(context)


def call_get_identity(
    handlers: DeviceHandlers, context: Context, params: None, body: None
) -> device.IdentityResponseBody:
    return handlers.get_identity(context)


def call_get_version(
    handlers: DeviceHandlers, context: Context, params: None, body: None
) -> device.DeviceVersionResponseBody:
    return handlers.get_version(context)
