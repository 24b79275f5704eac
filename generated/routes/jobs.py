# Generated from spec/jobs.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from .. import checking
from ..models import common, jobs, runs


class CancelJobParams(Struct, kw_only=True):
    job_uuid: common.Uuid


class GetJobParams(Struct, kw_only=True):
    job_uuid: common.Uuid


class ListJobsParams(Struct, kw_only=True):
    commit_uuid: common.Uuid | None = None
    job_params: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    job_type: runs.JobType | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class WatchJobParams(Struct, kw_only=True):
    job_uuid: common.Uuid
    last_event_id: Annotated[str, Meta(max_length=1000)] | None = None


class JobsHandlers(Protocol):
    """What answers the operations of jobs."""

    def cancel_job(
        self, context: Context, job_uuid: str, body: jobs.JobCancelRequestBody | None
    ) -> jobs.JobCancelResponseBody:
        """Cancel a job."""

    def get_job(self, context: Context, job_uuid: str) -> jobs.JobInfoResponseBody:
        """Show a job."""

    def list_jobs(
        self,
        context: Context,
        *,
        commit_uuid: str | None = None,
        job_params: str | None = None,
        job_type: runs.JobType | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> jobs.JobListResponseBody:
        """List jobs."""

    def watch_job(self, context: Context, job_uuid: str, *, last_event_id: str | None = None) -> checking.Raw:
        """Watch a job."""


def call_cancel_job(
    handlers: JobsHandlers, context: Context, params: CancelJobParams, body: jobs.JobCancelRequestBody | None
) -> jobs.JobCancelResponseBody:
    return handlers.cancel_job(context, params.job_uuid, body)


def call_get_job(
    handlers: JobsHandlers, context: Context, params: GetJobParams, body: None
) -> jobs.JobInfoResponseBody:
    return handlers.get_job(context, params.job_uuid)


def call_list_jobs(
    handlers: JobsHandlers, context: Context, params: ListJobsParams, body: None
) -> jobs.JobListResponseBody:
    return handlers.list_jobs(
        context,
        commit_uuid=params.commit_uuid,
        job_params=params.job_params,
        job_type=params.job_type,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_watch_job(handlers: JobsHandlers, context: Context, params: WatchJobParams, body: None) -> checking.Raw:
    return handlers.watch_job(context, params.job_uuid, last_event_id=params.last_event_id)
