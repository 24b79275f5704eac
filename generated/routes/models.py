# Generated from spec/models.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, models


class GetModelParams(Struct, kw_only=True):
    model_uuid: common.Uuid


class GetModelContentParams(Struct, kw_only=True):
    model_uuid: common.Uuid


class ListModelsParams(Struct, kw_only=True):
    commit_uuid: common.Uuid | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class PredictModelParams(Struct, kw_only=True):
    model_uuid: common.Uuid


class UpdateModelParams(Struct, kw_only=True):
    model_uuid: common.Uuid


class ModelsHandlers(Protocol):
    """What answers the operations of models."""

    def get_model(self, context: Context, model_uuid: str) -> models.ModelInfoResponseBody:
        """Show a model."""

    def get_model_content(
        self, context: Context, model_uuid: str, body: models.ModelContentRequestBody | None
    ) -> models.ModelContentResponseBody:
        """Show a model by POST."""

    def list_models(
        self,
        context: Context,
        *,
        commit_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> models.ModelListResponseBody:
        """List models."""

    def predict_model(
        self, context: Context, model_uuid: str, body: models.ModelPredictRequestBody
    ) -> models.ModelPredictResponseBody:
        """Predict."""

    def register_model(
        self, context: Context, body: models.ModelRegisterRequestBody
    ) -> models.ModelRegisterResponseBody:
        """Register a model."""

    def unregister_model(
        self, context: Context, body: models.ModelUnregisterRequestBody
    ) -> models.ModelUnregisterResponseBody:
        """Unregister a model."""

    def update_model(
        self, context: Context, model_uuid: str, body: models.ModelPatchRequestBody
    ) -> models.ModelPatchResponseBody:
        """Change a model."""


def call_get_model(
    handlers: ModelsHandlers, context: Context, params: GetModelParams, body: None
) -> models.ModelInfoResponseBody:
    return handlers.get_model(context, params.model_uuid)


def call_get_model_content(
    handlers: ModelsHandlers,
    context: Context,
    params: GetModelContentParams,
    body: models.ModelContentRequestBody | None,
) -> models.ModelContentResponseBody:
    return handlers.get_model_content(context, params.model_uuid, body)


def call_list_models(
    handlers: ModelsHandlers, context: Context, params: ListModelsParams, body: None
) -> models.ModelListResponseBody:
    return handlers.list_models(
        context,
        commit_uuid=params.commit_uuid,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_predict_model(
    handlers: ModelsHandlers, context: Context, params: PredictModelParams, body: models.ModelPredictRequestBody
) -> models.ModelPredictResponseBody:
    return handlers.predict_model(context, params.model_uuid, body)


def call_register_model(
    handlers: ModelsHandlers, context: Context, params: None, body: models.ModelRegisterRequestBody
) -> models.ModelRegisterResponseBody:
    return handlers.register_model(context, body)


def call_unregister_model(
    handlers: ModelsHandlers, context: Context, params: None, body: models.ModelUnregisterRequestBody
) -> models.ModelUnregisterResponseBody:
    return handlers.unregister_model(context, body)


def call_update_model(
    handlers: ModelsHandlers, context: Context, params: UpdateModelParams, body: models.ModelPatchRequestBody
) -> models.ModelPatchResponseBody:
    return handlers.update_model(context, params.model_uuid, body)
