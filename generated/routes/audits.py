# Generated from spec/audits.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import audits


class ListAuditsParams(Struct, kw_only=True):
    order_by: Literal["timestamp", "-timestamp"] = "-timestamp"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class AuditsHandlers(Protocol):
    """What answers the operations of audits."""

    def list_audits(
        self,
        context: Context,
        *,
        order_by: Literal["timestamp", "-timestamp"] = "-timestamp",
        page: int = 1,
        page_size: int = 100,
    ) -> audits.AuditListResponseBody:
        """List what was done, by whom and when."""


def call_list_audits(
    handlers: AuditsHandlers, context: Context, params: ListAuditsParams, body: None
) -> audits.AuditListResponseBody:
    return handlers.list_audits(context, order_by=params.order_by, page=params.page, page_size=params.page_size)
