# Generated from spec/data.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, data


class DeleteDataParams(Struct, kw_only=True):
    data_uuid: common.Uuid


class GetDataParams(Struct, kw_only=True):
    data_uuid: common.Uuid


class ListDataParams(Struct, kw_only=True):
    commit_uuid: common.Uuid | None = None
    order_by: Literal[
        "created_at", "-created_at", "updated_at", "-updated_at", "data_name", "-data_name", "data_type", "-data_type"
    ] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class SampleDataParams(Struct, kw_only=True):
    data_uuid: common.Uuid


class SetDataPermissionParams(Struct, kw_only=True):
    data_uuid: common.Uuid


class UpdateDataParams(Struct, kw_only=True):
    data_uuid: common.Uuid


class DataHandlers(Protocol):
    """What answers the operations of data."""

    def create_data(self, context: Context, body: data.DataCreateRequestBody) -> data.DataCreateResponseBody:
        """Register a dataset."""

    def delete_data(self, context: Context, data_uuid: str) -> data.DataDeleteResponseBody:
        """Remove a dataset."""

    def get_data(self, context: Context, data_uuid: str) -> data.DataGetResponseBody:
        """Show a dataset."""

    def list_data(
        self,
        context: Context,
        *,
        commit_uuid: str | None = None,
        order_by: Literal[
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
            "data_name",
            "-data_name",
            "data_type",
            "-data_type",
        ] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> data.DataListResponseBody:
        """List the datasets."""

    def sample_data(self, context: Context, data_uuid: str) -> data.DataSampleResponseBody:
        """Show synthetic rows of a dataset."""

    def set_data_permission(
        self, context: Context, data_uuid: str, body: data.DataPermissionSetRequestBody
    ) -> data.DataPermissionSetResponseBody:
        """Set a role's level on a dataset."""

    def update_data(
        self, context: Context, data_uuid: str, body: data.DataPatchRequestBody
    ) -> data.DataPatchResponseBody:
        """Replace a dataset's metadata."""


def call_create_data(
    handlers: DataHandlers, context: Context, params: None, body: data.DataCreateRequestBody
) -> data.DataCreateResponseBody:
    return handlers.create_data(context, body)


def call_delete_data(
    handlers: DataHandlers, context: Context, params: DeleteDataParams, body: None
) -> data.DataDeleteResponseBody:
    return handlers.delete_data(context, params.data_uuid)


def call_get_data(
    handlers: DataHandlers, context: Context, params: GetDataParams, body: None
) -> data.DataGetResponseBody:
    return handlers.get_data(context, params.data_uuid)


def call_list_data(
    handlers: DataHandlers, context: Context, params: ListDataParams, body: None
) -> data.DataListResponseBody:
    return handlers.list_data(
        context,
        commit_uuid=params.commit_uuid,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_sample_data(
    handlers: DataHandlers, context: Context, params: SampleDataParams, body: None
) -> data.DataSampleResponseBody:
    return handlers.sample_data(context, params.data_uuid)


def call_set_data_permission(
    handlers: DataHandlers, context: Context, params: SetDataPermissionParams, body: data.DataPermissionSetRequestBody
) -> data.DataPermissionSetResponseBody:
    return handlers.set_data_permission(context, params.data_uuid, body)


def call_update_data(
    handlers: DataHandlers, context: Context, params: UpdateDataParams, body: data.DataPatchRequestBody
) -> data.DataPatchResponseBody:
    return handlers.update_data(context, params.data_uuid, body)
