# Generated from spec/commits.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import commits, common


class GetCommitParams(Struct, kw_only=True):
    commit_uuid: common.Uuid


class GetCommitContentParams(Struct, kw_only=True):
    commit_uuid: common.Uuid


class ListCommitsParams(Struct, kw_only=True):
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    project_uuid: common.Uuid | None = None
    user_id: common.RowId | None = None


class RunCommitParams(Struct, kw_only=True):
    commit_uuid: common.Uuid


class TransformCommitParams(Struct, kw_only=True):
    commit_uuid: common.Uuid


class CommitsHandlers(Protocol):
    """What answers the operations of commits."""

    def get_commit(self, context: Context, commit_uuid: str) -> commits.CommitInfoResponseBody:
        """Show a commit."""

    def get_commit_content(
        self, context: Context, commit_uuid: str, body: commits.CommitContentRequestBody | None
    ) -> commits.CommitContentResponseBody:
        """Show a commit within its project."""

    def list_commits(
        self,
        context: Context,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        project_uuid: str | None = None,
        user_id: int | None = None,
    ) -> commits.CommitListResponseBody:
        """List the commits."""

    def run_commit(
        self, context: Context, commit_uuid: str, body: commits.CommitRunRequestBody | None
    ) -> commits.CommitRunResponseBody:
        """Run a commit."""

    def transform_commit(
        self, context: Context, commit_uuid: str, body: commits.CommitTransformRequestBody | None
    ) -> commits.CommitTransformResponseBody:
        """Preprocess the attached dataset."""


def call_get_commit(
    handlers: CommitsHandlers, context: Context, params: GetCommitParams, body: None
) -> commits.CommitInfoResponseBody:
    return handlers.get_commit(context, params.commit_uuid)


def call_get_commit_content(
    handlers: CommitsHandlers,
    context: Context,
    params: GetCommitContentParams,
    body: commits.CommitContentRequestBody | None,
) -> commits.CommitContentResponseBody:
    return handlers.get_commit_content(context, params.commit_uuid, body)


def call_list_commits(
    handlers: CommitsHandlers, context: Context, params: ListCommitsParams, body: None
) -> commits.CommitListResponseBody:
    return handlers.list_commits(
        context,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        project_uuid=params.project_uuid,
        user_id=params.user_id,
    )


def call_run_commit(
    handlers: CommitsHandlers, context: Context, params: RunCommitParams, body: commits.CommitRunRequestBody | None
) -> commits.CommitRunResponseBody:
    return handlers.run_commit(context, params.commit_uuid, body)


def call_transform_commit(
    handlers: CommitsHandlers,
    context: Context,
    params: TransformCommitParams,
    body: commits.CommitTransformRequestBody | None,
) -> commits.CommitTransformResponseBody:
    return handlers.transform_commit(context, params.commit_uuid, body)
