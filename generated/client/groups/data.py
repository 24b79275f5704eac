# Generated from spec/data.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import data as _data
from ...models import jobs as _jobs
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import waiting as _waiting
from .. import works as _works


class Data(_group.Group):
    """Datasets in quarantine and who may use them."""

    def create(self, *, meta: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _data.DataGetResponseBody]:
        """Register a dataset.

        Takes the dataset's description in YAML, in any of the three forms: simple, full or old. The dataset
        answers queries once the job `job_uuid` has made its bounded copy. Metadata that contradicts itself, or a
        source outside the allowed folders, is 422 with the place of the fault; a name that is taken is 409.

        meta: The dataset's metadata as YAML text.
        """
        return self._start(_works.CREATE_DATA, _endpoints.CREATE_DATA, {"meta": meta})

    def delete(self, data_uuid: str) -> _data.DataDeleteResponseBody:
        """Remove a dataset.

        Takes the dataset and its bounded copy away and leaves the source alone. The budget that its source has
        spent is remembered: whoever registers it again finds it spent.

        data_uuid: The dataset.
        """
        return self._call(_endpoints.DELETE_DATA, {"data_uuid": data_uuid})

    def get(self, data_uuid: str) -> _data.DataGetResponseBody:
        """Show a dataset.

        Tells what the asking person's level allows; the rest is left out rather than emptied.

        data_uuid: The dataset.
        """
        return self._call(_endpoints.GET_DATA, {"data_uuid": data_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        order_by: Literal[
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
            "data_name",
            "-data_name",
            "data_type",
            "-data_type",
        ]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_data.DataItem, _data.DataListResponseBody]:
        """List the datasets.

        Shows the datasets that the asking person's roles may at least see. The others do not count in `total`
        either.

        commit_uuid: Keep only what belongs to this commit.
        order_by: The field that sorts the list, with a leading minus for descending. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_DATA,
            {
                "commit_uuid": commit_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def sample(self, data_uuid: str) -> _data.DataSampleResponseBody:
        """Show synthetic rows of a dataset.

        Makes up rows from the declared types, bounds and allowed values alone, so that code can be tried on the
        right shape. No real row is read and no budget spent.

        data_uuid: The dataset.
        """
        return self._call(_endpoints.SAMPLE_DATA, {"data_uuid": data_uuid})

    def set_permission(
        self,
        data_uuid: str,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _data.DataPermissionSetResponseBody:
        """Set a role's level on a dataset.

        Names the role by number, by name or by both; 404 where it is not found or not named. Where the body names
        the dataset too, it has to be the one in the path (409).

        data_uuid: The dataset.
        """
        return self._call(
            _endpoints.SET_DATA_PERMISSION,
            {
                "data_uuid": data_uuid,
                "permission": permission,
                "data_id": data_id,
                "data_name": data_name,
                "role_id": role_id,
                "role_name": role_name,
            },
        )

    def update(
        self, data_uuid: str, *, meta: str
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _data.DataGetResponseBody]:
        """Replace a dataset's metadata.

        Reads the new description in full and builds the bounded copy anew where it matters. What was spent of the
        budget stays spent. Sources, columns, the privacy unit, bounds on contributions and masks take the level
        own.

        data_uuid: The dataset.
        meta: The dataset's metadata as YAML text.
        """
        return self._start(_works.UPDATE_DATA, _endpoints.UPDATE_DATA, {"data_uuid": data_uuid, "meta": meta})


class AsyncData(_group.AsyncGroup):
    """Datasets in quarantine and who may use them."""

    async def create(self, *, meta: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _data.DataGetResponseBody]:
        """Register a dataset.

        Takes the dataset's description in YAML, in any of the three forms: simple, full or old. The dataset
        answers queries once the job `job_uuid` has made its bounded copy. Metadata that contradicts itself, or a
        source outside the allowed folders, is 422 with the place of the fault; a name that is taken is 409.

        meta: The dataset's metadata as YAML text.
        """
        return await self._start(_works.CREATE_DATA, _endpoints.CREATE_DATA, {"meta": meta})

    async def delete(self, data_uuid: str) -> _data.DataDeleteResponseBody:
        """Remove a dataset.

        Takes the dataset and its bounded copy away and leaves the source alone. The budget that its source has
        spent is remembered: whoever registers it again finds it spent.

        data_uuid: The dataset.
        """
        return await self._call(_endpoints.DELETE_DATA, {"data_uuid": data_uuid})

    async def get(self, data_uuid: str) -> _data.DataGetResponseBody:
        """Show a dataset.

        Tells what the asking person's level allows; the rest is left out rather than emptied.

        data_uuid: The dataset.
        """
        return await self._call(_endpoints.GET_DATA, {"data_uuid": data_uuid})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        order_by: Literal[
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
            "data_name",
            "-data_name",
            "data_type",
            "-data_type",
        ]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_data.DataItem, _data.DataListResponseBody]:
        """List the datasets.

        Shows the datasets that the asking person's roles may at least see. The others do not count in `total`
        either.

        commit_uuid: Keep only what belongs to this commit.
        order_by: The field that sorts the list, with a leading minus for descending. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        project_uuid: Keep only what belongs to this project.
        user_id: Keep only what this person made.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_DATA,
            {
                "commit_uuid": commit_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def sample(self, data_uuid: str) -> _data.DataSampleResponseBody:
        """Show synthetic rows of a dataset.

        Makes up rows from the declared types, bounds and allowed values alone, so that code can be tried on the
        right shape. No real row is read and no budget spent.

        data_uuid: The dataset.
        """
        return await self._call(_endpoints.SAMPLE_DATA, {"data_uuid": data_uuid})

    async def set_permission(
        self,
        data_uuid: str,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _data.DataPermissionSetResponseBody:
        """Set a role's level on a dataset.

        Names the role by number, by name or by both; 404 where it is not found or not named. Where the body names
        the dataset too, it has to be the one in the path (409).

        data_uuid: The dataset.
        """
        return await self._call(
            _endpoints.SET_DATA_PERMISSION,
            {
                "data_uuid": data_uuid,
                "permission": permission,
                "data_id": data_id,
                "data_name": data_name,
                "role_id": role_id,
                "role_name": role_name,
            },
        )

    async def update(
        self, data_uuid: str, *, meta: str
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _data.DataGetResponseBody]:
        """Replace a dataset's metadata.

        Reads the new description in full and builds the bounded copy anew where it matters. What was spent of the
        budget stays spent. Sources, columns, the privacy unit, bounds on contributions and masks take the level
        own.

        data_uuid: The dataset.
        meta: The dataset's metadata as YAML text.
        """
        return await self._start(_works.UPDATE_DATA, _endpoints.UPDATE_DATA, {"data_uuid": data_uuid, "meta": meta})
