# Generated from spec/experiments.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from ...models import experiments as _experiments
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Experiments(_group.Group):
    """Named groups of runs in a project."""

    def create(self, *, project_uuid: str, experiment_name: str) -> _experiments.ExperimentCreateResponseBody:
        """Create an experiment in a project.

        An experiment groups runs of one project under a name; a name that is taken there is 409.

        project_uuid: The project that the experiment belongs to.
        """
        return self._call(
            _endpoints.CREATE_EXPERIMENT, {"project_uuid": project_uuid, "experiment_name": experiment_name}
        )

    def delete(self, experiment_uuid: str) -> _experiments.ExperimentDeleteResponseBody:
        """Delete an experiment.

        Marks it as deleted, so that no run can join it; it can be restored. While jobs of it wait or run, and
        when it is deleted already, this is 409.

        experiment_uuid: The experiment.
        """
        return self._call(_endpoints.DELETE_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    def get(self, experiment_uuid: str) -> _experiments.ExperimentInfoResponseBody:
        """Show an experiment.

        Tells the experiment's project and how the latest run in it went.

        experiment_uuid: The experiment.
        """
        return self._call(_endpoints.GET_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    def list(
        self,
        *,
        order_by: Literal[
            "created_at", "-created_at", "updated_at", "-updated_at", "experiment_name", "-experiment_name"
        ]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_experiments.ExperimentListItem, _experiments.ExperimentListResponseBody]:
        """List the experiments.

        Shows the experiments of all projects that the asking person may see, deleted ones too.

        order_by: The field that sorts the list, with a leading minus for descending. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_EXPERIMENTS,
            {
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def restore(self, experiment_uuid: str) -> _experiments.ExperimentRestoreResponseBody:
        """Restore a deleted experiment.

        Takes the mark away again; one that bears no mark stays as it is. Where another experiment bears its name
        by now, this is 409.

        experiment_uuid: The experiment.
        """
        return self._call(_endpoints.RESTORE_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    def update(self, experiment_uuid: str, *, experiment_name: str) -> _experiments.ExperimentUpdateResponseBody:
        """Rename an experiment.

        Its runs come along. A name that another experiment of the project bears is 409.

        experiment_uuid: The experiment.
        """
        return self._call(
            _endpoints.UPDATE_EXPERIMENT, {"experiment_uuid": experiment_uuid, "experiment_name": experiment_name}
        )


class AsyncExperiments(_group.AsyncGroup):
    """Named groups of runs in a project."""

    async def create(self, *, project_uuid: str, experiment_name: str) -> _experiments.ExperimentCreateResponseBody:
        """Create an experiment in a project.

        An experiment groups runs of one project under a name; a name that is taken there is 409.

        project_uuid: The project that the experiment belongs to.
        """
        return await self._call(
            _endpoints.CREATE_EXPERIMENT, {"project_uuid": project_uuid, "experiment_name": experiment_name}
        )

    async def delete(self, experiment_uuid: str) -> _experiments.ExperimentDeleteResponseBody:
        """Delete an experiment.

        Marks it as deleted, so that no run can join it; it can be restored. While jobs of it wait or run, and
        when it is deleted already, this is 409.

        experiment_uuid: The experiment.
        """
        return await self._call(_endpoints.DELETE_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    async def get(self, experiment_uuid: str) -> _experiments.ExperimentInfoResponseBody:
        """Show an experiment.

        Tells the experiment's project and how the latest run in it went.

        experiment_uuid: The experiment.
        """
        return await self._call(_endpoints.GET_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    def list(
        self,
        *,
        order_by: Literal[
            "created_at", "-created_at", "updated_at", "-updated_at", "experiment_name", "-experiment_name"
        ]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_experiments.ExperimentListItem, _experiments.ExperimentListResponseBody]:
        """List the experiments.

        Shows the experiments of all projects that the asking person may see, deleted ones too.

        order_by: The field that sorts the list, with a leading minus for descending. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_EXPERIMENTS,
            {
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def restore(self, experiment_uuid: str) -> _experiments.ExperimentRestoreResponseBody:
        """Restore a deleted experiment.

        Takes the mark away again; one that bears no mark stays as it is. Where another experiment bears its name
        by now, this is 409.

        experiment_uuid: The experiment.
        """
        return await self._call(_endpoints.RESTORE_EXPERIMENT, {"experiment_uuid": experiment_uuid})

    async def update(self, experiment_uuid: str, *, experiment_name: str) -> _experiments.ExperimentUpdateResponseBody:
        """Rename an experiment.

        Its runs come along. A name that another experiment of the project bears is 409.

        experiment_uuid: The experiment.
        """
        return await self._call(
            _endpoints.UPDATE_EXPERIMENT, {"experiment_uuid": experiment_uuid, "experiment_name": experiment_name}
        )
