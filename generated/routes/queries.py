# Generated from spec/queries.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, queries


class CancelQueryParams(Struct, kw_only=True):
    query_uuid: common.Uuid


class GetQueryParams(Struct, kw_only=True):
    query_uuid: common.Uuid
    include_result: bool = False
    include_run: bool = False


class ListQueriesParams(Struct, kw_only=True):
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    user_id: common.RowId | None = None


class QueriesHandlers(Protocol):
    """What answers the operations of queries."""

    def cancel_query(
        self, context: Context, query_uuid: str, body: queries.QueryCancelRequestBody | None
    ) -> queries.QueryCancelResponseBody:
        """Cancel a query."""

    def create_query(self, context: Context, body: queries.QueryCreateRequestBody) -> queries.QueryCreateResponseBody:
        """Ask a private query."""

    def get_query(
        self, context: Context, query_uuid: str, *, include_result: bool = False, include_run: bool = False
    ) -> queries.QueryInfoResponseBody:
        """Show a query."""

    def list_queries(
        self,
        context: Context,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        user_id: int | None = None,
    ) -> queries.QueryListResponseBody:
        """List queries."""

    def quote_query(self, context: Context, body: queries.QueryCreateRequestBody) -> queries.QueryQuoteResponseBody:
        """Quote a private query."""


def call_cancel_query(
    handlers: QueriesHandlers, context: Context, params: CancelQueryParams, body: queries.QueryCancelRequestBody | None
) -> queries.QueryCancelResponseBody:
    return handlers.cancel_query(context, params.query_uuid, body)


def call_create_query(
    handlers: QueriesHandlers, context: Context, params: None, body: queries.QueryCreateRequestBody
) -> queries.QueryCreateResponseBody:
    return handlers.create_query(context, body)


def call_get_query(
    handlers: QueriesHandlers, context: Context, params: GetQueryParams, body: None
) -> queries.QueryInfoResponseBody:
    return handlers.get_query(
        context, params.query_uuid, include_result=params.include_result, include_run=params.include_run
    )


def call_list_queries(
    handlers: QueriesHandlers, context: Context, params: ListQueriesParams, body: None
) -> queries.QueryListResponseBody:
    return handlers.list_queries(
        context, order_by=params.order_by, page=params.page, page_size=params.page_size, user_id=params.user_id
    )


def call_quote_query(
    handlers: QueriesHandlers, context: Context, params: None, body: queries.QueryCreateRequestBody
) -> queries.QueryQuoteResponseBody:
    return handlers.quote_query(context, body)
