# Generated from spec/experiments.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class ExperimentCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    experiment_name: _common.Name


class ExperimentListItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A named group of runs. Beside the printed fields it tells its own uuid, name and stage; the printed
    `latest` fields speak of the run that ended last in it.
    """

    created_at: _common.Timestamp | UnsetType = UNSET
    # The dataset that the project has attached.
    data_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET
    experiment_name: _common.Name
    # Whether runs can join it.
    experiment_stage: Literal["active", "deleted"] | UnsetType = UNSET
    experiment_uuid: _common.Uuid
    # The same as its own name.
    latest_experiment_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    # How its latest run ended.
    latest_experiment_result: Annotated[str, Meta(max_length=10000)] | UnsetType = UNSET
    latest_experiment_uuid: _common.Uuid | UnsetType = UNSET
    model_checker_status: _common.ModelCheckerStatus | UnsetType = UNSET
    # The latest model made in it.
    model_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    model_uuid: _common.Uuid | UnsetType = UNSET
    # Whether that model may predict.
    predict_allowed: bool | UnsetType = UNSET
    # Whether that model may tell probabilities.
    predict_proba_allowed: bool | UnsetType = UNSET
    # The project it belongs to.
    project_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET


class ExperimentListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[ExperimentListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


ExperimentCreateResponseBody: TypeAlias = ExperimentListItem

ExperimentDeleteResponseBody: TypeAlias = ExperimentListItem
ExperimentInfoResponseBody: TypeAlias = ExperimentListItem
ExperimentRestoreResponseBody: TypeAlias = ExperimentListItem
ExperimentUpdateRequestBody: TypeAlias = ExperimentCreateRequestBody
ExperimentUpdateResponseBody: TypeAlias = ExperimentListItem
