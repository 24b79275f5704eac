# Generated from spec/commits.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import commits as _commits
from ...models import common as _common
from ...models import jobs as _jobs
from ...models import runs as _runs
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import waiting as _waiting
from .. import works as _works


class Commits(_group.Group):
    """Deployed states of projects."""

    def get(self, commit_uuid: str) -> _commits.CommitInfoResponseBody:
        """Show a commit.

        Tells the commit's project, its dataset and how the latest experiment on it went.

        commit_uuid: The commit.
        """
        return self._call(_endpoints.GET_COMMIT, {"commit_uuid": commit_uuid})

    def get_content(
        self, commit_uuid: str, *, local_only: bool | UnsetType = UNSET, project_uuid: str | UnsetType = UNSET
    ) -> _commits.CommitContentResponseBody:
        """Show a commit within its project.

        Answers like the plain reading of a commit, and lists its files. A `project_uuid` that is not the commit's
        own is 404. With `local_only` the files are those of the working folder as it is now, for who may deploy
        it.

        commit_uuid: The commit.
        local_only: List the files of the working folder. (False if left out.)
        """
        return self._call(
            _endpoints.GET_COMMIT_CONTENT,
            {"commit_uuid": commit_uuid, "local_only": local_only, "project_uuid": project_uuid},
        )

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_commits.CommitItem, _commits.CommitListResponseBody]:
        """List the commits.

        Shows the deployed states of all projects that the asking person may see, unlinked ones too.

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
            _endpoints.LIST_COMMITS,
            {
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def run(
        self,
        commit_uuid: str,
        *,
        args: dict[str, _common.RunArgument] | Literal[""] | UnsetType = UNSET,
        ml_project_entry_point: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """Run a commit.

        Starts a job that runs one entry point of the commit, `main` where none is named. The message ends with
        the job's uuid. An entry point or argument that the commit's MLproject does not declare is 422.

        commit_uuid: The commit.
        """
        return self._start(
            _works.RUN_COMMIT,
            _endpoints.RUN_COMMIT,
            {
                "commit_uuid": commit_uuid,
                "args": args,
                "ml_project_entry_point": ml_project_entry_point,
                "project_uuid": project_uuid,
            },
        )

    def resume_run(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """What `run` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.RUN_COMMIT, None, uuid)

    def transform(
        self, commit_uuid: str, *, project_uuid: str | UnsetType = UNSET
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """Preprocess the attached dataset.

        Starts a job that carries out the commit's entry point `preprocess` on the one attached dataset. The table
        that it writes is held until who owns that dataset releases it (`POST /runs/{run_uuid}/release`). It then
        is a new dataset under the old one's budget, and takes its place in the project, if who asked may change
        that. What the table is to be follows from the source's description and the commit's `dataset.yaml`, and
        is refused at once where it cannot be. The message ends with the job's uuid, which is a run's, too.

        commit_uuid: The commit.
        """
        return self._start(
            _works.TRANSFORM_COMMIT,
            _endpoints.TRANSFORM_COMMIT,
            {"commit_uuid": commit_uuid, "project_uuid": project_uuid},
        )

    def resume_transform(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """What `transform` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.TRANSFORM_COMMIT, None, uuid)


class AsyncCommits(_group.AsyncGroup):
    """Deployed states of projects."""

    async def get(self, commit_uuid: str) -> _commits.CommitInfoResponseBody:
        """Show a commit.

        Tells the commit's project, its dataset and how the latest experiment on it went.

        commit_uuid: The commit.
        """
        return await self._call(_endpoints.GET_COMMIT, {"commit_uuid": commit_uuid})

    async def get_content(
        self, commit_uuid: str, *, local_only: bool | UnsetType = UNSET, project_uuid: str | UnsetType = UNSET
    ) -> _commits.CommitContentResponseBody:
        """Show a commit within its project.

        Answers like the plain reading of a commit, and lists its files. A `project_uuid` that is not the commit's
        own is 404. With `local_only` the files are those of the working folder as it is now, for who may deploy
        it.

        commit_uuid: The commit.
        local_only: List the files of the working folder. (False if left out.)
        """
        return await self._call(
            _endpoints.GET_COMMIT_CONTENT,
            {"commit_uuid": commit_uuid, "local_only": local_only, "project_uuid": project_uuid},
        )

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_commits.CommitItem, _commits.CommitListResponseBody]:
        """List the commits.

        Shows the deployed states of all projects that the asking person may see, unlinked ones too.

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
            _endpoints.LIST_COMMITS,
            {
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def run(
        self,
        commit_uuid: str,
        *,
        args: dict[str, _common.RunArgument] | Literal[""] | UnsetType = UNSET,
        ml_project_entry_point: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """Run a commit.

        Starts a job that runs one entry point of the commit, `main` where none is named. The message ends with
        the job's uuid. An entry point or argument that the commit's MLproject does not declare is 422.

        commit_uuid: The commit.
        """
        return await self._start(
            _works.RUN_COMMIT,
            _endpoints.RUN_COMMIT,
            {
                "commit_uuid": commit_uuid,
                "args": args,
                "ml_project_entry_point": ml_project_entry_point,
                "project_uuid": project_uuid,
            },
        )

    def resume_run(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody]:
        """What `run` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.RUN_COMMIT, None, uuid)

    async def transform(
        self, commit_uuid: str, *, project_uuid: str | UnsetType = UNSET
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """Preprocess the attached dataset.

        Starts a job that carries out the commit's entry point `preprocess` on the one attached dataset. The table
        that it writes is held until who owns that dataset releases it (`POST /runs/{run_uuid}/release`). It then
        is a new dataset under the old one's budget, and takes its place in the project, if who asked may change
        that. What the table is to be follows from the source's description and the commit's `dataset.yaml`, and
        is refused at once where it cannot be. The message ends with the job's uuid, which is a run's, too.

        commit_uuid: The commit.
        """
        return await self._start(
            _works.TRANSFORM_COMMIT,
            _endpoints.TRANSFORM_COMMIT,
            {"commit_uuid": commit_uuid, "project_uuid": project_uuid},
        )

    def resume_transform(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """What `transform` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.TRANSFORM_COMMIT, None, uuid)
