# Generated from spec/models.yaml: do not edit.
from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from ...models import jobs as _jobs
from ...models import models as _models
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import tables as _tables
from .. import waiting as _waiting
from .. import works as _works


class Models(_group.Group):
    """What training made, and predicting with it."""

    def get(self, model_uuid: str) -> _models.ModelInfoResponseBody:
        """Show a model.

        Where the model comes from and what may be done with it.

        model_uuid: The model.
        """
        return self._call(_endpoints.GET_MODEL, {"model_uuid": model_uuid})

    def get_content(
        self, model_uuid: str, *, body: dict[str, Any] | UnsetType | None = UNSET
    ) -> _models.ModelContentResponseBody:
        """Show a model by POST.

        Answers what `get_model` answers. Weights and files of the model are never part of it.

        model_uuid: The model.
        """
        return self._call(_endpoints.GET_MODEL_CONTENT, {"model_uuid": model_uuid, "body": body})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_models.ModelItem, _models.ModelListResponseBody]:
        """List models.

        The registered models that the asking person may see.

        commit_uuid: Keep only what belongs to this commit.
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
            _endpoints.LIST_MODELS,
            {
                "commit_uuid": commit_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    def predict(
        self, model_uuid: str, *, input_data: str, input_type: Literal["json", "csv"] | UnsetType = UNSET
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _tables.Table]:
        """Predict.

        Queues a job that lets the model predict from the given rows inside the sandbox. The last word of the
        message is the job's uuid; the job leaves `results.csv`: the prediction of each row and, with
        `predict_proba_allowed`, the share of each class. A model without `predict_allowed` is 403; a second
        prediction while one is under way is 409.

        model_uuid: The model.
        input_data: Rows as JSON text of nested lists, or as CSV, which may begin with a line of the columns'
            names.
        input_type: The form of `input_data`. ('json' if left out.)
        """
        return self._start(
            _works.PREDICT_MODEL,
            _endpoints.PREDICT_MODEL,
            {"model_uuid": model_uuid, "input_data": input_data, "input_type": input_type},
        )

    def resume_predict(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _tables.Table]:
        """What `predict` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.PREDICT_MODEL, None, uuid)

    def register(
        self, *, run_uuid: str, job_uuid: str | UnsetType = UNSET, model_path: str | UnsetType = UNSET
    ) -> _models.ModelRegisterResponseBody:
        """Register a model.

        Makes a model of what a finished run left at `model_path`. Registering the same place twice gives the same
        model. A model of the trusted trainer may predict at once, any other waits for review.

        model_path: The place of the model among the run's artifacts, a folder with a `model.onnx` or such a file.
            Quotation marks around the text are dropped. ('pyfunc_model' if left out.)
        """
        return self._call(
            _endpoints.REGISTER_MODEL, {"run_uuid": run_uuid, "job_uuid": job_uuid, "model_path": model_path}
        )

    def unregister(self, *, model_uuid: str) -> _models.ModelUnregisterResponseBody:
        """Unregister a model.

        Takes the model from the list, so that it predicts no more. Its run and the run's artifacts stay.
        """
        return self._call(_endpoints.UNREGISTER_MODEL, {"model_uuid": model_uuid})

    def update(
        self,
        model_uuid: str,
        *,
        model_description: str | UnsetType = UNSET,
        model_name: str | UnsetType = UNSET,
        permissions: _models.ModelPatchRequestBodyPermissions | UnsetType = UNSET,
        predictions_per_hour: int | UnsetType = UNSET,
    ) -> _models.ModelPatchResponseBody:
        """Change a model.

        Changes the name, the description or the permissions; what is left out stays. Only somebody who owns the
        dataset that the model learned from may change `permissions`: that is how an owner lets a model predict
        that waited for review.

        model_uuid: The model.
        permissions: The new permissions, as an array or as the text of one.
        """
        return self._call(
            _endpoints.UPDATE_MODEL,
            {
                "model_uuid": model_uuid,
                "model_description": model_description,
                "model_name": model_name,
                "permissions": permissions,
                "predictions_per_hour": predictions_per_hour,
            },
        )


class AsyncModels(_group.AsyncGroup):
    """What training made, and predicting with it."""

    async def get(self, model_uuid: str) -> _models.ModelInfoResponseBody:
        """Show a model.

        Where the model comes from and what may be done with it.

        model_uuid: The model.
        """
        return await self._call(_endpoints.GET_MODEL, {"model_uuid": model_uuid})

    async def get_content(
        self, model_uuid: str, *, body: dict[str, Any] | UnsetType | None = UNSET
    ) -> _models.ModelContentResponseBody:
        """Show a model by POST.

        Answers what `get_model` answers. Weights and files of the model are never part of it.

        model_uuid: The model.
        """
        return await self._call(_endpoints.GET_MODEL_CONTENT, {"model_uuid": model_uuid, "body": body})

    def list(
        self,
        *,
        commit_uuid: str | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_models.ModelItem, _models.ModelListResponseBody]:
        """List models.

        The registered models that the asking person may see.

        commit_uuid: Keep only what belongs to this commit.
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
            _endpoints.LIST_MODELS,
            {
                "commit_uuid": commit_uuid,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "project_uuid": project_uuid,
                "user_id": user_id,
            },
        )

    async def predict(
        self, model_uuid: str, *, input_data: str, input_type: Literal["json", "csv"] | UnsetType = UNSET
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _tables.Table]:
        """Predict.

        Queues a job that lets the model predict from the given rows inside the sandbox. The last word of the
        message is the job's uuid; the job leaves `results.csv`: the prediction of each row and, with
        `predict_proba_allowed`, the share of each class. A model without `predict_allowed` is 403; a second
        prediction while one is under way is 409.

        model_uuid: The model.
        input_data: Rows as JSON text of nested lists, or as CSV, which may begin with a line of the columns'
            names.
        input_type: The form of `input_data`. ('json' if left out.)
        """
        return await self._start(
            _works.PREDICT_MODEL,
            _endpoints.PREDICT_MODEL,
            {"model_uuid": model_uuid, "input_data": input_data, "input_type": input_type},
        )

    def resume_predict(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _tables.Table]:
        """What `predict` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.PREDICT_MODEL, None, uuid)

    async def register(
        self, *, run_uuid: str, job_uuid: str | UnsetType = UNSET, model_path: str | UnsetType = UNSET
    ) -> _models.ModelRegisterResponseBody:
        """Register a model.

        Makes a model of what a finished run left at `model_path`. Registering the same place twice gives the same
        model. A model of the trusted trainer may predict at once, any other waits for review.

        model_path: The place of the model among the run's artifacts, a folder with a `model.onnx` or such a file.
            Quotation marks around the text are dropped. ('pyfunc_model' if left out.)
        """
        return await self._call(
            _endpoints.REGISTER_MODEL, {"run_uuid": run_uuid, "job_uuid": job_uuid, "model_path": model_path}
        )

    async def unregister(self, *, model_uuid: str) -> _models.ModelUnregisterResponseBody:
        """Unregister a model.

        Takes the model from the list, so that it predicts no more. Its run and the run's artifacts stay.
        """
        return await self._call(_endpoints.UNREGISTER_MODEL, {"model_uuid": model_uuid})

    async def update(
        self,
        model_uuid: str,
        *,
        model_description: str | UnsetType = UNSET,
        model_name: str | UnsetType = UNSET,
        permissions: _models.ModelPatchRequestBodyPermissions | UnsetType = UNSET,
        predictions_per_hour: int | UnsetType = UNSET,
    ) -> _models.ModelPatchResponseBody:
        """Change a model.

        Changes the name, the description or the permissions; what is left out stays. Only somebody who owns the
        dataset that the model learned from may change `permissions`: that is how an owner lets a model predict
        that waited for review.

        model_uuid: The model.
        permissions: The new permissions, as an array or as the text of one.
        """
        return await self._call(
            _endpoints.UPDATE_MODEL,
            {
                "model_uuid": model_uuid,
                "model_description": model_description,
                "model_name": model_name,
                "permissions": permissions,
                "predictions_per_hour": predictions_per_hour,
            },
        )
