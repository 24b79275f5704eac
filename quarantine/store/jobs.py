"""Jobs: everything that takes longer than a request. A row is leased to one worker, which proves itself by the fence.

created -> running -> finished | error | cancelled. A lease that ran out is taken over with a higher fence; whoever
holds the old number can neither report nor publish. Results and artifacts are written by the transaction that finishes
the job, so that they are there once and whole, or not at all.
"""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, case, func, literal, or_, select

from quarantine.domain.errors import Conflict, NotFound
from quarantine.store import rows
from quarantine.store.rows import AnyRow
from quarantine.store.tables import artifacts as artifacts_table
from quarantine.store.tables import data, jobs, queries

CREATED, RUNNING, FINISHED, ERROR, CANCELLED = "created", "running", "finished", "error", "cancelled"
ENDED = (FINISHED, ERROR, CANCELLED)
# A job that takes its worker down with it is not tried for ever.
ATTEMPTS = 3
# The client takes 1.0 for the end, whatever the state says.
NEARLY = 0.99


class Artifact(msgspec.Struct, frozen=True):
    """A file that a job publishes."""

    path: str
    content: bytes
    media_type: str = "application/octet-stream"


class Beat(msgspec.Struct, frozen=True):
    """What a heartbeat finds: whether the lease is still held, and whether the job is to be cancelled, or killed."""

    held: bool
    cancel: bool
    force: bool = False


def create(
    connection: Connection,
    *,
    job_type: str,
    user_id: int,
    job_name: str = "",
    job_params: str = "",
    data_id: int | None = None,
    project_uuid: str | None = None,
    commit_uuid: str | None = None,
    experiment_uuid: str | None = None,
    priority: int = 0,
    job_uuid: str | None = None,
) -> str:
    """A new job's uuid; wake a worker after the commit. Higher `priority` goes first."""
    now = int(time.time())
    key = job_uuid or str(uuid.uuid4())
    rows.insert(
        connection,
        jobs,
        job_uuid=key,
        job_type=job_type,
        job_name=job_name,
        job_params=job_params,
        user_id=user_id,
        data_id=data_id,
        project_uuid=project_uuid,
        commit_uuid=commit_uuid,
        experiment_uuid=experiment_uuid,
        priority=priority,
        created_at=now,
        updated_at=now,
    )
    return key


def create_query(
    connection: Connection,
    *,
    user_id: int,
    data_id: int,
    statement: str,
    datasets: Mapping[str, str],
    epsilon: float,
    delta: float,
    tau: float | None = None,
    gaussian_delta: float = 0.0,
    private_column: str = "",
    params: str = "",
    permissions: str = "",
    policy: str = "",
    question: str = "",
    job_params: str = "",
    job_name: str = "",
    project_uuid: str | None = None,
) -> str:
    """A query and the job that runs it, under one uuid; `datasets` is name -> uuid, `policy` JSON text.

    `delta` is its price, `gaussian_delta` what it may cost for Gaussian noise; `question` tells it
    from others: see `quarantine.store.repetition`.
    """
    key = create(
        connection,
        job_type="query.run",
        user_id=user_id,
        job_name=job_name,
        job_params=job_params,
        data_id=data_id,
        project_uuid=project_uuid,
    )
    rows.insert(
        connection,
        queries,
        query_uuid=key,
        query_statement=statement,
        query_datasets=dict(datasets),
        epsilon=epsilon,
        delta=delta,
        tau=tau,
        gaussian_delta=gaussian_delta,
        private_column=private_column,
        params=params,
        permissions=permissions,
        policy=policy,
        question=question,
    )
    return key


def waiting(connection: Connection, types: Sequence[str]) -> bool:
    """Whether there is anything to claim or recover; a read, so that idle workers disturb nobody."""
    return connection.execute(_NEXT, {"types": list(types), "now": _milliseconds()}).first() is not None


def unfinished(connection: Connection) -> list[tuple[str, str, int]]:
    """How many jobs wait or run: type, state, number."""
    counted = select(_c.job_type, _c.job_state, func.count()).where(_c.job_state.in_((CREATED, RUNNING)))
    return [
        (kind, state, number) for kind, state, number in connection.execute(counted.group_by(_c.job_type, _c.job_state))
    ]


def claim(connection: Connection, *, owner: str, types: Sequence[str], lease_seconds: float) -> AnyRow | None:
    """Lease the next job to `owner`: a created one, or one whose lease ran out; None when there is nothing to do."""
    recover(connection)
    now = _milliseconds()
    row = connection.execute(_CLAIMED, {"types": list(types), "now": now}).first()
    if row is None:
        return None
    taken = rows.update(
        connection,
        jobs,
        {"job_uuid": row.job_uuid, "fence": row.fence},
        job_state=RUNNING,
        lease_owner=owner[:128],
        lease_until=now + int(lease_seconds * 1000),
        fence=row.fence + 1,
        run_start_time=row.run_start_time or now,
        updated_at=now // 1000,
    )
    return rows.get(connection, jobs, job_uuid=row.job_uuid) if taken else None


def heartbeat(
    connection: Connection, job_uuid: str, fence: int, *, lease_seconds: float, progress: float | None = None
) -> Beat:
    """Prolong the lease and, unless None, set the progress (0.0-1.0, shown below 1.0 until the end)."""
    now = _milliseconds()
    values: dict[str, object] = {"lease_until": now + int(lease_seconds * 1000), "updated_at": now // 1000}
    if progress is not None:
        values["job_progress"] = min(max(float(progress), 0.0), NEARLY)
    rows.update(connection, jobs, _held(job_uuid, fence), **values)
    return look(connection, job_uuid, fence)


def look(connection: Connection, job_uuid: str, fence: int) -> Beat:
    """What a heartbeat finds, without one."""
    row = rows.get(connection, jobs, **_held(job_uuid, fence))
    if row is None:
        return Beat(held=False, cancel=False)
    return Beat(held=True, cancel=bool(row.cancel_requested), force=bool(row.cancel_forced))


def finish(
    connection: Connection,
    job_uuid: str,
    fence: int,
    *,
    results: str = "",
    logs: str = "",
    message: str = "",
    source_state: str = "",
    artifacts: Sequence[Artifact] = (),
) -> bool:
    """Finish a job and publish what it made, in this transaction; False when the lease is lost or cancel is asked for.

    `message` is the query's result message, `source_state` the state of the source that it was answered from.
    """
    ended = _ending(FINISHED, job_progress=1.0, job_results=results, job_logs=logs)
    if rows.update(connection, jobs, {**_held(job_uuid, fence), "cancel_requested": False}, **ended) != 1:
        return False
    now = int(time.time())
    for artifact in artifacts:
        values = {"path": artifact.path, "media_type": artifact.media_type, "content": artifact.content}
        rows.insert(connection, artifacts_table, job_uuid=job_uuid, **values, created_at=now)
    if message:
        values = {"query_result_message": message, "source_state": source_state}
        rows.update(connection, queries, {"query_uuid": job_uuid}, **values)
    return True


def finish_again(
    connection: Connection, job_uuid: str, earlier_uuid: str, *, results: str, message: str, source_state: str
) -> None:
    """Finish a query's job that no worker has seen yet with the artifacts of an earlier one, in this transaction."""
    now = _milliseconds()
    ended = _ending(FINISHED, job_progress=1.0, job_results=results, run_start_time=now)
    rows.update(connection, jobs, {"job_uuid": job_uuid, "job_state": CREATED}, **ended)
    rows.update(connection, queries, {"query_uuid": job_uuid}, query_result_message=message, source_state=source_state)
    c = artifacts_table.c
    copied = select(literal(job_uuid), c.path, c.media_type, c.content, literal(now // 1000))
    names = ["job_uuid", "path", "media_type", "content", "created_at"]
    connection.execute(artifacts_table.insert().from_select(names, copied.where(c.job_uuid == earlier_uuid)))


def fail(connection: Connection, job_uuid: str, fence: int, errors: str, *, logs: str = "") -> bool:
    """End a job in error; False when the lease is lost. `errors` must hold no value from data."""
    return (
        rows.update(connection, jobs, _held(job_uuid, fence), **_ending(ERROR, job_errors=errors, job_logs=logs)) == 1
    )


def cancelled(connection: Connection, job_uuid: str, fence: int, *, logs: str = "") -> bool:
    """End a job that was asked to, once nothing of it runs any more; False when the lease is lost."""
    ended = _ending(CANCELLED, job_progress=1.0, job_logs=logs)
    return rows.update(connection, jobs, _held(job_uuid, fence), **ended) == 1


def release(connection: Connection, job_uuid: str, fence: int) -> bool:
    """Give an unfinished job back, for another worker to take; False when the lease is lost."""
    back = {"job_state": CREATED, "lease_owner": None, "lease_until": None, "updated_at": int(time.time())}
    return rows.update(connection, jobs, _held(job_uuid, fence), **back) == 1


def request_cancel(connection: Connection, job_uuid: str, *, force: bool = False) -> str:
    """Ask a job to end; its state then: `cancelled` at once if nothing runs, else `running` until its worker ends it.

    `force` kills what runs in place of asking it. Raises Conflict when the job has ended already. What was charged
    stays charged.
    """
    row = rows.get(connection, jobs, job_uuid=job_uuid)
    if row is None:
        raise NotFound("there is no such job")
    if row.job_state in ENDED:
        raise Conflict(f"the job has ended already: {row.job_state}")
    key: dict[str, object] = {"job_uuid": job_uuid, "job_state": CREATED}
    ended = _ending(CANCELLED, job_progress=1.0, cancel_requested=True)
    if rows.update(connection, jobs, key, **ended):
        return CANCELLED
    key["job_state"] = RUNNING
    asked: dict[str, object] = {"cancel_requested": True, **({"cancel_forced": True} if force else {})}
    rows.update(connection, jobs, key, **asked, updated_at=int(time.time()))
    return RUNNING


def recover(connection: Connection) -> int:
    """End the jobs that lost their worker and are not taken over: cancelled or tried enough; how many there were.

    A dataset whose copy such a job was to make has failed: nobody else would ever say so.
    """
    values = {"now": _milliseconds(), "now_seconds": int(time.time())}
    ended = connection.execute(_RECOVER, values).rowcount
    for data_id in connection.scalars(_ABANDONED).all() if ended else ():
        rows.update(connection, data, {"data_id": data_id}, data_state="failed", updated_at=values["now_seconds"])
    return ended


def shapes(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[object, ...]]:
    """What each of these jobs looks like to who watches it: another one whenever something of it has changed."""
    seen = (_c.job_state, _c.job_progress, func.length(_c.job_logs))
    return {
        key: tuple(shape) for key, *shape in connection.execute(select(_c.job_uuid, *seen).where(_c.job_uuid.in_(keys)))
    }


def artifact(connection: Connection, job_uuid: str, path: str) -> AnyRow | None:
    """A published artifact with its content."""
    return rows.get(connection, artifacts_table, job_uuid=job_uuid, path=path)


def artifacts(connection: Connection, job_uuid: str) -> list[AnyRow]:
    """What a job has published: paths, media types, instants, sizes, without content."""
    c = artifacts_table.c
    size = func.length(c.content).label("size")
    found = select(c.job_uuid, c.path, c.media_type, c.created_at, size).where(c.job_uuid == job_uuid).order_by(c.path)
    return list(connection.execute(found))


_c = jobs.c
_overdue = and_(_c.job_state == RUNNING, _c.lease_until < bindparam("now"))
_hopeless = or_(_c.cancel_requested.is_(True), _c.fence >= ATTEMPTS)

_NEXT = (
    select(jobs)
    .where(_c.job_type.in_(bindparam("types", expanding=True)), or_(_c.job_state == CREATED, _overdue))
    .order_by(_c.priority.desc(), _c.created_at, _c.job_uuid)
    .limit(1)
)

# PostgreSQL's workers pass over what another one is just taking; SQLite's write transactions come one by one.
_CLAIMED = _NEXT.with_for_update(skip_locked=True)

_RECOVER = (
    jobs.update()
    .where(_overdue, _hopeless)
    .values(
        job_state=case((_c.cancel_requested.is_(True), CANCELLED), else_=ERROR),
        job_progress=case((_c.cancel_requested.is_(True), 1.0), else_=_c.job_progress),
        job_errors=case(
            (_c.cancel_requested.is_(True), ""), else_="the job ended its worker several times and is not tried again"
        ),
        lease_owner=None,
        lease_until=None,
        fence=_c.fence + 1,
        run_end_time=bindparam("now"),
        updated_at=bindparam("now_seconds"),
    )
)

# The job that a dataset names is the last one that was to prepare it: its end is the dataset's.
_ABANDONED = select(data.c.data_id).where(
    data.c.data_state == "preparing",
    data.c.job_uuid.in_(select(_c.job_uuid).where(_c.job_state.in_((ERROR, CANCELLED)))),
)


def _held(job_uuid: str, fence: int) -> dict[str, object]:
    return {"job_uuid": job_uuid, "fence": fence, "job_state": RUNNING}


def _ending(state: str, **values: object) -> dict[str, Any]:
    now = _milliseconds()
    ended = {"job_state": state, "lease_owner": None, "lease_until": None}
    return {**ended, "run_end_time": now, "updated_at": now // 1000, **values}


def _milliseconds() -> int:
    return int(time.time() * 1000)
