"""Asking again what has been answered: the released answer once more, at no charge, since it tells nothing new.

Two questions are the same if their plans are, under the same policy, of the same version of the same dataset. The plan
holds all that decides what is released: statement, noise, what is computed after it, and labels. An answer counts once
it is released, and as long as its source is in the state that it was answered from. Both are known without data.
"""

import hashlib
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.errors import Refused
from quarantine.domain.settings import Settings
from quarantine.store import datasets, jobs, ledger
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import queries

if TYPE_CHECKING:
    from quarantine.domain.privacy import Plan

AGAIN = "an identical query was answered before and the data is unchanged: this is its answer, and nothing was charged"


def question(row: AnyRow, plan: "Plan", policy: str) -> str:
    """What tells one question from another: a digest of dataset, version, plan, and policy (JSON text)."""
    return _digest(repr((row.data_id, row.meta_version, policy, plan)))


def state(prints: str) -> str:
    """What tells one state of the sources from another; `prints` is what `datasets.fingerprints` says."""
    return _digest(prints)


def state_now(meta: str, settings: Settings) -> str:
    """The state of a dataset's sources just now, an empty text where nobody can tell. It may have to wait for them."""
    try:
        return state(datasets.fingerprints(datasets.located(datasets.metadata_of(meta), settings)))
    except Refused:
        return ""


def answered(connection: Connection, row: AnyRow, asked: str, user_id: int, *, own: bool = False) -> AnySelect | None:
    """The answers to this question that a person may be given again, oldest first; None where there are none.

    The owner may want none. Only his own with `own`, and where the owner has capped what he may spend: what others paid
    for would get round it. However often a question was asked, no more is read than the one answer that `first` takes.
    """
    if not row.free_repetition:
        return None
    c = jobs_table.c
    found = select(queries, c.job_uuid, c.job_results).join(jobs_table, c.job_uuid == queries.c.query_uuid)
    same = (queries.c.question == asked, queries.c.source_state != "", c.job_state == jobs.FINISHED)
    found = found.where(*same).order_by(c.run_end_time, c.job_uuid)
    if own or ledger.cap_balances(connection, [row.lineage], [user_id]):
        found = found.where(c.user_id == user_id)
    there = connection.execute(found.with_only_columns(c.job_uuid).limit(1)).first()
    return None if there is None else found


def first(connection: Connection, known: AnySelect, now: str) -> AnyRow | None:
    """The first of the answers that were given from sources in this state."""
    return connection.execute(known.where(queries.c.source_state == now).limit(1)).first()


def repeat(connection: Connection, job_uuid: str, earlier: AnyRow) -> None:
    """End a job that nobody has begun with what an earlier one has published."""
    results = msgspec.json.decode(earlier.job_results)
    results |= {"epsilon": 0.0, "delta": 0.0}
    message = f"{AGAIN}; then: {earlier.query_result_message.removeprefix(f'{AGAIN}; then: ')}"
    jobs.finish_again(
        connection,
        job_uuid,
        earlier.job_uuid,
        results=msgspec.json.encode(results).decode(),
        message=message,
        source_state=earlier.source_state,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
