# Generated from spec/runs.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class JobState(StrEnum):
    """Where a job stands. `finished`, `error` and `cancelled` are ends, and only an end comes with the progress
    1.0: a client that waits for a progress of 1 stops on a cancelled job, too.
    """

    CREATED = "created"
    RUNNING = "running"
    FINISHED = "finished"
    ERROR = "error"
    CANCELLED = "cancelled"


class JobType(StrEnum):
    """What a job does."""

    COMMIT_RUN = "commit.run"
    COMMIT_TRANSFORM = "commit.transform"
    DATA_PREPARE = "data.prepare"
    DATA_PROFILE = "data.profile"
    MODEL_PREDICT = "model.predict"
    QUERY_RUN = "query.run"


class RunStage(StrEnum):
    """Whether a run is in use or put aside."""

    ACTIVE = "active"
    DELETED = "deleted"


class RunStatus(StrEnum):
    """The state of a run in MLflow's words."""

    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"


class RunCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    args: _common.RunArguments | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    # An entry point of the project's `MLproject` file.
    ml_project_entry_point: Annotated[
        str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z_][A-Za-z0-9_.-]*\\Z")
    ] = "main"
    project_uuid: _common.Uuid


class RunItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A run together with its job; what does not apply is left out."""

    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    created_at: _common.Timestamp | UnsetType = UNSET
    experiment_name: _common.LineText | UnsetType = UNSET
    experiment_uuid: _common.Uuid | UnsetType = UNSET
    job_errors: JobText
    job_logs: JobText
    job_name: _common.LineText | UnsetType = UNSET
    job_params: JobText | UnsetType = UNSET
    job_progress: JobProgress
    job_results: JobText | UnsetType = UNSET
    job_state: JobState
    job_type: JobType
    job_uuid: _common.Uuid
    project_name: _common.LineText | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    run_end_time: Milliseconds | UnsetType = UNSET
    # Whether something that the run wrote waits to be released.
    run_held: bool | UnsetType = UNSET
    run_metrics: Annotated[list[RunMetricItem], Meta(max_length=100000)] | UnsetType = UNSET
    run_params: Annotated[list[RunParamItem], Meta(max_length=1000)] | UnsetType = UNSET
    # Why something will not be released.
    run_refused: Annotated[list[_common.LineText], Meta(max_length=2000)] | UnsetType = UNSET
    # Who can release it.
    run_released_by: Annotated[list[_common.LineText], Meta(max_length=1000)] | UnsetType = UNSET
    run_stage: RunStage
    run_start_time: Milliseconds | UnsetType = UNSET
    run_status: RunStatus
    run_tags: Annotated[list[RunTagItem], Meta(max_length=1000)] | UnsetType = UNSET
    run_uuid: _common.Uuid
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


class RunListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[RunItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class RunMetricItem(Struct, kw_only=True, repr_omit_defaults=True):
    """One value of a metric."""

    key: RunKey
    # Where it was logged, in digits.
    step: Annotated[str, Meta(max_length=20, pattern="^-?[0-9]{1,19}\\Z")] | UnsetType = UNSET
    # Milliseconds in digits.
    timestamp: Annotated[str, Meta(max_length=19, pattern="^[0-9]{1,19}\\Z")] | UnsetType = UNSET
    # The value that was logged.
    value: float


class RunOutputInfoResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # How the content is written.
    data_encoding: Literal["text", "base64"] | UnsetType = UNSET
    # The content, as text or in base64.
    data_string: Annotated[str, Meta(max_length=400000000)] | UnsetType = UNSET
    # SHA-256 of the content.
    digest: Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]{64}\\Z")]
    # Size in bytes.
    file_size: Annotated[int, Meta(ge=0, le=9223372036854775807)]
    # What it is.
    kind: Literal["code", "file", "log", "metrics", "params", "table", "tags"]
    # A file's path, or the kind.
    name: Annotated[str, Meta(max_length=1000)]
    output_id: _common.RowId
    reason: _common.LineText | UnsetType = UNSET
    # What was decided.
    state: Literal["held", "released", "refused"]


class RunOutputItem(Struct, kw_only=True, repr_omit_defaults=True):
    """Something that a run wrote; the log, metrics, parameters and tags are one output each."""

    # SHA-256 of the content.
    digest: Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]{64}\\Z")]
    # Size in bytes.
    file_size: Annotated[int, Meta(ge=0, le=9223372036854775807)]
    # What it is.
    kind: Literal["code", "file", "log", "metrics", "params", "table", "tags"]
    # A file's path, or the kind.
    name: Annotated[str, Meta(max_length=1000)]
    output_id: _common.RowId
    reason: _common.LineText | UnsetType = UNSET
    # What was decided.
    state: Literal["held", "released", "refused"]


class RunOutputListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    """Everything at once."""

    items: Annotated[list[RunOutputItem], Meta(max_length=2000)]
    page: _common.PageNumber
    # As many as there are.
    page_size: Annotated[int, Meta(ge=1, le=2000)]
    total: _common.Total


class RunParamItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A name and its value."""

    key: RunKey
    # The value as text.
    value: Annotated[str, Meta(max_length=100000)]


class RunRefuseRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    outputs: RunOutputNumbers | UnsetType = UNSET
    # For who asked for the run.
    reason: Annotated[str, Meta(min_length=1, max_length=1000, pattern="^[^\\x00-\\x1f\\x7f]+\\Z")]


class RunReleaseRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    outputs: RunOutputNumbers | UnsetType = UNSET


JobProgress: TypeAlias = Annotated[float, Meta(ge=0, le=1)]

JobText: TypeAlias = Annotated[str, Meta(max_length=16777216)]
Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=9223372036854775807)]
RunCreateResponseBody: TypeAlias = _common.Message
RunDeleteResponseBody: TypeAlias = _common.Message
RunGetMetricHistoryResponseBody: TypeAlias = RunItem
RunInfoResponseBody: TypeAlias = RunItem
RunKey: TypeAlias = Annotated[str, Meta(min_length=1, max_length=250, pattern="^[^\\x00-\\x1f\\x7f]+\\Z")]
RunOutputNumbers: TypeAlias = Annotated[list[_common.RowId], Meta(max_length=2000)]
RunRefuseResponseBody: TypeAlias = _common.Message
RunReleaseRequestBody: TypeAlias = RunReleaseRequestBodyFields | None
RunReleaseResponseBody: TypeAlias = _common.Message
RunRestoreResponseBody: TypeAlias = _common.Message
RunTagItem: TypeAlias = RunParamItem
