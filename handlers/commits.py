"""What answers the operations of commits."""

from typing import Literal

from generated.models import commits
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def get_commit(context: Context, commit_uuid: str) -> commits.CommitInfoResponseBody:
    """Show a commit."""
    raise NotBuilt("get_commit is documented, not built yet")


def get_commit_content(
    context: Context, commit_uuid: str, body: commits.CommitContentRequestBody | None
) -> commits.CommitContentResponseBody:
    """Show a commit within its project."""
    raise NotBuilt("get_commit_content is documented, not built yet")


def list_commits(
    context: Context,
    *,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> commits.CommitListResponseBody:
    """List the commits."""
    raise NotBuilt("list_commits is documented, not built yet")


def run_commit(
    context: Context, commit_uuid: str, body: commits.CommitRunRequestBody | None
) -> commits.CommitRunResponseBody:
    """Run a commit."""
    raise NotBuilt("run_commit is documented, not built yet")


def transform_commit(
    context: Context, commit_uuid: str, body: commits.CommitTransformRequestBody | None
) -> commits.CommitTransformResponseBody:
    """Preprocess the attached dataset."""
    raise NotBuilt("transform_commit is documented, not built yet")
