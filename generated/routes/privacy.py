# Generated from spec/privacy.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, privacy


class ListBudgetsParams(Struct, kw_only=True):
    data_id: common.RowId | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class ListMasksParams(Struct, kw_only=True):
    data_id: common.RowId | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class ListThresholdsParams(Struct, kw_only=True):
    data_id: common.RowId | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class PrivacyHandlers(Protocol):
    """What answers the operations of privacy."""

    def buy_profile(
        self, context: Context, body: privacy.PrivacyProfileBuyRequestBody
    ) -> privacy.PrivacyProfileBuyResponseBody:
        """Buy a private profile of a dataset."""

    def list_budgets(
        self,
        context: Context,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
    ) -> privacy.PrivacyBudgetListResponseBody:
        """List privacy budgets."""

    def list_masks(
        self,
        context: Context,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
    ) -> privacy.PrivacyMaskListResponseBody:
        """List column masks."""

    def list_thresholds(
        self,
        context: Context,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
    ) -> privacy.PrivacyThresholdListResponseBody:
        """List thresholds."""

    def set_accounting(self, context: Context, body: privacy.PrivacyAccountingSetRequestBody) -> common.Message:
        """Set how a dataset's budget is counted."""

    def set_budget(
        self, context: Context, body: privacy.PrivacyBudgetPermissionSetRequestBody
    ) -> privacy.PrivacyBudgetPermissionSetResponseBody:
        """Set a privacy budget."""

    def set_mask(
        self, context: Context, body: privacy.PrivacyMaskPermissionSetRequestBody
    ) -> privacy.PrivacyMaskPermissionSetResponseBody:
        """Set a column mask."""

    def set_repetition(self, context: Context, body: privacy.PrivacyRepetitionSetRequestBody) -> common.Message:
        """Set whether repeating a query is free."""

    def set_threshold(
        self, context: Context, body: privacy.PrivacyThresholdPermissionSetRequestBody
    ) -> privacy.PrivacyThresholdPermissionSetResponseBody:
        """Set a threshold."""


def call_buy_profile(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyProfileBuyRequestBody
) -> privacy.PrivacyProfileBuyResponseBody:
    return handlers.buy_profile(context, body)


def call_list_budgets(
    handlers: PrivacyHandlers, context: Context, params: ListBudgetsParams, body: None
) -> privacy.PrivacyBudgetListResponseBody:
    return handlers.list_budgets(
        context, data_id=params.data_id, order_by=params.order_by, page=params.page, page_size=params.page_size
    )


def call_list_masks(
    handlers: PrivacyHandlers, context: Context, params: ListMasksParams, body: None
) -> privacy.PrivacyMaskListResponseBody:
    return handlers.list_masks(
        context, data_id=params.data_id, order_by=params.order_by, page=params.page, page_size=params.page_size
    )


def call_list_thresholds(
    handlers: PrivacyHandlers, context: Context, params: ListThresholdsParams, body: None
) -> privacy.PrivacyThresholdListResponseBody:
    return handlers.list_thresholds(
        context, data_id=params.data_id, order_by=params.order_by, page=params.page, page_size=params.page_size
    )


def call_set_accounting(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyAccountingSetRequestBody
) -> common.Message:
    return handlers.set_accounting(context, body)


def call_set_budget(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyBudgetPermissionSetRequestBody
) -> privacy.PrivacyBudgetPermissionSetResponseBody:
    return handlers.set_budget(context, body)


def call_set_mask(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyMaskPermissionSetRequestBody
) -> privacy.PrivacyMaskPermissionSetResponseBody:
    return handlers.set_mask(context, body)


def call_set_repetition(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyRepetitionSetRequestBody
) -> common.Message:
    return handlers.set_repetition(context, body)


def call_set_threshold(
    handlers: PrivacyHandlers, context: Context, params: None, body: privacy.PrivacyThresholdPermissionSetRequestBody
) -> privacy.PrivacyThresholdPermissionSetResponseBody:
    return handlers.set_threshold(context, body)
