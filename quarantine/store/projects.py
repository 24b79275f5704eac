"""Projects: the rows, what is attached to them, and their `.meta` file, which says the same."""

import time
import uuid
from collections.abc import Callable, Iterable

from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, NotFound
from quarantine.domain.project import meta, template
from quarantine.domain.settings import Settings
from quarantine.store import folders, permissions, rows
from quarantine.store.context import Actor
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import commits, data, project_data, projects

# Takes back what was written to a folder, when the transaction it belongs to comes to nothing.
Undo = Callable[[], None]


def create(connection: Connection, settings: Settings, *, user_id: int, name: str, working_dir: str) -> AnyRow:
    """A new project with its working folder; the row. Raises Refused or Conflict where the folder cannot be made."""
    parent = folders.checked(settings, working_dir, name)
    row = note(connection, user_id=user_id, name=name, working_dir=parent)
    folders.make(parent, name, template.files(name, row.project_uuid), (template.MODELS,))
    return row


def note(connection: Connection, *, user_id: int, name: str, working_dir: str = "") -> AnyRow:
    """A new project; without a `working_dir`, one whose folder is on another machine."""
    now = int(time.time())
    values = {"project_name": name, "user_id": user_id, "working_dir": working_dir}
    return rows.inserted(connection, projects, project_uuid=str(uuid.uuid4()), **values, created_at=now, updated_at=now)


def unlink(connection: Connection, project_id: int) -> None:
    """Take a project from the list; its folder and what was deployed from it stay."""
    now = int(time.time())
    key: dict[str, object] = {"project_id": project_id, "deleted_at": None}
    rows.update(connection, projects, key, deleted_at=now, updated_at=now)


def change(connection: Connection, project_id: int, **values: object) -> Undo:
    """Set columns, and bring the `.meta` file to what is then true; what takes the file back.

    Raises Conflict where the working folder is not there: nothing is written then.
    """
    rows.update(connection, projects, {"project_id": project_id}, **values, updated_at=int(time.time()))
    row = _row(connection, project_id)
    if not row.working_dir:
        # Whoever has the folder asks for `meta_text`.
        return lambda: None
    before = folders.read_meta(row)
    folders.write_meta(row, meta_text(connection, row))
    return lambda: folders.restore_meta(row, before)


def meta_text(connection: Connection, row: AnyRow) -> str:
    """The `.meta` file of a project as it ought to be."""
    return meta.written(
        project_name=row.project_name,
        project_uuid=row.project_uuid,
        commit_uuid=row.commit_uuid or "",
        experiment_name=row.experiment_name,
        datasets={each.data_name: each.data_uuid for each in attached(connection, row.project_id)},
    )


def attach(connection: Connection, project_id: int, data_id: int) -> bool:
    """Tie a dataset to a project; whether it was not tied yet."""
    key = {"project_id": project_id, "data_id": data_id}
    if rows.get(connection, project_data, **key) is not None:
        return False
    rows.insert(connection, project_data, **key, created_at=int(time.time()))
    return True


def detach(connection: Connection, project_id: int, data_id: int) -> None:
    """End the tie between a project and a dataset."""
    rows.delete(connection, project_data, project_id=project_id, data_id=data_id)


def attached(connection: Connection, project_id: int) -> list[AnyRow]:
    """The datasets that are tied to a project and not deleted: all columns, in the order in which they were tied."""
    tied = data.join(project_data, project_data.c.data_id == data.c.data_id)
    found = select(data).select_from(tied).where(project_data.c.project_id == project_id, data.c.deleted_at.is_(None))
    return list(connection.execute(found.order_by(project_data.c.created_at, data.c.data_id)))


def attached_as(connection: Connection, project_id: int, *, data_uuid: str | None, data_name: str | None) -> AnyRow:
    """The attached dataset of this uuid or name; raises NotFound, or Conflict where the two differ."""
    known = attached(connection, project_id)
    given = [("data_uuid", data_uuid), ("data_name", data_name)]
    found = [
        next((row for row in known if row._mapping[key] == value), None) for key, value in given if value is not None
    ]
    if not found or all(row is None for row in found):
        raise NotFound("there is no such dataset attached; name one by data_uuid or data_name")
    if found[0] is None or any(row != found[0] for row in found):
        raise Conflict("data_uuid and data_name name different datasets")
    return found[0]


def seen_data(connection: Connection, actor: Actor, project_ids: Iterable[int]) -> dict[int, AnyRow]:
    """The dataset attached last to each project, among those that the actor sees: number, uuid, name."""
    tied = data.join(project_data, project_data.c.data_id == data.c.data_id)
    columns = (project_data.c.project_id, data.c.data_id, data.c.data_uuid, data.c.data_name)
    found = select(*columns).select_from(tied)
    found = found.where(project_data.c.project_id.in_(list(project_ids)), permissions.visible_data(actor))
    ordered = connection.execute(found.order_by(project_data.c.created_at, data.c.data_id))
    return {row.project_id: row for row in ordered}


def data_of(actor: Actor, *, project_uuid: str | None = None, commit_uuid: str | None = None) -> AnySelect:
    """The numbers of the datasets that are attached to a project or to a commit's project, if the actor sees it."""
    seen = permissions.seen_projects(actor).subquery()
    found = select(project_data.c.data_id).join(seen, seen.c.project_id == project_data.c.project_id)
    if project_uuid is not None:
        found = found.where(seen.c.project_uuid == project_uuid)
    if commit_uuid is not None:
        of_commit = select(commits.c.project_id).where(commits.c.commit_uuid == commit_uuid)
        found = found.where(seen.c.project_id.in_(of_commit))
    return found


def _row(connection: Connection, project_id: int) -> AnyRow:
    row = rows.get(connection, projects, project_id=project_id)
    if row is None:  # pragma: no cover - rows of projects are never deleted
        raise NotFound("there is no such project")
    return row
