"""Profiles of datasets: private statistics that an owner has bought once, for all who use the dataset."""

import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.profile import Profile
from quarantine.store import ledger, rows
from quarantine.store.ledger import Cost
from quarantine.store.rows import AnyRow
from quarantine.store.tables import profiles


class Asked(msgspec.Struct, frozen=True):
    """A profile as it was priced, for the job that computes it; `policy` is JSON text."""

    meta_version: int
    epsilon: float
    delta: float
    policy: str


def pay(
    connection: Connection, row: AnyRow, cost: Cost, *, user_id: int, job_uuid: str, mechanisms: Sequence[object]
) -> None:
    """Grant the dataset's ledger the price of a profile, and charge it.

    So what is left for queries stays as it is, and the ledger has everything that the data was ever asked.
    """
    ledger.grant_price(connection, row.lineage, cost, user_id=user_id)
    ledger.charge(connection, row.lineage, cost, user_id=user_id, job_uuid=job_uuid, mechanisms=mechanisms)


def keep(connection: Connection, row: AnyRow, found: Profile) -> None:
    """Publish a profile of this version of the dataset, in place of an older one."""
    text = msgspec.json.encode(found).decode()
    values = {"meta_version": row.meta_version, "found": text, "created_at": int(time.time())}
    if not rows.update(connection, profiles, {"data_id": row.data_id}, **values):
        rows.insert(connection, profiles, data_id=row.data_id, **values)


def of(connection: Connection, data: Iterable[AnyRow]) -> Mapping[int, Profile]:
    """The profiles of these datasets in the versions that they have now, by `data_id`."""
    versions = {int(row.data_id): row.meta_version for row in data}
    found = connection.execute(select(profiles).where(profiles.c.data_id.in_(versions)))
    return {
        row.data_id: msgspec.json.decode(row.found, type=Profile)
        for row in found
        if row.meta_version == versions[row.data_id]
    }
