# Generated from spec/runs.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, runs


class DeleteRunParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class GetMetricHistoryParams(Struct, kw_only=True):
    run_uuid: common.Uuid
    metric_key: runs.RunKey | None = None
    page: Annotated[int, Meta(ge=1, le=1000000000)] | None = None
    page_size: Annotated[int, Meta(ge=1, le=10000)] = 1000


class GetRunParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class GetRunOutputParams(Struct, kw_only=True):
    run_uuid: common.Uuid
    output_id: common.RowId


class ListRunOutputsParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class ListRunsParams(Struct, kw_only=True):
    commit_uuid: common.Uuid | None = None
    experiment_uuid: common.Uuid | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class RefuseRunParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class ReleaseRunParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class RestoreRunParams(Struct, kw_only=True):
    run_uuid: common.Uuid


class RunsHandlers(Protocol):
    """What answers the operations of runs."""

    def create_run(self, context: Context, body: runs.RunCreateRequestBody) -> runs.RunCreateResponseBody:
        """Start a run."""

    def delete_run(self, context: Context, run_uuid: str) -> runs.RunDeleteResponseBody:
        """Put a run aside."""

    def get_metric_history(
        self,
        context: Context,
        run_uuid: str,
        *,
        metric_key: str | None = None,
        page: int | None = None,
        page_size: int = 1000,
    ) -> runs.RunGetMetricHistoryResponseBody:
        """Show how a metric went."""

    def get_run(self, context: Context, run_uuid: str) -> runs.RunInfoResponseBody:
        """Show a run."""

    def get_run_output(self, context: Context, run_uuid: str, output_id: int) -> runs.RunOutputInfoResponseBody:
        """Look at something that a run wrote."""

    def list_run_outputs(self, context: Context, run_uuid: str) -> runs.RunOutputListResponseBody:
        """List what a run wrote."""

    def list_runs(
        self,
        context: Context,
        *,
        commit_uuid: str | None = None,
        experiment_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> runs.RunListResponseBody:
        """List runs."""

    def refuse_run(
        self, context: Context, run_uuid: str, body: runs.RunRefuseRequestBody
    ) -> runs.RunRefuseResponseBody:
        """Refuse to release what a run wrote."""

    def release_run(
        self, context: Context, run_uuid: str, body: runs.RunReleaseRequestBody | None
    ) -> runs.RunReleaseResponseBody:
        """Release what a run wrote."""

    def restore_run(self, context: Context, run_uuid: str) -> runs.RunRestoreResponseBody:
        """Bring a run back."""


def call_create_run(
    handlers: RunsHandlers, context: Context, params: None, body: runs.RunCreateRequestBody
) -> runs.RunCreateResponseBody:
    return handlers.create_run(context, body)


def call_delete_run(
    handlers: RunsHandlers, context: Context, params: DeleteRunParams, body: None
) -> runs.RunDeleteResponseBody:
    return handlers.delete_run(context, params.run_uuid)


def call_get_metric_history(
    handlers: RunsHandlers, context: Context, params: GetMetricHistoryParams, body: None
) -> runs.RunGetMetricHistoryResponseBody:
    return handlers.get_metric_history(
        context, params.run_uuid, metric_key=params.metric_key, page=params.page, page_size=params.page_size
    )


def call_get_run(
    handlers: RunsHandlers, context: Context, params: GetRunParams, body: None
) -> runs.RunInfoResponseBody:
    return handlers.get_run(context, params.run_uuid)


def call_get_run_output(
    handlers: RunsHandlers, context: Context, params: GetRunOutputParams, body: None
) -> runs.RunOutputInfoResponseBody:
    return handlers.get_run_output(context, params.run_uuid, params.output_id)


def call_list_run_outputs(
    handlers: RunsHandlers, context: Context, params: ListRunOutputsParams, body: None
) -> runs.RunOutputListResponseBody:
    return handlers.list_run_outputs(context, params.run_uuid)


def call_list_runs(
    handlers: RunsHandlers, context: Context, params: ListRunsParams, body: None
) -> runs.RunListResponseBody:
    return handlers.list_runs(
        context,
        commit_uuid=params.commit_uuid,
        experiment_uuid=params.experiment_uuid,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_refuse_run(
    handlers: RunsHandlers, context: Context, params: RefuseRunParams, body: runs.RunRefuseRequestBody
) -> runs.RunRefuseResponseBody:
    return handlers.refuse_run(context, params.run_uuid, body)


def call_release_run(
    handlers: RunsHandlers, context: Context, params: ReleaseRunParams, body: runs.RunReleaseRequestBody | None
) -> runs.RunReleaseResponseBody:
    return handlers.release_run(context, params.run_uuid, body)


def call_restore_run(
    handlers: RunsHandlers, context: Context, params: RestoreRunParams, body: None
) -> runs.RunRestoreResponseBody:
    return handlers.restore_run(context, params.run_uuid)
