"""Datasets that transforms have made of others: registered when an owner releases them, and never looser than those.

Budget and caps are the source's own, since they belong to the lineage. What an owner tightens at the source afterwards
is tightened here at the same moment; what he loosens there is not.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, DomainError, Refused, Unavailable
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.settings import Settings
from quarantine.store import commits, data, datasets, memberships, policies, projects, rows, runs
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import commits as commits_table
from quarantine.store.tables import data as data_table
from quarantine.store.tables import data_permissions, derivations, masks, thresholds
from quarantine.store.tables import projects as projects_table

CHANGED = "the source was removed, described anew or masked since the transform began: refuse it, and transform again"
IN_DATABASE = (
    "rows that live in a database do not leave it, and code cannot read them: ask them by queries, or train on them"
)
# What no dataset is called may be a file of a release that is just being written.
_LEFT_SECONDS = 3_600
Undo = Callable[[], None]


class Asked(msgspec.Struct, frozen=True):
    """What a transform was asked on: a version of the source's description, and the columns that its code sees.

    Its outcome `replaces` the source in the project where who asked may change that.
    """

    meta_version: int
    seen: dict[str, list[str]]
    replaces: bool = True


def asked(connection: Connection, row: AnyRow, *, replaces: bool) -> Asked:
    """What a transform of this dataset sees now: nothing that is hidden or private for anybody."""
    from quarantine.domain import derivation  # with it comes the SQL compiler

    found = connection.execute(select(masks.c.hidden, masks.c.private).where(masks.c.data_id == row.data_id))
    masked = [name for mask in found for name in (*mask.hidden, *mask.private)]
    return Asked(row.meta_version, derivation.seen(datasets.metadata_of(row.meta), masked), replaces)


def check_files(metadata: Metadata) -> None:
    """Raises Refused where a table lives in a database: code reads files."""
    if any(table.source.server for table in metadata.tables):
        raise Refused(IN_DATABASE)


def described(
    settings: Settings, row: AnyRow, seen: Asked, commit: AnyRow | None, key: str, name: str = ""
) -> Metadata:
    """The description of what the commit makes of the dataset, under the number `key`; raises Refused."""
    from quarantine.domain import derivation  # with it comes the SQL compiler

    if commit is None:  # pragma: no cover - rows of commits are never deleted
        raise Conflict(CHANGED)
    declared = derivation.read_declared(commits.content(settings, commit, derivation.FILE))
    name = name or declared.name or f"{row.data_name[:150]} {key[:8]}"
    data.check_name(name)
    return derivation.derived(datasets.metadata_of(row.meta), seen.seen, declared, name=name, uri=f"{key}.derived.csv")


def register(connection: Connection, settings: Settings, job: AnyRow, content: bytes) -> tuple[AnyRow, Undo]:
    """A dataset of a transform's table, not yet prepared, and what takes its file back when the request fails.

    It belongs to whom its source belongs to. Raises Conflict where that is not what the transform was asked on.
    """
    source, seen = _source(connection, job)
    key = str(uuid.uuid4())
    metadata = _named(connection, settings, job, source, seen, key)
    undo = _write(settings.derived_folder, metadata.tables[0].source.uri, content)
    try:
        made = _noted(connection, settings, source, key, metadata)
        _inherit(connection, source, made, metadata, job.job_uuid, seen)
    except BaseException:
        undo()
        raise
    return made, undo


def _named(connection: Connection, settings: Settings, job: AnyRow, source: AnyRow, seen: Asked, key: str) -> Metadata:
    """The description under the declared name, or one like it where that is taken."""
    commit = rows.get(connection, commits_table, commit_uuid=job.commit_uuid)
    metadata = described(settings, source, seen, commit, key)
    if rows.get(connection, data_table, data_name=metadata.name, deleted_at=None) is None:
        return metadata
    return described(settings, source, seen, commit, key, f"{metadata.name[:150]} {key[:8]}")


def _noted(connection: Connection, settings: Settings, source: AnyRow, key: str, metadata: Metadata) -> AnyRow:
    """The dataset's row; its file is of the source's lineage from now on."""
    from quarantine.domain.metadata.write import write_metadata

    made = data.register(
        connection,
        data_uuid=key,
        user_id=source.user_id,
        name=metadata.name,
        meta=write_metadata(metadata),
        lineage=source.lineage,
        description=metadata.description,
        state=datasets.PREPARING,
    )
    names = [name for place in datasets.located(metadata, settings) for name in place.names]
    data.remember(connection, source.lineage, [data.Origin(name, "") for name in names])
    return made


def take_place(connection: Connection, job: AnyRow, made: AnyRow) -> Undo:
    """Put the dataset where its source is attached to the transform's project; what takes `.meta` back."""
    source, seen = _source(connection, job)
    project = rows.get(connection, projects_table, project_uuid=job.project_uuid, deleted_at=None)
    attached = [] if project is None else projects.attached(connection, project.project_id)
    if project is None or not seen.replaces or source.data_id not in [row.data_id for row in attached]:
        return lambda: None
    projects.detach(connection, project.project_id, source.data_id)
    projects.attach(connection, project.project_id, made.data_id)
    # A folder that was moved away keeps nobody from releasing; `.meta` is written anew by the next change.
    with suppress(DomainError):
        return projects.change(connection, project.project_id)
    return lambda: None


def _source(connection: Connection, job: AnyRow) -> tuple[AnyRow, Asked]:
    """The one dataset of a transform as it was asked on; raises Conflict where it is another by now."""
    seen = msgspec.json.decode(job.job_params, type=Asked)
    found = [row for row in runs.readable(connection, job.job_uuid) if row.deleted_at is None]
    if not found or asked(connection, found[0], replaces=seen.replaces) != seen:
        raise Conflict(CHANGED)
    return found[0], seen


def _write(folder: Path, name: str, content: bytes) -> Undo:
    """Put the table on disk, before the transaction that names it is; raises Unavailable."""
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise Unavailable("the server cannot keep the table just now") from None
    return lambda: path.unlink(missing_ok=True)


def _inherit(
    connection: Connection, source: AnyRow, made: AnyRow, metadata: Metadata, run_uuid: str, seen: Asked
) -> None:
    """Levels of roles, thresholds and the price of repetition; masks are in what the code never saw."""
    names = sorted({name for columns in seen.seen.values() for name in columns})
    rows.insert(connection, derivations, data_id=made.data_id, source_id=source.data_id, run_uuid=run_uuid, seen=names)
    rows.update(connection, data_table, {"data_id": made.data_id}, free_repetition=source.free_repetition)
    for row in connection.execute(select(data_permissions).where(data_permissions.c.data_id == source.data_id)).all():
        memberships.grant(connection, data_permissions, row.role_id, row.permission, data_id=made.data_id)
    found = connection.execute(select(thresholds).where(thresholds.c.data_id == source.data_id)).all()
    for user_id in {row.user_id for row in found}:
        # Any column may hold what any other did: the largest threshold holds for all of them.
        least = max(row.threshold for row in found if row.user_id in (None, user_id))
        _raise_thresholds(connection, made.data_id, _names(metadata), user_id, least)


def of(connection: Connection, data_id: int) -> list[AnyRow]:
    """The datasets that were made of this one and are not deleted, with `seen`."""
    joined = data_table.join(derivations, derivations.c.data_id == data_table.c.data_id)
    found = select(data_table, derivations.c.seen).select_from(joined)
    return list(connection.execute(found.where(derivations.c.source_id == data_id, data_table.c.deleted_at.is_(None))))


def lower(connection: Connection, data_id: int, role_id: int, permission: int) -> None:
    """After a role's level was set on a dataset: on what was made of it, it has no higher one."""
    for row in of(connection, data_id):
        now = rows.get(connection, data_permissions, data_id=row.data_id, role_id=role_id)
        if now is not None and now.permission > permission:
            memberships.grant(connection, data_permissions, role_id, permission, data_id=row.data_id)
        lower(connection, row.data_id, role_id, permission)


def hide(connection: Connection, data_id: int, user_id: int | None, names: Iterable[str]) -> None:
    """After columns were hidden or kept private at a dataset: what code made with a look at them is hidden as a whole.

    From the same person, or everybody, until the owner says otherwise at the derived dataset itself.
    """
    masked = {name.casefold() for name in names}
    for row in of(connection, data_id):
        if masked & {name.casefold() for name in row.seen}:
            close(connection, row, user_id)


def close(connection: Connection, row: AnyRow, user_id: int | None) -> None:
    """Hide all columns of a dataset from a person, or from everybody (with None) and whom has a mask of his own."""
    every = _names(datasets.metadata_of(row.meta), units=True)
    own = select(masks.c.user_id).where(masks.c.data_id == row.data_id, masks.c.user_id.is_not(None))
    people = [user_id] if user_id is not None else [None, *connection.scalars(own).all()]
    for one in people:
        policies.set_mask(connection, row.data_id, one, {"hidden": every, "private": [], "public": []})
    hide(connection, row.data_id, user_id, every)


def close_all(connection: Connection, data_id: int) -> None:
    """After a dataset's protection was described anew: the same for all that was made of it."""
    for row in of(connection, data_id):
        close(connection, row, None)


def raise_thresholds(connection: Connection, data_id: int, user_id: int | None, threshold: int) -> None:
    """After a threshold was set at a dataset: it holds for every column of what was made of it, too."""
    for row in of(connection, data_id):
        _raise_thresholds(connection, row.data_id, _names(datasets.metadata_of(row.meta)), user_id, threshold)
        raise_thresholds(connection, row.data_id, user_id, threshold)


def _raise_thresholds(
    connection: Connection, data_id: int, names: Iterable[str], user_id: int | None, threshold: int
) -> None:
    known = policies.thresholds_of(connection, data_id, user_id or 0)
    for name in names:
        if threshold > known.get(name, 0):
            policies.set_threshold(connection, data_id, user_id, name, threshold)


def _names(metadata: Metadata, *, units: bool = False) -> list[str]:
    """The columns of a derived dataset, which has one table; with the one that tells people apart only if asked."""
    return [column.name for column in metadata.tables[0].columns if units or not column.private_id]


def remove(context: Context, data_id: int) -> int:
    """Delete what was made of a dataset, and what was made of that, rows and files; how many datasets."""
    found = of(context.connection, data_id)
    for row in found:
        forget(context, row)
    return len(found) + sum(remove(context, row.data_id) for row in found)


def forget(context: Context, row: AnyRow) -> None:
    """Delete a dataset: after the commit its copies go, and the file that a transform made."""
    data.remove(context.connection, row.data_id)
    settings = context.settings
    context.after_commit.append(lambda: datasets.drop_copies(settings, row, lambda version: True))
    made = settings.derived_folder / f"{row.data_uuid}.derived.csv"
    context.after_commit.append(lambda: made.unlink(missing_ok=True))


def sweep(connection: Connection, settings: Settings) -> None:
    """Remove tables that no dataset is called after: of releases that came to nothing, or datasets that are gone."""
    for path in settings.derived_folder.glob("*.derived.csv"):
        key = path.name.partition(".")[0]
        known = rows.get(connection, data_table, data_uuid=key, deleted_at=None)
        if known is None and time.time() - path.lstat().st_mtime > _LEFT_SECONDS:
            path.unlink(missing_ok=True)
