# Generated from spec/jobs.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ... import checking as _checking
from ...models import jobs as _jobs
from ...models import runs as _runs
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Jobs(_group.Group):
    """Work that takes longer than a request."""

    def cancel(self, job_uuid: str, *, force: bool | UnsetType = UNSET) -> _jobs.JobCancelResponseBody:
        """Cancel a job.

        Ends everything that the job started, at first politely and with `force` at once. Once nothing of it
        lives, its state is `cancelled` and its progress 1.0. Privacy budget that was charged stays charged.

        job_uuid: The job.
        force: Kill at once instead of asking the work to end first. (False if left out.)
        """
        return self._call(_endpoints.CANCEL_JOB, {"job_uuid": job_uuid, "force": force})

    def get(self, job_uuid: str) -> _jobs.JobInfoResponseBody:
        """Show a job.

        State, progress, texts and results of one job. A client that waits asks again until `job_state` is an end,
        which is also when `job_progress` is 1.0. Warnings go to `job_logs`; `job_errors` has text only if the job
        failed.

        job_uuid: The job.
        """
        return self._call(_endpoints.GET_JOB, {"job_uuid": job_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        job_params: str | None = None,
        job_type: _runs.JobType
        | Literal["commit.run", "commit.transform", "data.prepare", "data.profile", "model.predict", "query.run"]
        | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_jobs.JobItem, _jobs.JobListResponseBody]:
        """List jobs.

        The jobs that the asking person may see, newest first unless told otherwise.

        commit_uuid: Keep only what belongs to this commit.
        job_params: Keep only jobs whose parameters hold this text, compared letter by letter.
        job_type: Keep only jobs that do this.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_JOBS,
            {
                "commit_uuid": commit_uuid,
                "job_params": job_params,
                "job_type": job_type,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def watch(self, job_uuid: str, *, last_event_id: str | None = None) -> _checking.Raw:
        """Watch a job.

        State, progress and released log of one job as server-sent events, sent when they change, until the job
        has ended. An event is called `job`, the last one `end`; its data is a JSON object with `job_uuid`,
        `job_state`, `run_status`, `job_progress`, `job_errors`, and in `job_logs` the text that was added since
        the event before. Lines that begin with a colon say that the server is still there. Who comes back with
        the `id` of the last event that he has seen gets what is new. What `GET /jobs/{job_uuid}` does not show is
        not here either: what code wrote that is held is not streamed. The stream ends when the session ends or
        the person may no longer see the job; the last event is called `closed` then, with the reason. Plain
        Connexion answers with what is new and closes: clients of such streams come back by themselves.

        job_uuid: The job.
        last_event_id: The `id` of the last event that was seen, as browsers send it by themselves; any other text
            counts as none.
        """
        return self._call(_endpoints.WATCH_JOB, {"job_uuid": job_uuid, "last_event_id": last_event_id})


class AsyncJobs(_group.AsyncGroup):
    """Work that takes longer than a request."""

    async def cancel(self, job_uuid: str, *, force: bool | UnsetType = UNSET) -> _jobs.JobCancelResponseBody:
        """Cancel a job.

        Ends everything that the job started, at first politely and with `force` at once. Once nothing of it
        lives, its state is `cancelled` and its progress 1.0. Privacy budget that was charged stays charged.

        job_uuid: The job.
        force: Kill at once instead of asking the work to end first. (False if left out.)
        """
        return await self._call(_endpoints.CANCEL_JOB, {"job_uuid": job_uuid, "force": force})

    async def get(self, job_uuid: str) -> _jobs.JobInfoResponseBody:
        """Show a job.

        State, progress, texts and results of one job. A client that waits asks again until `job_state` is an end,
        which is also when `job_progress` is 1.0. Warnings go to `job_logs`; `job_errors` has text only if the job
        failed.

        job_uuid: The job.
        """
        return await self._call(_endpoints.GET_JOB, {"job_uuid": job_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        job_params: str | None = None,
        job_type: _runs.JobType
        | Literal["commit.run", "commit.transform", "data.prepare", "data.profile", "model.predict", "query.run"]
        | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_jobs.JobItem, _jobs.JobListResponseBody]:
        """List jobs.

        The jobs that the asking person may see, newest first unless told otherwise.

        commit_uuid: Keep only what belongs to this commit.
        job_params: Keep only jobs whose parameters hold this text, compared letter by letter.
        job_type: Keep only jobs that do this.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_JOBS,
            {
                "commit_uuid": commit_uuid,
                "job_params": job_params,
                "job_type": job_type,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def watch(self, job_uuid: str, *, last_event_id: str | None = None) -> _checking.Raw:
        """Watch a job.

        State, progress and released log of one job as server-sent events, sent when they change, until the job
        has ended. An event is called `job`, the last one `end`; its data is a JSON object with `job_uuid`,
        `job_state`, `run_status`, `job_progress`, `job_errors`, and in `job_logs` the text that was added since
        the event before. Lines that begin with a colon say that the server is still there. Who comes back with
        the `id` of the last event that he has seen gets what is new. What `GET /jobs/{job_uuid}` does not show is
        not here either: what code wrote that is held is not streamed. The stream ends when the session ends or
        the person may no longer see the job; the last event is called `closed` then, with the reason. Plain
        Connexion answers with what is new and closes: clients of such streams come back by themselves.

        job_uuid: The job.
        last_event_id: The `id` of the last event that was seen, as browsers send it by themselves; any other text
            counts as none.
        """
        return await self._call(_endpoints.WATCH_JOB, {"job_uuid": job_uuid, "last_event_id": last_event_id})
