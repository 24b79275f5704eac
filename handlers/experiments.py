"""What answers the operations of experiments."""

from typing import Literal

from generated.models import experiments
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def create_experiment(
    context: Context, body: experiments.ExperimentCreateRequestBody, *, project_uuid: str
) -> experiments.ExperimentCreateResponseBody:
    """Create an experiment in a project."""
    raise NotBuilt("create_experiment is documented, not built yet")


def delete_experiment(context: Context, experiment_uuid: str) -> experiments.ExperimentDeleteResponseBody:
    """Delete an experiment."""
    raise NotBuilt("delete_experiment is documented, not built yet")


def get_experiment(context: Context, experiment_uuid: str) -> experiments.ExperimentInfoResponseBody:
    """Show an experiment."""
    raise NotBuilt("get_experiment is documented, not built yet")


def list_experiments(
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
    raise NotBuilt("list_experiments is documented, not built yet")


def restore_experiment(context: Context, experiment_uuid: str) -> experiments.ExperimentRestoreResponseBody:
    """Restore a deleted experiment."""
    raise NotBuilt("restore_experiment is documented, not built yet")


def update_experiment(
    context: Context, experiment_uuid: str, body: experiments.ExperimentUpdateRequestBody
) -> experiments.ExperimentUpdateResponseBody:
    """Rename an experiment."""
    raise NotBuilt("update_experiment is documented, not built yet")
