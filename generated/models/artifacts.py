# Generated from spec/artifacts.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class ArtifactDownloadResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # Whether `data_string` is the content itself or, for a binary file, its base64 form. Extension.
    data_encoding: Literal["text", "base64"] | UnsetType = UNSET
    data_path: ArtifactPath
    # The content, as plain text wherever it is text in UTF-8.
    data_string: Annotated[str, Meta(max_length=100000000)]


class ArtifactFile(Struct, kw_only=True, repr_omit_defaults=True):
    # What a folder holds; left out where the asked depth ends.
    children: Annotated[list[ArtifactFile], Meta(max_length=10000)] | UnsetType = UNSET
    # Size in bytes, in digits.
    file_size: Annotated[str, Meta(max_length=19, pattern="^[0-9]{1,19}\\Z")] | UnsetType = UNSET
    # The column names of a released table, with commas.
    header: Annotated[str, Meta(max_length=10000)] | UnsetType = UNSET
    # Whether this is a folder.
    is_dir: bool
    # The last part of the path.
    label: Annotated[str, Meta(max_length=1000)]
    path: ArtifactPath


class ArtifactTreeStructureResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    artifact_files: Annotated[list[ArtifactFile], Meta(max_length=10000)]
    # Kept for old clients and never sent; the tree always comes whole.
    artifact_next_page_token: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    experiment_name: _common.LineText | UnsetType = UNSET
    experiment_uuid: _common.Uuid | UnsetType = UNSET
    job_name: _common.LineText | UnsetType = UNSET
    job_uuid: _common.Uuid | UnsetType = UNSET
    project_name: _common.LineText | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    run_id: _common.Uuid | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


ArtifactPath: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=1000,
        pattern=(
            "^[^/\\\\.\\x00-\\x1f\\x7f][^/\\\\\\x00-\\x1f\\x7f]*(/[^/\\\\.\\x00-\\x1f\\x7f][^/\\\\\\x00-\\x1f\\x7"
            "f]*)*\\Z"
        ),
    ),
]
