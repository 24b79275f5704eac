# Generated from spec/projects.yaml: do not edit.
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import common as _common
from ...models import projects as _projects
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Projects(_group.Group):
    """A working folder, its dataset and its deployments."""

    def attach_data(
        self, project_uuid: str, *, data_name: str | UnsetType = UNSET, data_uuid: str | UnsetType = UNSET
    ) -> _projects.ProjectAttachResponseBody:
        """Attach a dataset.

        Ties the dataset named by `data_uuid` or `data_name`, which the asking person must be allowed to use, to a
        project and notes it in `.meta`. Attaching twice is a success that says so.

        project_uuid: The project.
        """
        return self._call(
            _endpoints.ATTACH_PROJECT_DATA,
            {"project_uuid": project_uuid, "data_name": data_name, "data_uuid": data_uuid},
        )

    def create_commit(self, project_uuid: str, *, entries: Sequence[_projects.CommitEntry]) -> _common.Message:
        """Deploy files that were sent.

        Keeps files and folders as a commit of a project whose working folder is elsewhere. A folder comes before
        what is in it. The last word of the message is the uuid of the commit; unchanged files give the commit
        that is already there. Too many or too large files and paths that lead out are 422; a project whose folder
        is on this machine is 409.

        project_uuid: The project.
        entries: All files and folders of the working folder.
        """
        return self._call(_endpoints.CREATE_COMMIT, {"project_uuid": project_uuid, "entries": entries})

    def create(self, *, name: str, working_dir: str) -> _projects.ProjectCreateResponseBody:
        """Create a project.

        Makes the folder `name` inside `working_dir` on the machine this server runs on, with a `.meta` file, an
        `MLproject` file and a model to start from. The last word of the message is the name; the uuid stands in
        `.meta`. A folder that exists already is 409; a `working_dir` that cannot be written or is a link, and one
        outside the folders that the server opens to projects, is 422.

        working_dir: An absolute path on the machine this server runs on; the folder is made inside it.
        """
        return self._call(_endpoints.CREATE_PROJECT, {"name": name, "working_dir": working_dir})

    def deploy(self, project_uuid: str) -> _projects.ProjectDeployResponseBody:
        """Deploy a project.

        Sends the files of the working folder to the quarantine as a new commit and notes it in `.meta`. The last
        word of the message is the uuid of the commit. Unchanged files give the commit that is already there. What
        git would ignore stays at home. Links that lead out of the folder, hard links, devices and too many or too
        large files are refused; a working folder that is not there any more is 409.

        project_uuid: The project.
        """
        return self._call(_endpoints.DEPLOY_PROJECT, {"project_uuid": project_uuid})

    def detach_data(
        self, project_uuid: str, *, data_name: str | UnsetType = UNSET, data_uuid: str | UnsetType = UNSET
    ) -> _projects.ProjectDetachResponseBody:
        """Detach a dataset.

        Ends the tie between a project and the dataset named by `data_uuid` or `data_name`, and notes it in
        `.meta`.

        project_uuid: The project.
        """
        return self._call(
            _endpoints.DETACH_PROJECT_DATA,
            {"project_uuid": project_uuid, "data_name": data_name, "data_uuid": data_uuid},
        )

    def get(self, project_uuid: str) -> _projects.ProjectInfoResponseBody:
        """Show a project.

        The attached dataset, the latest experiment and the latest model of a project.

        project_uuid: The project.
        """
        return self._call(_endpoints.GET_PROJECT, {"project_uuid": project_uuid})

    def get_meta(self, project_uuid: str) -> _projects.ProjectMetaResponseBody:
        """Show what a project's .meta file ought to say.

        Its name and uuid, the last commit, the experiment's name and the attached datasets, in YAML.

        project_uuid: The project.
        """
        return self._call(_endpoints.GET_PROJECT_META, {"project_uuid": project_uuid})

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_projects.ProjectItem, _projects.ProjectListResponseBody]:
        """List projects.

        The projects that the asking person may see, newest first unless told otherwise.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection, _endpoints.LIST_PROJECTS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    def register(self, *, name: str) -> _projects.ProjectRegisterResponseBody:
        """Register a project whose folder is elsewhere.

        Notes a project of which this server has no working folder: another server does this for its user, makes
        the folder on its own machine and deploys from there.
        """
        return self._call(_endpoints.REGISTER_PROJECT, {"name": name})

    def set_experiment_name(
        self, project_uuid: str, *, experiment_name: str
    ) -> _projects.ProjectSetExperimentNameResponseBody:
        """Name the experiment.

        The experiment that later runs of this project belong to; it is made at the first run. The name is noted
        in `.meta`.

        project_uuid: The project.
        """
        return self._call(
            _endpoints.SET_EXPERIMENT_NAME, {"project_uuid": project_uuid, "experiment_name": experiment_name}
        )

    def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        project_id: int | UnsetType = UNSET,
        project_name: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _projects.ProjectSetPermissionResponseBody:
        """Set a role's level on a project.

        Grants the people of a role a level on one project; 0 takes it away. Project and role are each named by
        any one of their fields; several that differ are 409.
        """
        return self._call(
            _endpoints.SET_PROJECT_PERMISSION,
            {
                "permission": permission,
                "project_id": project_id,
                "project_name": project_name,
                "project_uuid": project_uuid,
                "role_id": role_id,
                "role_name": role_name,
            },
        )

    def unlink(self, project_uuid: str) -> _projects.ProjectUnlinkResponseBody:
        """Unlink a project.

        Takes the project from the list. The files of its working folder stay where they are, and so does
        everything that was deployed: its commits and experiments can still be read.

        project_uuid: The project.
        """
        return self._call(_endpoints.UNLINK_PROJECT, {"project_uuid": project_uuid})


class AsyncProjects(_group.AsyncGroup):
    """A working folder, its dataset and its deployments."""

    async def attach_data(
        self, project_uuid: str, *, data_name: str | UnsetType = UNSET, data_uuid: str | UnsetType = UNSET
    ) -> _projects.ProjectAttachResponseBody:
        """Attach a dataset.

        Ties the dataset named by `data_uuid` or `data_name`, which the asking person must be allowed to use, to a
        project and notes it in `.meta`. Attaching twice is a success that says so.

        project_uuid: The project.
        """
        return await self._call(
            _endpoints.ATTACH_PROJECT_DATA,
            {"project_uuid": project_uuid, "data_name": data_name, "data_uuid": data_uuid},
        )

    async def create_commit(self, project_uuid: str, *, entries: Sequence[_projects.CommitEntry]) -> _common.Message:
        """Deploy files that were sent.

        Keeps files and folders as a commit of a project whose working folder is elsewhere. A folder comes before
        what is in it. The last word of the message is the uuid of the commit; unchanged files give the commit
        that is already there. Too many or too large files and paths that lead out are 422; a project whose folder
        is on this machine is 409.

        project_uuid: The project.
        entries: All files and folders of the working folder.
        """
        return await self._call(_endpoints.CREATE_COMMIT, {"project_uuid": project_uuid, "entries": entries})

    async def create(self, *, name: str, working_dir: str) -> _projects.ProjectCreateResponseBody:
        """Create a project.

        Makes the folder `name` inside `working_dir` on the machine this server runs on, with a `.meta` file, an
        `MLproject` file and a model to start from. The last word of the message is the name; the uuid stands in
        `.meta`. A folder that exists already is 409; a `working_dir` that cannot be written or is a link, and one
        outside the folders that the server opens to projects, is 422.

        working_dir: An absolute path on the machine this server runs on; the folder is made inside it.
        """
        return await self._call(_endpoints.CREATE_PROJECT, {"name": name, "working_dir": working_dir})

    async def deploy(self, project_uuid: str) -> _projects.ProjectDeployResponseBody:
        """Deploy a project.

        Sends the files of the working folder to the quarantine as a new commit and notes it in `.meta`. The last
        word of the message is the uuid of the commit. Unchanged files give the commit that is already there. What
        git would ignore stays at home. Links that lead out of the folder, hard links, devices and too many or too
        large files are refused; a working folder that is not there any more is 409.

        project_uuid: The project.
        """
        return await self._call(_endpoints.DEPLOY_PROJECT, {"project_uuid": project_uuid})

    async def detach_data(
        self, project_uuid: str, *, data_name: str | UnsetType = UNSET, data_uuid: str | UnsetType = UNSET
    ) -> _projects.ProjectDetachResponseBody:
        """Detach a dataset.

        Ends the tie between a project and the dataset named by `data_uuid` or `data_name`, and notes it in
        `.meta`.

        project_uuid: The project.
        """
        return await self._call(
            _endpoints.DETACH_PROJECT_DATA,
            {"project_uuid": project_uuid, "data_name": data_name, "data_uuid": data_uuid},
        )

    async def get(self, project_uuid: str) -> _projects.ProjectInfoResponseBody:
        """Show a project.

        The attached dataset, the latest experiment and the latest model of a project.

        project_uuid: The project.
        """
        return await self._call(_endpoints.GET_PROJECT, {"project_uuid": project_uuid})

    async def get_meta(self, project_uuid: str) -> _projects.ProjectMetaResponseBody:
        """Show what a project's .meta file ought to say.

        Its name and uuid, the last commit, the experiment's name and the attached datasets, in YAML.

        project_uuid: The project.
        """
        return await self._call(_endpoints.GET_PROJECT_META, {"project_uuid": project_uuid})

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_projects.ProjectItem, _projects.ProjectListResponseBody]:
        """List projects.

        The projects that the asking person may see, newest first unless told otherwise.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection, _endpoints.LIST_PROJECTS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    async def register(self, *, name: str) -> _projects.ProjectRegisterResponseBody:
        """Register a project whose folder is elsewhere.

        Notes a project of which this server has no working folder: another server does this for its user, makes
        the folder on its own machine and deploys from there.
        """
        return await self._call(_endpoints.REGISTER_PROJECT, {"name": name})

    async def set_experiment_name(
        self, project_uuid: str, *, experiment_name: str
    ) -> _projects.ProjectSetExperimentNameResponseBody:
        """Name the experiment.

        The experiment that later runs of this project belong to; it is made at the first run. The name is noted
        in `.meta`.

        project_uuid: The project.
        """
        return await self._call(
            _endpoints.SET_EXPERIMENT_NAME, {"project_uuid": project_uuid, "experiment_name": experiment_name}
        )

    async def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        project_id: int | UnsetType = UNSET,
        project_name: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _projects.ProjectSetPermissionResponseBody:
        """Set a role's level on a project.

        Grants the people of a role a level on one project; 0 takes it away. Project and role are each named by
        any one of their fields; several that differ are 409.
        """
        return await self._call(
            _endpoints.SET_PROJECT_PERMISSION,
            {
                "permission": permission,
                "project_id": project_id,
                "project_name": project_name,
                "project_uuid": project_uuid,
                "role_id": role_id,
                "role_name": role_name,
            },
        )

    async def unlink(self, project_uuid: str) -> _projects.ProjectUnlinkResponseBody:
        """Unlink a project.

        Takes the project from the list. The files of its working folder stay where they are, and so does
        everything that was deployed: its commits and experiments can still be read.

        project_uuid: The project.
        """
        return await self._call(_endpoints.UNLINK_PROJECT, {"project_uuid": project_uuid})
