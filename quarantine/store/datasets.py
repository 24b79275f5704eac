"""What a registered dataset stands on: its metadata as read, its sources, its bounded copies and their budget."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from quarantine.domain.errors import Conflict, Forbidden, Refused
from quarantine.domain.metadata.model import Metadata, Table
from quarantine.domain.metadata.read import read_metadata
from quarantine.domain.settings import Settings
from quarantine.store import data, jobs, ledger, permissions, rows
from quarantine.store.rows import AnyRow
from quarantine.store.sources.connector import Copy, Place, Unwanted
from quarantine.store.sources.connectors import Connectors
from quarantine.store.sources.filed import drop_folders
from quarantine.store.tables import data as data_table
from quarantine.store.tables import ledger as ledger_table

PREPARING, READY, FAILED = "preparing", "ready", "failed"
# What an owner grants who declares an epsilon and no delta: groups that are not public cost a delta each time.
DEFAULT_BUDGET_DELTA = 1e-6
SEPARATE = "this file's content already belongs to another dataset's budget; register it under that dataset's path"
FOREIGN = "this source belongs to another person's dataset; its owner or an administrator can register it again"
PROTECTED = (
    "only an owner changes sources, columns, the privacy unit, max_ids, tau, masks, the budget and what is selectable"
)
# The contract's longest name, which is shorter than the column, and the largest grant that a ledger takes.
LONGEST_NAME = 200
LARGEST_EPSILON = 1e9


@lru_cache(maxsize=256)
def metadata_of(text: str) -> Metadata:
    """The metadata of a dataset's `meta` column; reading YAML costs a millisecond, so the last ones are kept."""
    metadata = read_metadata(text)
    if len(metadata.name) > LONGEST_NAME:
        raise Refused(f"name: must be at most {LONGEST_NAME} characters")
    if (metadata.budget_epsilon or 0) > LARGEST_EPSILON:
        raise Refused(f"budget_epsilon: must be at most {LARGEST_EPSILON:.0f}")
    return metadata


def protection(metadata: Metadata) -> dict[tuple[str, str], tuple[object, ...]]:
    """What decides whose rows are protected from whom and how well, by table: an owner's to change."""
    # The budget stands for the whole dataset: a source without one yet would be granted what the document says.
    whole: dict[tuple[str, str], tuple[object, ...]] = {("", ""): (metadata.budget_epsilon, metadata.budget_delta)}
    return whole | {
        (table.schema, table.name): (
            table.source,
            table.privacy_unit,
            table.contribution_bound,
            table.tau,
            table.rows_are_public,
            table.persons,
            {column.name: (column.type, column.selectable, column.mask, column.unique) for column in table.columns},
        )
        for table in metadata.tables
    }


def located(metadata: Metadata, settings: Settings) -> list[Place]:
    """Where each table's rows are; nothing is looked into. Raises Refused for what is not there or not allowed."""
    connectors = Connectors(settings)
    return [connectors.locate(table) for table in metadata.tables]


def check_headers(places: Sequence[Place]) -> None:
    """Raises Refused where the files' columns do not fit; what is remote is looked at when its copy is made.

    Any line can be declared the header, so that what is said of it tells cells: ask only for whom may read the source.
    """
    for place in places:
        if not place.remote:
            place.check_columns()


def lineage_by_path(connection: Connection, places: Sequence[Place]) -> str:
    """The lineage of these sources by their names alone; the content joins it when the bounded copy is made."""
    return data.lineage_of(connection, [data.Origin(name, "") for place in places for name in place.names])


def check_joins(connection: Connection, lineage: str, *, user_id: int, level: int, besides: int = 0) -> None:
    """Raises Forbidden where others own the source's budget: their masks and bounds would be got around.

    Nobody owns by what has failed and never was ready, nor by the dataset `besides`, which is only about to be.
    """
    c = data_table.c
    counts = or_(c.data_state != FAILED, c.fingerprint != "")
    found = connection.execute(select(c.user_id).where(c.lineage == lineage, c.data_id != besides, counts))
    owners = {row.user_id for row in found}
    if owners and user_id not in owners and level < permissions.OWN:
        raise Forbidden(FOREIGN)


def prepare(connection: Connection, row: AnyRow, *, user_id: int) -> str:
    """The uuid of a new job that makes the dataset's bounded copy."""
    values = {"job_type": "data.prepare", "job_name": row.data_name}
    job_uuid = jobs.create(connection, **values, user_id=user_id, data_id=row.data_id)
    rows.update(connection, data_table, {"data_id": row.data_id}, job_uuid=job_uuid)
    return job_uuid


def copy_of(row: AnyRow, table: Table) -> Copy:
    """The bounded copy of a table in this version of the dataset."""
    return Copy(data_uuid=row.data_uuid, version=row.meta_version, schema=table.schema, table=table.name)


def drop_copies(settings: Settings, row: AnyRow, unwanted: Unwanted, *, databases_only: bool = False) -> None:
    """Remove the dataset's copies of the unwanted versions, wherever the row's metadata says that they are.

    With `databases_only` those alone that no later version can find any more, unless its tables are in the same place.
    """
    connectors = Connectors(settings)
    tables = [table for table in metadata_of(row.meta).tables if table.source.server or not databases_only]
    for connector in {id(found): found for found in map(connectors.of, tables)}.values():
        connector.drop([table for table in tables if connectors.of(table) is connector], row.data_uuid, unwanted)
    if not databases_only:
        # What lies in a database now may have been a file before.
        drop_folders(settings.bounded_folder / row.data_uuid, unwanted)


def fingerprints(places: Sequence[Place]) -> str:
    """The state of all sources as text, to notice that one has changed."""
    states = {f"{place.table.schema}.{place.table.name}": place.fingerprint() for place in places}
    return msgspec.json.encode(states, order="sorted").decode()


def origins(places: Sequence[Place]) -> list[data.Origin]:
    """Names and content digests of the sources; reads everything."""
    return [origin for place in places for origin in place.origins()]


def budget_times() -> dict[str, ColumnElement[int]]:
    """When a dataset's budget was opened and last changed, as SQL; the dataset's own instants before it was opened."""
    entries = ledger_table.c
    own = entries.lineage == data_table.c.lineage

    def instant(found: Any, else_: Any) -> ColumnElement[int]:
        return func.coalesce(select(found).where(own).correlate(data_table).scalar_subquery(), else_)

    return {
        "created_at": instant(func.min(entries.created_at), data_table.c.created_at),
        "updated_at": instant(func.max(entries.created_at), data_table.c.updated_at),
    }


def adopt(connection: Connection, row: AnyRow, found: list[data.Origin]) -> str:
    """The lineage that the content belongs to, taken over by the dataset.

    Content seen before brings its own lineage, unless this dataset's has a history of its own: then no single budget
    would be right, and Conflict is raised.
    """
    current = str(row.lineage)
    known = {lineage for origin in found for lineage in data.lineages_of(connection, origin)} - {current}
    # Since it was registered, others may have come to own its lineage, too.
    joined = known if row.fingerprint else {*known, current}
    if joined:
        level = permissions.level_over_roles(connection, row.user_id)
        for lineage in joined:
            check_joins(connection, lineage, user_id=row.user_id, level=level, besides=row.data_id)
    if known:
        if len(known) > 1 or ledger.begun(connection, current):
            raise Conflict(SEPARATE)
        moved = known.pop()
        data.move_origins(connection, current, moved)
        current = moved
    data.remember(connection, current, found)
    return current


def mark_ready(connection: Connection, row: AnyRow, metadata: Metadata, found: list[data.Origin], prints: str) -> bool:
    """The bounded copy is there: settle the lineage, open its budget, let queries in. False if the row has changed."""
    key: dict[str, object] = {"data_id": row.data_id, "meta_version": row.meta_version, "deleted_at": None}
    now = rows.get(connection, data_table, **key)
    if now is None:
        return False
    lineage = adopt(connection, now, found)
    values = {"data_state": READY, "lineage": lineage, "fingerprint": prints, "updated_at": int(time.time())}
    rows.update(connection, data_table, key, **values)
    if metadata.budget_epsilon is not None:
        delta = DEFAULT_BUDGET_DELTA if metadata.budget_delta is None else metadata.budget_delta
        ledger.open_budget(connection, lineage, metadata.budget_epsilon, delta, user_id=now.user_id)
    return True


def mark_failed(connection: Connection, row: AnyRow) -> None:
    """The bounded copy could not be made from this version of the metadata."""
    key: dict[str, object] = {"data_id": row.data_id, "meta_version": row.meta_version, "data_state": PREPARING}
    rows.update(connection, data_table, key, data_state=FAILED, updated_at=int(time.time()))


def mark_abandoned(connection: Connection, job_uuid: str) -> None:
    """The job that was to make the bounded copy was cancelled before it began."""
    key: dict[str, object] = {"job_uuid": job_uuid, "data_state": PREPARING}
    rows.update(connection, data_table, key, data_state=FAILED, updated_at=int(time.time()))
