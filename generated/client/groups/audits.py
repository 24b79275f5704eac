# Generated from spec/audits.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from ...models import audits as _audits
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Audits(_group.Group):
    """Who did what, and when."""

    def list(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        from_: int | None = None,
        order_by: Literal["timestamp", "-timestamp"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        to: int | None = None,
    ) -> _pages.Pages[_audits.AuditListItem, _audits.AuditListResponseBody]:
        """List what was done, by whom and when.

        Reads the audit chain, newest first unless asked otherwise. Entries name people and objects, never
        passwords, tokens or values of private data.

        action: Keep only this action.
        actor: Keep only what this address did; an empty text for nobody.
        from_: Keep only what was done at this time or later.
        order_by: The order in time, with a leading minus for the newest first. ('-timestamp' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        to: Keep only what was done at this time or earlier.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_AUDITS,
            {
                "action": action,
                "actor": actor,
                "from_": from_,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "to": to,
            },
        )


class AsyncAudits(_group.AsyncGroup):
    """Who did what, and when."""

    def list(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        from_: int | None = None,
        order_by: Literal["timestamp", "-timestamp"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        to: int | None = None,
    ) -> _pages.AsyncPages[_audits.AuditListItem, _audits.AuditListResponseBody]:
        """List what was done, by whom and when.

        Reads the audit chain, newest first unless asked otherwise. Entries name people and objects, never
        passwords, tokens or values of private data.

        action: Keep only this action.
        actor: Keep only what this address did; an empty text for nobody.
        from_: Keep only what was done at this time or later.
        order_by: The order in time, with a leading minus for the newest first. ('-timestamp' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        to: Keep only what was done at this time or earlier.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_AUDITS,
            {
                "action": action,
                "actor": actor,
                "from_": from_,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "to": to,
            },
        )
