# Generated from spec/projects.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common
from . import data as _data


class CommitCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    # All files and folders of the working folder.
    entries: Annotated[list[CommitEntry], Meta(max_length=100000)]


class CommitEntry(Struct, kw_only=True, repr_omit_defaults=True):
    """A file, or a folder, by its path below the working folder."""

    # The file's content in base64.
    content: Annotated[str, Meta(max_length=67108864, pattern="^[A-Za-z0-9+/]*={0,2}\\Z")] = ""
    # Whether the file may be run.
    executable: bool = False
    # Whether it is a folder.
    folder: bool = False
    # Names with slashes between them.
    path: Annotated[str, Meta(min_length=1, max_length=1000)]


class ProjectAttachRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    """The dataset, by its uuid, its name or both; two that differ are 409."""

    data_name: _data.DataName | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET


class ProjectCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    name: ProjectName
    # An absolute path on the machine this server runs on; the folder is made inside it.
    working_dir: Annotated[str, Meta(min_length=1, max_length=4096, pattern="^/[^\\x00-\\x1f\\x7f]*\\Z")]


class ProjectItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A project with the latest of what came out of it; what there is not yet is left out."""

    created_at: _common.Timestamp | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET
    latest_experiment_name: _common.LineText | UnsetType = UNSET
    latest_experiment_result: _common.LineText | UnsetType = UNSET
    latest_experiment_uuid: _common.Uuid | UnsetType = UNSET
    model_checker_status: _common.ModelCheckerStatus | UnsetType = UNSET
    model_name: _common.LineText | UnsetType = UNSET
    model_uuid: _common.Uuid | UnsetType = UNSET
    # Whether the latest model may predict.
    predict_allowed: bool | UnsetType = UNSET
    # Whether the latest model may tell probabilities.
    predict_proba_allowed: bool | UnsetType = UNSET
    project_name: ProjectName
    project_uuid: _common.Uuid
    updated_at: _common.Timestamp | UnsetType = UNSET


class ProjectListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[ProjectItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class ProjectMetaResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # The text of the file.
    meta: Annotated[str, Meta(min_length=1, max_length=1000000)]


class ProjectRegisterRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    name: ProjectName


class ProjectRegisterResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    project_uuid: _common.Uuid


class ProjectSetExperimentNameRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    experiment_name: _common.Name


class ProjectSetPermissionRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    permission: _common.PermissionLevel
    project_id: _common.RowId | UnsetType = UNSET
    project_name: ProjectName | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET


ProjectAttachResponseBody: TypeAlias = _common.Message

ProjectCreateResponseBody: TypeAlias = _common.Message
ProjectDeployResponseBody: TypeAlias = _common.Message
ProjectDetachRequestBody: TypeAlias = ProjectAttachRequestBody
ProjectDetachResponseBody: TypeAlias = _common.Message
ProjectInfoResponseBody: TypeAlias = ProjectItem
ProjectName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z][A-Za-z0-9_.-]{0,99}\\Z")]
ProjectSetExperimentNameResponseBody: TypeAlias = _common.Message
ProjectSetPermissionResponseBody: TypeAlias = _common.Message
ProjectUnlinkResponseBody: TypeAlias = _common.Message
