"""Datasets, and the lineage behind each: the source data that a budget belongs to, whatever name or file it goes by."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, Invalid, NotFound
from quarantine.store import memberships, rows
from quarantine.store.engine import CHANGED
from quarantine.store.permissions import datasets as datasets
from quarantine.store.rows import AnyRow
from quarantine.store.tables import data, data_permissions, lineages, origins

_LONGEST_NAME = 255
TAKEN = "a dataset of this name exists already"


class Origin(msgspec.Struct, frozen=True):
    """Where rows come from: a file's path with links resolved (or a database's table), and its content's hex SHA-256.

    A digest may be empty: then only the path counts.
    """

    path: str
    digest: str


def lineage_of(connection: Connection, sources: Sequence[Origin]) -> str:
    """The lineage of these sources, a new one when none was ever seen; remembers their paths and digests.

    The same content is the same lineage wherever it lies; failing that, the same path is (an edited file stays what it
    was). Raises Conflict when tables of one dataset belong to different lineages: no single budget would be right.
    """
    if not sources:
        raise Invalid("meta: expected at least one table with a source")
    found = {lineage for source in sources if (lineage := _seen(connection, source)) is not None}
    if len(found) > 1:
        raise Conflict("the tables of this dataset already have separate budgets; register them as separate datasets")
    lineage = found.pop() if found else _new_lineage(connection)
    remember(connection, lineage, sources)
    return lineage


def remember(connection: Connection, lineage: str, sources: Sequence[Origin]) -> None:
    """Note paths and digests of a lineage, as when a source's content has changed; what is known stays as it is.

    Raises Conflict where somebody else has just registered the same source: it would have two budgets.
    """
    now = int(time.time())
    for source in sources:
        for kind, value in (("digest", source.digest), ("path", source.path)):
            if value and rows.get(connection, origins, kind=kind, value=value) is None:
                rows.insert(connection, origins, kind=kind, value=value, lineage=lineage, created_at=now)
    # On PostgreSQL another's commit may lie between the caller's look and ours.
    if any(_seen(connection, source) not in (lineage, None) for source in sources):
        raise Conflict(CHANGED)


def lineages_of(connection: Connection, source: Origin) -> set[str]:
    """The lineages that this content, or anything of this name, was seen in."""
    kinds = (("digest", source.digest), ("path", source.path))
    found = [rows.get(connection, origins, kind=kind, value=value) for kind, value in kinds if value]
    return {str(row.lineage) for row in found if row is not None}


def move_origins(connection: Connection, source: str, target: str) -> None:
    """Give the paths and digests of one lineage to another, and its datasets with them: one source, one budget."""
    rows.update(connection, origins, {"lineage": source}, lineage=target)
    rows.update(connection, data, {"lineage": source}, lineage=target)


def register(
    connection: Connection,
    *,
    user_id: int,
    name: str,
    meta: str,
    lineage: str,
    type: str = "CSV",
    description: str = "",
    size: int | None = None,
    state: str = "created",
    fingerprint: str = "",
    digest: str = "",
    data_uuid: str | None = None,
) -> AnyRow:
    """A new dataset's row; raises Conflict when an undeleted dataset has the name."""
    now = int(time.time())
    check_name(name)
    values: dict[str, object] = {
        "data_uuid": data_uuid or str(uuid.uuid4()),
        "data_name": name,
        "user_id": user_id,
        "lineage": lineage,
        "meta": meta,
        "data_type": type,
        "data_description": description,
        "data_size": size,
        "data_state": state,
        "fingerprint": fingerprint,
        "digest": digest,
        "created_at": now,
        "updated_at": now,
    }
    with rows.unique(connection, TAKEN):
        data_id = rows.insert(connection, data, **values)
    return _row(connection, data_id)


def change(connection: Connection, data_id: int, **values: object) -> AnyRow:
    """Set columns of an undeleted dataset; a new `meta` counts its version up. Raises Conflict for a taken name."""
    if "data_name" in values:
        check_name(str(values["data_name"]))
    before = _row(connection, data_id)
    if "meta" in values:
        values["meta_version"] = before.meta_version + 1
    key: dict[str, object] = {"data_id": data_id, "deleted_at": None}
    with rows.unique(connection, TAKEN):
        rows.update(connection, data, key, **values, updated_at=int(time.time()))
    return _row(connection, data_id)


def remove(connection: Connection, data_id: int) -> AnyRow:
    """Delete a dataset: its name is free again, its number, lineage and ledger stay. The row as it was."""
    before = _row(connection, data_id)
    now = int(time.time())
    rows.update(connection, data, {"data_id": data_id, "deleted_at": None}, deleted_at=now, updated_at=now)
    return before


def set_permission(connection: Connection, data_id: int, role_id: int, permission: int) -> None:
    """Grant a role a level (0-4) on a dataset, in place of the one before."""
    if not 0 <= permission <= 4:
        raise Invalid("permission: expected an integer from 0 to 4")
    memberships.grant(connection, data_permissions, role_id, permission, data_id=data_id)


def by_lineage(connection: Connection, lineage: str) -> list[AnyRow]:
    """The undeleted datasets that share a lineage, and so a budget."""
    found = select(data).where(data.c.lineage == lineage, data.c.deleted_at.is_(None)).order_by(data.c.data_id)
    return list(connection.execute(found))


def _row(connection: Connection, data_id: Any) -> AnyRow:
    row = rows.get(connection, data, data_id=data_id, deleted_at=None)
    if row is None:
        raise NotFound("there is no such dataset")
    return row


def _seen(connection: Connection, source: Origin) -> str | None:
    for kind, value in (("digest", source.digest), ("path", source.path)):
        row = rows.get(connection, origins, kind=kind, value=value) if value else None
        if row is not None:
            return str(row.lineage)
    return None


def _new_lineage(connection: Connection) -> str:
    return str(rows.insert(connection, lineages, lineage=str(uuid.uuid4()), created_at=int(time.time())))


def check_name(name: str) -> None:
    """Raises Invalid for what no dataset can be called."""
    # Lists of datasets are split at commas and stripped of quotes; a uuid as a name could stand for another dataset.
    if (
        not name
        or len(name) > _LONGEST_NAME
        or name != name.strip(" \t\r\n'\"\\`")
        or "," in name
        or not name.isprintable()
    ):
        raise Invalid("data_name: expected 1 to 255 printable characters without commas or surrounding quotes")
    try:
        uuid.UUID(name)
    except ValueError:
        return
    raise Invalid("data_name: a uuid cannot be a name")
