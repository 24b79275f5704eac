"""What answers the operations of models."""

from typing import Literal

from generated.models import models
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def get_model(context: Context, model_uuid: str) -> models.ModelInfoResponseBody:
    """Show a model."""
    raise NotBuilt("get_model is documented, not built yet")


def get_model_content(
    context: Context, model_uuid: str, body: models.ModelContentRequestBody | None
) -> models.ModelContentResponseBody:
    """Show a model by POST."""
    raise NotBuilt("get_model_content is documented, not built yet")


def list_models(
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
    raise NotBuilt("list_models is documented, not built yet")


def predict_model(
    context: Context, model_uuid: str, body: models.ModelPredictRequestBody
) -> models.ModelPredictResponseBody:
    """Predict."""
    raise NotBuilt("predict_model is documented, not built yet")


def register_model(context: Context, body: models.ModelRegisterRequestBody) -> models.ModelRegisterResponseBody:
    """Register a model."""
    raise NotBuilt("register_model is documented, not built yet")


def unregister_model(context: Context, body: models.ModelUnregisterRequestBody) -> models.ModelUnregisterResponseBody:
    """Unregister a model."""
    raise NotBuilt("unregister_model is documented, not built yet")


def update_model(
    context: Context, model_uuid: str, body: models.ModelPatchRequestBody
) -> models.ModelPatchResponseBody:
    """Change a model."""
    raise NotBuilt("update_model is documented, not built yet")
