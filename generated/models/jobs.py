# Generated from spec/jobs.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common
from . import runs as _runs


class JobCancelRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    # Kill at once instead of asking the work to end first.
    force: bool = False
    job_uuid: _common.Uuid | UnsetType = UNSET


class JobEvent(Struct, kw_only=True, repr_omit_defaults=True):
    """One event of a stream; each field is a line, and an empty line ends it."""

    # The JSON object.
    data: Annotated[str, Meta(max_length=16777216)]
    # Whether more comes, or why not.
    event: Literal["job", "end", "closed"]
    # What to come back with; `closed` has none.
    id: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET


class JobItem(Struct, kw_only=True, repr_omit_defaults=True):
    """One job; what does not apply to its type is left out."""

    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    created_at: _common.Timestamp | UnsetType = UNSET
    job_errors: _runs.JobText
    job_logs: _runs.JobText
    job_name: _common.LineText | UnsetType = UNSET
    job_params: _runs.JobText | UnsetType = UNSET
    job_progress: _runs.JobProgress
    job_results: _runs.JobText | UnsetType = UNSET
    job_state: _runs.JobState
    job_type: _runs.JobType
    job_uuid: _common.Uuid
    project_name: _common.LineText | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    run_params: Annotated[list[_runs.RunParamItem], Meta(max_length=1000)] | UnsetType = UNSET
    run_status: _runs.RunStatus | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


class JobListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[JobItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


JobCancelRequestBody: TypeAlias = JobCancelRequestBodyFields | None

JobCancelResponseBody: TypeAlias = _common.Message
JobInfoResponseBody: TypeAlias = JobItem
