# Generated from spec/queries.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common
from . import privacy as _privacy
from . import runs as _runs


class QueryCancelRequestBodyFields(Struct, kw_only=True, repr_omit_defaults=True):
    # Kill at once instead of asking the work to end first.
    force: bool = False
    query_uuid: _common.Uuid | UnsetType = UNSET


class QueryCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    # Names or uuids of the datasets, separated by commas; what is not read is not charged. Quotation ...
    datasets: Annotated[str, Meta(min_length=1, max_length=10000, pattern="^[^\\x00-\\x1f\\x7f]+\\Z")]
    # What the query may cost in delta, beside that of groups that are not public, so that its noise ...
    delta: Annotated[float, Meta(ge=0, le=1e-05)] = 0.0
    # What the whole query may cost, shared out over all its statistics.
    epsilon: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    params: QueryOptions | UnsetType = UNSET
    permissions: QueryOptions | UnsetType = UNSET
    # The column that tells people apart; empty for the one the metadata names. Another one is refused.
    private_column: Annotated[str, Meta(max_length=1000, pattern="^[^\\x00-\\x1f\\x7f]*\\Z")] = ""
    # The project that the query belongs to; empty for none.
    project_uuid: Annotated[
        str, Meta(max_length=36, pattern="^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?\\Z")
    ] = ""
    query: QueryStatement
    # The least noisy count at which a group that is not public is shown. It raises the safe threshold ...
    tau: Annotated[float, Meta(ge=0, le=1000000000)] = 0.0


class QueryCreateResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    job_uuid: _common.Uuid
    # It ends with the job's uuid.
    message: Annotated[str, Meta(min_length=1, max_length=10000)]
    query_uuid: _common.Uuid


class QueryItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A query with its job and, where asked for, its run and result; what does not apply is left out."""

    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    created_at: _common.Timestamp | UnsetType = UNSET
    experiment_name: _common.LineText | UnsetType = UNSET
    experiment_uuid: _common.Uuid | UnsetType = UNSET
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
    # The uuid of each dataset that was asked, by its name.
    query_datasets: Annotated[dict[str, _common.Uuid], Meta(max_length=100)]
    query_result_data: _runs.JobText | UnsetType = UNSET
    query_result_message: _runs.JobText | UnsetType = UNSET
    query_statement: QueryStatement
    run_end_time: _runs.Milliseconds | UnsetType = UNSET
    run_metrics: Annotated[list[_runs.RunMetricItem], Meta(max_length=100000)] | UnsetType = UNSET
    run_params: Annotated[list[_runs.RunParamItem], Meta(max_length=1000)] | UnsetType = UNSET
    run_stage: _runs.RunStage | UnsetType = UNSET
    run_start_time: _runs.Milliseconds | UnsetType = UNSET
    run_status: _runs.RunStatus | UnsetType = UNSET
    run_tags: Annotated[list[_runs.RunTagItem], Meta(max_length=1000)] | UnsetType = UNSET
    run_uuid: _common.Uuid | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


class QueryListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[QueryItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class QueryQuoteColumn(Struct, kw_only=True, repr_omit_defaults=True):
    # 95% of answers are off by this at most; left out for keys and where it depends on the data. Then ...
    error: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    # Where the error depends on how many rows a group has, as of an average: what it is at most in ...
    errors_at: Annotated[list[QueryQuoteError], Meta(max_length=10)] | UnsetType = UNSET
    # The column as the answer names it.
    name: Annotated[str, Meta(max_length=100000)]
    # Why there is no error, or what it is not about.
    note: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    # Of a quantile. No more rows than this lie between the shown value and the true one, in 95% of ...
    rank_error: Annotated[int, Meta(ge=0, le=9223372036854775807)] | UnsetType = UNSET


class QueryQuoteError(Struct, kw_only=True, repr_omit_defaults=True):
    # 95% of answers are off by this at most.
    error: Annotated[float, Meta(ge=0)]
    # The rows of a group.
    rows: Annotated[int, Meta(ge=1, le=9223372036854775807)]


class QueryQuoteMechanism(Struct, kw_only=True, repr_omit_defaults=True):
    """A noisy measurement; sensitivity and scale are in its own fixed-point unit."""

    delta: _privacy.Delta
    epsilon: _privacy.EpsilonTotal
    measurement: Annotated[str, Meta(max_length=200000)]
    mechanism: Annotated[str, Meta(max_length=200)]
    scale: Annotated[float, Meta(ge=0)]
    sensitivity: Annotated[int, Meta(ge=0, le=9223372036854775807)]


class QueryQuoteResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    """The price of a query and the errors to expect; what does not apply is left out."""

    columns: Annotated[list[QueryQuoteColumn], Meta(max_length=10000)]
    # Whether what is left of the budget, and of the asking person's own cap, would suffice just now.
    covered: bool
    delta: _privacy.Delta
    epsilon: _privacy.EpsilonTotal
    # Whether the asking person has had an answer to just this query from the data as it is now: ...
    free: bool
    mechanisms: Annotated[list[QueryQuoteMechanism], Meta(max_length=10000)]
    # Which of the two would not suffice, and what it has.
    shortage: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    # The noisy count from which on a group is shown; left out where all groups are.
    threshold: Annotated[int, Meta(ge=0, le=9223372036854775807)] | UnsetType = UNSET


QueryCancelRequestBody: TypeAlias = QueryCancelRequestBodyFields | None

QueryCancelResponseBody: TypeAlias = _common.Message
QueryInfoResponseBody: TypeAlias = QueryItem
QueryOptions: TypeAlias = (
    Annotated[list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=100)]
    | Annotated[str, Meta(max_length=10000)]
    | None
)
QueryStatement: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100000)]
