# Generated from spec/models.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from .. import checking as _checking
from . import common as _common


class ModelPermission(StrEnum):
    """What a model may be used for."""

    PREDICT_ALLOWED = "predict_allowed"
    PREDICT_PROBA_ALLOWED = "predict_proba_allowed"


class ModelItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A registered model; what does not apply is left out."""

    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    description: _common.LineText | UnsetType = UNSET
    experiment_name: _common.LineText | UnsetType = UNSET
    experiment_uuid: _common.Uuid | UnsetType = UNSET
    # The path of the model among its run's artifacts.
    location: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    model_name: _common.LineText
    model_uuid: _common.Uuid
    permissions: ModelPermissions
    predictions_per_hour: PredictionsPerHour | UnsetType = UNSET
    project_name: _common.LineText | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


class ModelListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[ModelItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class ModelPatchRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    model_description: _common.LineText | UnsetType = UNSET
    model_name: _common.LineText | UnsetType = UNSET
    # The new permissions, as an array or as the text of one.
    permissions: ModelPatchRequestBodyPermissions | UnsetType = UNSET
    predictions_per_hour: PredictionsPerHour | UnsetType = UNSET


class ModelPredictRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    # Rows as JSON text of nested lists, or as CSV, which may begin with a line of the columns' names.
    input_data: Annotated[str, Meta(min_length=1, max_length=10000000)]
    # The form of `input_data`.
    input_type: Literal["json", "csv"] = "json"
    model_uuid: _common.Uuid | UnsetType = UNSET


class ModelRegisterRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    job_uuid: _common.Uuid | UnsetType = UNSET
    # The place of the model among the run's artifacts, a folder with a `model.onnx` or such a file. ...
    model_path: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1000,
            pattern=(
                "^[\"'`]*[^/\\\\.\"'`\\x00-\\x1f\\x7f][^/\\\\\\x00-\\x1f\\x7f]*(/[^/\\\\.\\x00-\\x1f\\x7f][^/\\\\\\x0"
                "0-\\x1f\\x7f]*)*/?[\"'`]*\\Z"
            ),
        ),
    ] = "pyfunc_model"
    run_uuid: _common.Uuid


class ModelUnregisterRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    model_uuid: _common.Uuid


if TYPE_CHECKING:
    ModelPatchRequestBodyPermissions: TypeAlias = "ModelPermissions | str"
else:
    ModelPatchRequestBodyPermissions = _checking.checked(
        "ModelPatchRequestBodyPermissions",
        lambda: (
            ModelPermissions,
            Annotated[str, Meta(max_length=100, pattern="^[^\\x00-\\x1f\\x7f]*\\Z")],
        ),
    )

if TYPE_CHECKING:
    ModelPermissions: TypeAlias = "list[ModelPermission]"
else:
    ModelPermissions = _checking.checked(
        "ModelPermissions", lambda: (Annotated[list[ModelPermission], Meta(max_length=2)],), rules={"uniqueItems": True}
    )

ModelContentRequestBody: TypeAlias = dict[str, Any] | None
ModelContentResponseBody: TypeAlias = ModelItem
ModelInfoResponseBody: TypeAlias = ModelItem
ModelPatchResponseBody: TypeAlias = ModelItem
ModelPredictResponseBody: TypeAlias = _common.Message
ModelRegisterResponseBody: TypeAlias = ModelItem
ModelUnregisterResponseBody: TypeAlias = _common.Message
PredictionsPerHour: TypeAlias = Annotated[int, Meta(ge=0, le=1000000)]
