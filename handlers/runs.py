"""What answers the operations of runs."""

from typing import Literal

from generated.models import runs
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def create_run(context: Context, body: runs.RunCreateRequestBody) -> runs.RunCreateResponseBody:
    """Start a run."""
    raise NotBuilt("create_run is documented, not built yet")


def delete_run(context: Context, run_uuid: str) -> runs.RunDeleteResponseBody:
    """Put a run aside."""
    raise NotBuilt("delete_run is documented, not built yet")


def get_metric_history(
    context: Context, run_uuid: str, *, metric_key: str | None = None
) -> runs.RunGetMetricHistoryResponseBody:
    """Show how a metric went."""
    raise NotBuilt("get_metric_history is documented, not built yet")


def get_run(context: Context, run_uuid: str) -> runs.RunInfoResponseBody:
    """Show a run."""
    raise NotBuilt("get_run is documented, not built yet")


def list_runs(
    context: Context,
    *,
    commit_uuid: str | None = None,
    experiment_uuid: str | None = None,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> runs.RunListResponseBody:
    """List runs."""
    raise NotBuilt("list_runs is documented, not built yet")


def restore_run(context: Context, run_uuid: str) -> runs.RunRestoreResponseBody:
    """Bring a run back."""
    raise NotBuilt("restore_run is documented, not built yet")
