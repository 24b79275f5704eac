# Generated from spec/commits.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class CommitContentRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    # List the files of the working folder.
    local_only: bool = False
    project_uuid: _common.Uuid | UnsetType = UNSET


class CommitContentResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    """A commit with its files."""

    # The commit's name.
    commit_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    commit_uuid: _common.Uuid
    created_at: _common.Timestamp | UnsetType = UNSET
    # The attached dataset's name.
    data_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET
    # The files in the order of their paths.
    files: Annotated[list[CommitFile], Meta(max_length=1000000)] | UnsetType = UNSET
    # The experiment that ran last.
    latest_experiment_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    # How it ended.
    latest_experiment_result: Annotated[str, Meta(max_length=10000)] | UnsetType = UNSET
    latest_experiment_uuid: _common.Uuid | UnsetType = UNSET
    model_checker_status: _common.ModelCheckerStatus | UnsetType = UNSET
    # The latest model made from it.
    model_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    model_uuid: _common.Uuid | UnsetType = UNSET
    # Whether that model may predict.
    predict_allowed: bool | UnsetType = UNSET
    # Whether that model may tell probabilities.
    predict_proba_allowed: bool | UnsetType = UNSET
    # The project it was deployed from.
    project_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET


class CommitFile(Struct, kw_only=True, repr_omit_defaults=True):
    """A deployed file."""

    # Its place below the project's folder.
    path: Annotated[str, Meta(max_length=1000)]
    # Its bytes.
    size: Annotated[int, Meta(ge=0, le=9223372036854775807)]


class CommitItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A deployed state of a project. Beside the printed fields it tells its own uuid and name."""

    # The commit's name.
    commit_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    commit_uuid: _common.Uuid
    created_at: _common.Timestamp | UnsetType = UNSET
    # The attached dataset's name.
    data_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET
    # The experiment that ran last.
    latest_experiment_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    # How it ended.
    latest_experiment_result: Annotated[str, Meta(max_length=10000)] | UnsetType = UNSET
    latest_experiment_uuid: _common.Uuid | UnsetType = UNSET
    model_checker_status: _common.ModelCheckerStatus | UnsetType = UNSET
    # The latest model made from it.
    model_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    model_uuid: _common.Uuid | UnsetType = UNSET
    # Whether that model may predict.
    predict_allowed: bool | UnsetType = UNSET
    # Whether that model may tell probabilities.
    predict_proba_allowed: bool | UnsetType = UNSET
    # The project it was deployed from.
    project_name: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET


class CommitListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[CommitItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class CommitRunRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    args: _common.RunArguments | UnsetType = UNSET
    ml_project_entry_point: _common.EntryPoint | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET


class CommitTransformRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    project_uuid: _common.Uuid | UnsetType = UNSET


CommitContentRequestBody: TypeAlias = CommitContentRequestBodyFields | None

CommitInfoResponseBody: TypeAlias = CommitItem
CommitRunRequestBody: TypeAlias = CommitRunRequestBodyFields | None
CommitRunResponseBody: TypeAlias = _common.Message
CommitTransformRequestBody: TypeAlias = CommitTransformRequestBodyFields | None
CommitTransformResponseBody: TypeAlias = _common.Message
