"""Commits: what was deployed from a project's working folder."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET

from generated.models.commits import (
    CommitContentRequestBody,
    CommitContentResponseBody,
    CommitItem,
    CommitListResponseBody,
    CommitRunRequestBody,
    CommitTransformRequestBody,
)
from generated.models.common import Message
from handlers.projects import latest
from handlers.runs import entry_point, queued, start, usable
from quarantine.domain.errors import Conflict, Forbidden, NotFound, Refused
from quarantine.store import commits, datasets, derived, folders, packing, permissions, rows
from quarantine.store.context import Context
from quarantine.store.packing import PackedFile
from quarantine.store.permissions import CHANGE
from quarantine.store.rows import AnyRow
from quarantine.store.tables import commits as commits_table
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import projects as projects_table

# What a transform carries out of a commit's MLproject.
ENTRY_POINT = "preprocess"


def list_commits(
    context: Context,
    *,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> CommitListResponseBody:
    """The commits of projects that the actor sees."""
    c, seen = commits_table.c, permissions.seen_commits(context.user)
    statement = rows.narrowed(seen, {projects_table.c.project_uuid: project_uuid, c.user_id: user_id})
    orders, key = rows.creation(commits_table) | {"updated_at": c.updated_at}, c.commit_id
    found = rows.page(
        context.connection, statement, key=key, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(CommitListResponseBody, found, item(context, found.items))


def get_commit(context: Context, commit_uuid: str) -> CommitItem:
    """One commit."""
    return item(context, [context.row])(context.row)


def get_commit_content(
    context: Context, commit_uuid: str, body: CommitContentRequestBody | None
) -> CommitContentResponseBody:
    """One commit with its files, or with those that the working folder has now."""
    row = commit_of(context, body)
    listed = local_files(context) if body is not None and body.local_only else commits.files(row)
    told = latest(context, [row], jobs_table.c.commit_uuid)(row)
    return rows.into(row, CommitContentResponseBody, **told, files=msgspec.to_builtins(listed))


def run_commit(context: Context, commit_uuid: str, body: CommitRunRequestBody | None) -> Message:
    """Queue a run of this commit."""
    row = commit_of(context, body)
    project = rows.get(context.connection, projects_table, project_id=row.project_id)
    if project is None:  # pragma: no cover - rows of projects are never deleted
        raise NotFound("there is no such project")
    named = UNSET if body is None else body.ml_project_entry_point
    return start(context, project, row, "main" if named is UNSET else named, UNSET if body is None else body.args)


def transform_commit(context: Context, commit_uuid: str, body: CommitTransformRequestBody | None) -> Message:
    """Queue the commit's preprocessing; what comes of it is settled before, and refused here if it cannot be."""
    row = commit_of(context, body)
    project = rows.get(context.connection, projects_table, project_id=row.project_id)
    if project is None:  # pragma: no cover - rows of projects are never deleted
        raise NotFound("there is no such project")
    _, words = entry_point(context, row, ENTRY_POINT, UNSET)
    source = one_dataset(context, project.project_id)
    derived.check_files(datasets.metadata_of(source.meta))
    asked = derived.asked(context.connection, source, replaces=context.level >= CHANGE)
    derived.described(context.settings, source, asked, row, source.data_uuid)
    params = msgspec.json.encode(asked).decode()
    job = {"job_type": "commit.transform", "job_params": params}
    job_uuid = queued(context, project, row, ENTRY_POINT, words, [source], **job)
    return Message(message=f"transform started by job with uuid: {job_uuid}")


def one_dataset(context: Context, project_id: int) -> AnyRow:
    """The dataset that a transform is of; raises Refused for none or several: no single budget would be right."""
    found = usable(context, project_id)
    if len(found) != 1:
        raise Refused("a transform makes one dataset of one: attach one that you may use, and no other")
    return found[0]


def commit_of(
    context: Context, body: CommitContentRequestBody | CommitRunRequestBody | CommitTransformRequestBody | None
) -> AnyRow:
    """The commit of the path; raises NotFound where the body says that it is another project's."""
    if body is not None and body.project_uuid not in (UNSET, context.row.project_uuid):
        raise NotFound("there is no such commit")
    return context.row


def local_files(context: Context) -> list[PackedFile]:
    """The files that would be deployed now; who sees the project need not see what was never deployed."""
    if context.level < CHANGE:
        raise Forbidden("local_only needs the level change on the project")
    project = rows.get(context.connection, projects_table, project_id=context.row.project_id, deleted_at=None)
    if project is None:
        raise Conflict(folders.GONE)
    with folders.working_folder(project) as folder:
        return packing.listed(packing.walk(context.settings, folder))


def item(context: Context, found: Sequence[AnyRow]) -> Callable[[AnyRow], CommitItem]:
    """What makes one of these rows an item of the API."""
    told = latest(context, found, jobs_table.c.commit_uuid)
    return lambda row: rows.into(row, CommitItem, **told(row))
