# Generated from spec/audits.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import actions, audits, common


class ListAuditsParams(Struct, kw_only=True):
    action: actions.ActionName | None = None
    actor: Annotated[str, Meta(max_length=254)] | None = None
    from_: common.Timestamp | None = None
    order_by: Literal["timestamp", "-timestamp"] = "-timestamp"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    to: common.Timestamp | None = None


class AuditsHandlers(Protocol):
    """What answers the operations of audits."""

    def list_audits(
        self,
        context: Context,
        *,
        action: str | None = None,
        actor: str | None = None,
        from_: int | None = None,
        order_by: Literal["timestamp", "-timestamp"] = "-timestamp",
        page: int = 1,
        page_size: int = 100,
        to: int | None = None,
    ) -> audits.AuditListResponseBody:
        """List what was done, by whom and when."""


def call_list_audits(
    handlers: AuditsHandlers, context: Context, params: ListAuditsParams, body: None
) -> audits.AuditListResponseBody:
    return handlers.list_audits(
        context,
        action=params.action,
        actor=params.actor,
        from_=params.from_,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        to=params.to,
    )
