# Generated from spec/runs.yaml: do not edit.
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import common as _common
from ...models import jobs as _jobs
from ...models import runs as _runs
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import waiting as _waiting
from .. import works as _works


class Runs(_group.Group):
    """Code that travelled to the data, and what came of it."""

    def create(
        self,
        *,
        project_uuid: str,
        args: dict[str, _common.RunArgument] | Literal[""] | UnsetType = UNSET,
        commit_uuid: str | UnsetType = UNSET,
        ml_project_entry_point: str | UnsetType = UNSET,
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """Start a run.

        Queues a job that executes an entry point of a deployed commit inside the sandbox and returns at once. The
        last word of the message is the uuid of the job, which is the uuid of the run, too. An entry point that is
        not in the project, or an argument that it does not declare, is refused.

        ml_project_entry_point: An entry point of the project's `MLproject` file. ('main' if left out.)
        """
        return self._start(
            _works.CREATE_RUN,
            _endpoints.CREATE_RUN,
            {
                "project_uuid": project_uuid,
                "args": args,
                "commit_uuid": commit_uuid,
                "ml_project_entry_point": ml_project_entry_point,
            },
        )

    def resume_create(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """What `create` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.CREATE_RUN, None, uuid)

    def delete(self, run_uuid: str) -> _runs.RunDeleteResponseBody:
        """Put a run aside.

        Turns the stage of a run to `deleted`. Nothing is erased and no privacy budget comes back. A run whose job
        has not ended must be cancelled first.

        run_uuid: The run; its job's uuid is the same.
        """
        return self._call(_endpoints.DELETE_RUN, {"run_uuid": run_uuid})

    def get_metric_history(
        self, run_uuid: str, *, metric_key: str | None = None, page: int | None = None, page_size: int | None = None
    ) -> _runs.RunGetMetricHistoryResponseBody:
        """Show how a metric went.

        The run, with `run_metrics` holding every released value instead of the last one only, ordered by metric,
        step and time. Without `metric_key` the values of all metrics come. Long histories come in pages where
        `page` is given; a page with fewer values than `page_size` is the last.

        run_uuid: The run; its job's uuid is the same.
        metric_key: Keep only the values of this metric.
        page: Which page of the values to return, counted from 1. Without it all of them come.
        page_size: How many values a page holds at most; without `page` it says nothing. (1000 if left out.)
        """
        return self._call(
            _endpoints.GET_METRIC_HISTORY,
            {"run_uuid": run_uuid, "metric_key": metric_key, "page": page, "page_size": page_size},
        )

    def get(self, run_uuid: str) -> _runs.RunInfoResponseBody:
        """Show a run.

        Everything kept about one run, with the last value of each released metric.

        run_uuid: The run; its job's uuid is the same.
        """
        return self._call(_endpoints.GET_RUN, {"run_uuid": run_uuid})

    def get_output(self, run_uuid: str, output_id: int) -> _runs.RunOutputInfoResponseBody:
        """Look at something that a run wrote.

        For the owner of the data, before the decision; who asked for the run sees it once it is released.

        run_uuid: The run; its job's uuid is the same.
        output_id: The number of the output.
        """
        return self._call(_endpoints.GET_RUN_OUTPUT, {"run_uuid": run_uuid, "output_id": output_id})

    def list_outputs(self, run_uuid: str) -> _runs.RunOutputListResponseBody:
        """List what a run wrote.

        For the owner of the data that the run's code could read: names, sizes and digests of everything that it
        wrote, and what was decided on each.

        run_uuid: The run; its job's uuid is the same.
        """
        return self._call(_endpoints.LIST_RUN_OUTPUTS, {"run_uuid": run_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        experiment_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_runs.RunItem, _runs.RunListResponseBody]:
        """List runs.

        The runs that the asking person may see, newest first unless told otherwise. Runs in the stage `deleted`
        stay in the list, so that they can be restored.

        commit_uuid: Keep only what belongs to this commit.
        experiment_uuid: Keep only the runs of this experiment.
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
            _endpoints.LIST_RUNS,
            {
                "commit_uuid": commit_uuid,
                "experiment_uuid": experiment_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def refuse(
        self, run_uuid: str, *, reason: str, outputs: Sequence[int] | UnsetType = UNSET
    ) -> _runs.RunRefuseResponseBody:
        """Refuse to release what a run wrote.

        For the owner of the data that the run's code could read: everything that is held, or the outputs named,
        is never shown, and its content forgotten. Who asked for the run sees the reason.

        run_uuid: The run; its job's uuid is the same.
        reason: For who asked for the run.
        """
        return self._call(_endpoints.REFUSE_RUN, {"run_uuid": run_uuid, "reason": reason, "outputs": outputs})

    def release(self, run_uuid: str, *, outputs: Sequence[int] | UnsetType = UNSET) -> _runs.RunReleaseResponseBody:
        """Release what a run wrote.

        For the owner of the data that the run's code could read: everything that is held, or the outputs named,
        is shown from now on to who may see the run. It cannot be taken back. The table of a transform is shown to
        nobody: it becomes a dataset, and the message ends with the uuid of the job that prepares it.

        run_uuid: The run; its job's uuid is the same.
        """
        return self._call(_endpoints.RELEASE_RUN, {"run_uuid": run_uuid, "outputs": outputs})

    def restore(self, run_uuid: str) -> _runs.RunRestoreResponseBody:
        """Bring a run back.

        Turns the stage of a run that was put aside to `active` again; a run that is active stays as it is.

        run_uuid: The run; its job's uuid is the same.
        """
        return self._call(_endpoints.RESTORE_RUN, {"run_uuid": run_uuid})


class AsyncRuns(_group.AsyncGroup):
    """Code that travelled to the data, and what came of it."""

    async def create(
        self,
        *,
        project_uuid: str,
        args: dict[str, _common.RunArgument] | Literal[""] | UnsetType = UNSET,
        commit_uuid: str | UnsetType = UNSET,
        ml_project_entry_point: str | UnsetType = UNSET,
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """Start a run.

        Queues a job that executes an entry point of a deployed commit inside the sandbox and returns at once. The
        last word of the message is the uuid of the job, which is the uuid of the run, too. An entry point that is
        not in the project, or an argument that it does not declare, is refused.

        ml_project_entry_point: An entry point of the project's `MLproject` file. ('main' if left out.)
        """
        return await self._start(
            _works.CREATE_RUN,
            _endpoints.CREATE_RUN,
            {
                "project_uuid": project_uuid,
                "args": args,
                "commit_uuid": commit_uuid,
                "ml_project_entry_point": ml_project_entry_point,
            },
        )

    def resume_create(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """What `create` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.CREATE_RUN, None, uuid)

    async def delete(self, run_uuid: str) -> _runs.RunDeleteResponseBody:
        """Put a run aside.

        Turns the stage of a run to `deleted`. Nothing is erased and no privacy budget comes back. A run whose job
        has not ended must be cancelled first.

        run_uuid: The run; its job's uuid is the same.
        """
        return await self._call(_endpoints.DELETE_RUN, {"run_uuid": run_uuid})

    async def get_metric_history(
        self, run_uuid: str, *, metric_key: str | None = None, page: int | None = None, page_size: int | None = None
    ) -> _runs.RunGetMetricHistoryResponseBody:
        """Show how a metric went.

        The run, with `run_metrics` holding every released value instead of the last one only, ordered by metric,
        step and time. Without `metric_key` the values of all metrics come. Long histories come in pages where
        `page` is given; a page with fewer values than `page_size` is the last.

        run_uuid: The run; its job's uuid is the same.
        metric_key: Keep only the values of this metric.
        page: Which page of the values to return, counted from 1. Without it all of them come.
        page_size: How many values a page holds at most; without `page` it says nothing. (1000 if left out.)
        """
        return await self._call(
            _endpoints.GET_METRIC_HISTORY,
            {"run_uuid": run_uuid, "metric_key": metric_key, "page": page, "page_size": page_size},
        )

    async def get(self, run_uuid: str) -> _runs.RunInfoResponseBody:
        """Show a run.

        Everything kept about one run, with the last value of each released metric.

        run_uuid: The run; its job's uuid is the same.
        """
        return await self._call(_endpoints.GET_RUN, {"run_uuid": run_uuid})

    async def get_output(self, run_uuid: str, output_id: int) -> _runs.RunOutputInfoResponseBody:
        """Look at something that a run wrote.

        For the owner of the data, before the decision; who asked for the run sees it once it is released.

        run_uuid: The run; its job's uuid is the same.
        output_id: The number of the output.
        """
        return await self._call(_endpoints.GET_RUN_OUTPUT, {"run_uuid": run_uuid, "output_id": output_id})

    async def list_outputs(self, run_uuid: str) -> _runs.RunOutputListResponseBody:
        """List what a run wrote.

        For the owner of the data that the run's code could read: names, sizes and digests of everything that it
        wrote, and what was decided on each.

        run_uuid: The run; its job's uuid is the same.
        """
        return await self._call(_endpoints.LIST_RUN_OUTPUTS, {"run_uuid": run_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        experiment_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_runs.RunItem, _runs.RunListResponseBody]:
        """List runs.

        The runs that the asking person may see, newest first unless told otherwise. Runs in the stage `deleted`
        stay in the list, so that they can be restored.

        commit_uuid: Keep only what belongs to this commit.
        experiment_uuid: Keep only the runs of this experiment.
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
            _endpoints.LIST_RUNS,
            {
                "commit_uuid": commit_uuid,
                "experiment_uuid": experiment_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def refuse(
        self, run_uuid: str, *, reason: str, outputs: Sequence[int] | UnsetType = UNSET
    ) -> _runs.RunRefuseResponseBody:
        """Refuse to release what a run wrote.

        For the owner of the data that the run's code could read: everything that is held, or the outputs named,
        is never shown, and its content forgotten. Who asked for the run sees the reason.

        run_uuid: The run; its job's uuid is the same.
        reason: For who asked for the run.
        """
        return await self._call(_endpoints.REFUSE_RUN, {"run_uuid": run_uuid, "reason": reason, "outputs": outputs})

    async def release(
        self, run_uuid: str, *, outputs: Sequence[int] | UnsetType = UNSET
    ) -> _runs.RunReleaseResponseBody:
        """Release what a run wrote.

        For the owner of the data that the run's code could read: everything that is held, or the outputs named,
        is shown from now on to who may see the run. It cannot be taken back. The table of a transform is shown to
        nobody: it becomes a dataset, and the message ends with the uuid of the job that prepares it.

        run_uuid: The run; its job's uuid is the same.
        """
        return await self._call(_endpoints.RELEASE_RUN, {"run_uuid": run_uuid, "outputs": outputs})

    async def restore(self, run_uuid: str) -> _runs.RunRestoreResponseBody:
        """Bring a run back.

        Turns the stage of a run that was put aside to `active` again; a run that is active stays as it is.

        run_uuid: The run; its job's uuid is the same.
        """
        return await self._call(_endpoints.RESTORE_RUN, {"run_uuid": run_uuid})
