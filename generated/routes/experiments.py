# Generated from spec/experiments.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, experiments


class CreateExperimentParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class DeleteExperimentParams(Struct, kw_only=True):
    experiment_uuid: common.Uuid


class GetExperimentParams(Struct, kw_only=True):
    experiment_uuid: common.Uuid


class ListExperimentsParams(Struct, kw_only=True):
    order_by: Literal[
        "created_at", "-created_at", "updated_at", "-updated_at", "experiment_name", "-experiment_name"
    ] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class RestoreExperimentParams(Struct, kw_only=True):
    experiment_uuid: common.Uuid


class UpdateExperimentParams(Struct, kw_only=True):
    experiment_uuid: common.Uuid


class ExperimentsHandlers(Protocol):
    """What answers the operations of experiments."""

    def create_experiment(
        self, context: Context, body: experiments.ExperimentCreateRequestBody, *, project_uuid: str
    ) -> experiments.ExperimentCreateResponseBody:
        """Create an experiment in a project."""

    def delete_experiment(self, context: Context, experiment_uuid: str) -> experiments.ExperimentDeleteResponseBody:
        """Delete an experiment."""

    def get_experiment(self, context: Context, experiment_uuid: str) -> experiments.ExperimentInfoResponseBody:
        """Show an experiment."""

    def list_experiments(
        self,
        context: Context,
        *,
        order_by: Literal[
            "created_at", "-created_at", "updated_at", "-updated_at", "experiment_name", "-experiment_name"
        ] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> experiments.ExperimentListResponseBody:
        """List the experiments."""

    def restore_experiment(self, context: Context, experiment_uuid: str) -> experiments.ExperimentRestoreResponseBody:
        """Restore a deleted experiment."""

    def update_experiment(
        self, context: Context, experiment_uuid: str, body: experiments.ExperimentUpdateRequestBody
    ) -> experiments.ExperimentUpdateResponseBody:
        """Rename an experiment."""


def call_create_experiment(
    handlers: ExperimentsHandlers,
    context: Context,
    params: CreateExperimentParams,
    body: experiments.ExperimentCreateRequestBody,
) -> experiments.ExperimentCreateResponseBody:
    return handlers.create_experiment(context, body, project_uuid=params.project_uuid)


def call_delete_experiment(
    handlers: ExperimentsHandlers, context: Context, params: DeleteExperimentParams, body: None
) -> experiments.ExperimentDeleteResponseBody:
    return handlers.delete_experiment(context, params.experiment_uuid)


def call_get_experiment(
    handlers: ExperimentsHandlers, context: Context, params: GetExperimentParams, body: None
) -> experiments.ExperimentInfoResponseBody:
    return handlers.get_experiment(context, params.experiment_uuid)


def call_list_experiments(
    handlers: ExperimentsHandlers, context: Context, params: ListExperimentsParams, body: None
) -> experiments.ExperimentListResponseBody:
    return handlers.list_experiments(
        context,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_restore_experiment(
    handlers: ExperimentsHandlers, context: Context, params: RestoreExperimentParams, body: None
) -> experiments.ExperimentRestoreResponseBody:
    return handlers.restore_experiment(context, params.experiment_uuid)


def call_update_experiment(
    handlers: ExperimentsHandlers,
    context: Context,
    params: UpdateExperimentParams,
    body: experiments.ExperimentUpdateRequestBody,
) -> experiments.ExperimentUpdateResponseBody:
    return handlers.update_experiment(context, params.experiment_uuid, body)
