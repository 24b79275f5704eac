"""Asking again what has been answered: the released answer once more, at no charge, since it tells nothing new.

Two questions are the same if their plans are, under the same policies, of the same versions of the same datasets. The
plan holds all that decides what is released: statement, noise, what is computed after it, and labels. An answer counts
once it is released, and as long as its sources are in the state that it was answered from. Both are known without data.
"""

import hashlib
from collections.abc import Sequence
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


def question(asked: Sequence[AnyRow], plan: "Plan", policies: str) -> str:
    """What tells one question from another: a digest of datasets, versions, plan, and policies (JSON text)."""
    return _digest(repr(([(row.data_id, row.meta_version) for row in asked], policies, plan)))


def state(prints: Sequence[str]) -> str:
    """What tells one state of the sources from another; `prints` is what `datasets.fingerprints` says of each dataset.

    An empty text where that is not known of all.
    """
    return _digest("\n".join(prints)) if all(prints) else ""


def state_now(metas: Sequence[str], settings: Settings) -> str:
    """The state of the datasets' sources just now, empty where nobody can tell. It may have to wait for them."""
    try:
        places = [datasets.located(datasets.metadata_of(meta), settings) for meta in metas]
        return state([datasets.fingerprints(found) for found in places])
    except Refused:
        return ""


def answered(
    connection: Connection, datasets_read: Sequence[AnyRow], asked: str, user_id: int, *, own: bool = False
) -> AnySelect | None:
    """The answers to this question that a person may be given again, oldest first; None where there are none.

    An owner may want none. Only his own with `own`, and where an owner has capped what he may spend: what others paid
    for would get round it. However often a question was asked, no more is read than the one answer that `first` takes.
    """
    if not all(row.free_repetition for row in datasets_read):
        return None
    c = jobs_table.c
    found = select(queries, c.job_uuid, c.job_results).join(jobs_table, c.job_uuid == queries.c.query_uuid)
    same = (queries.c.question == asked, queries.c.source_state != "", c.job_state == jobs.FINISHED)
    found = found.where(*same).order_by(c.run_end_time, c.job_uuid)
    if own or ledger.cap_balances(connection, [row.lineage for row in datasets_read], [user_id]):
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
