"""Runs: an entry point of a commit, carried out by a job of the same uuid; what it wrote is held until released."""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, func, insert, select

from quarantine.domain.errors import Conflict, Refused
from quarantine.domain.tracking import Logged, read_tracked
from quarantine.store import jobs, rows
from quarantine.store.rows import AnyRow
from quarantine.store.run_tables import run_data, run_outputs, run_values, runs
from quarantine.store.tables import artifacts, data, users
from quarantine.store.tables import jobs as jobs_table

V = TypeVar("V")
ACTIVE, DELETED = "active", "deleted"
HELD, RELEASED, REFUSED = "held", "released", "refused"
TABLE, CODE = "table", "code"
KINDS = {"metrics": "metric", "params": "param", "tags": "tag"}
CHUNK = 500


class Written(msgspec.Struct, frozen=True):
    """Something that a run wrote: a `file`, its `log`, its `metrics`, `params` or `tags` as lines of JSON.

    Of a transform also its `table`, which becomes a dataset, and the `code` that made it.
    """

    kind: str
    name: str
    content: bytes


def create(
    connection: Connection,
    *,
    user_id: int,
    project_uuid: str,
    commit_uuid: str,
    experiment_uuid: str,
    entry_point: str,
    arguments: Mapping[str, str],
    data_ids: Iterable[int],
    job_type: str = "commit.run",
    job_params: str = "",
) -> str:
    """A new run and the job that carries it out; `data_ids` are the datasets that its code may read."""
    key = jobs.create(
        connection,
        job_type=job_type,
        job_name=f"run {entry_point}",
        job_params=job_params,
        user_id=user_id,
        project_uuid=project_uuid,
        commit_uuid=commit_uuid,
        experiment_uuid=experiment_uuid,
    )
    rows.insert(connection, runs, run_uuid=key, entry_point=entry_point, arguments=dict(arguments))
    for data_id in sorted(set(data_ids)):
        rows.insert(connection, run_data, run_uuid=key, data_id=data_id)
    return key


def set_stage(connection: Connection, run_uuid: str, stage: str) -> None:
    """Put a run aside or bring it back."""
    rows.update(connection, runs, {"run_uuid": run_uuid}, run_stage=stage)
    rows.update(connection, jobs_table, {"job_uuid": run_uuid}, updated_at=int(time.time()))


def readable(connection: Connection, run_uuid: str) -> list[AnyRow]:
    """The datasets that a run's code may read, deleted ones too."""
    joined = data.join(run_data, run_data.c.data_id == data.c.data_id)
    found = select(data).select_from(joined).where(run_data.c.run_uuid == run_uuid).order_by(data.c.data_id)
    return list(connection.execute(found))


def owners(connection: Connection, run_uuids: Sequence[str]) -> dict[str, list[str]]:
    """The addresses of those who own the data that each of these runs could read."""
    joined = users.join(data, data.c.user_id == users.c.user_id).join(run_data, run_data.c.data_id == data.c.data_id)
    found = select(run_data.c.run_uuid, users.c.email).select_from(joined).where(run_data.c.run_uuid.in_(run_uuids))
    return _by_run((row[0], row[1]) for row in connection.execute(found.distinct().order_by(users.c.email)))


def reasons(connection: Connection, run_uuids: Sequence[str]) -> dict[str, list[str]]:
    """Why something of each of these runs was refused, each reason once."""
    c = run_outputs.c
    found = select(c.run_uuid, c.reason).where(c.run_uuid.in_(run_uuids), c.state == REFUSED)
    return _by_run((row[0], row[1]) for row in connection.execute(found.distinct().order_by(c.reason)))


def _by_run(pairs: Iterable[tuple[str, V]]) -> dict[str, list[V]]:
    sorted_in: dict[str, list[V]] = {}
    for run_uuid, each in pairs:
        sorted_in.setdefault(run_uuid, []).append(each)
    return sorted_in


def hold(connection: Connection, run_uuid: str, written: Sequence[Written]) -> None:
    """Keep what a run wrote where nobody but the data's owner looks."""
    for each in written:
        digest = hashlib.sha256(each.content).hexdigest()
        values = {"kind": each.kind, "name": each.name, "size": len(each.content), "digest": digest}
        rows.insert(connection, run_outputs, run_uuid=run_uuid, content=each.content, **values)


def outputs(connection: Connection, run_uuid: str) -> list[AnyRow]:
    """What a run wrote, without its content, in the order of kinds and names."""
    c = run_outputs.c
    shown = [column for column in c if column is not c.content]
    return list(connection.execute(select(*shown).where(c.run_uuid == run_uuid).order_by(c.kind, c.name)))


def output(connection: Connection, run_uuid: str, output_id: int) -> AnyRow | None:
    """One thing that a run wrote, with its content."""
    return rows.get(connection, run_outputs, run_uuid=run_uuid, output_id=output_id)


def held(connection: Connection, run_uuids: Sequence[str]) -> set[str]:
    """Those of these runs of which something still waits for a decision."""
    c = run_outputs.c
    return set(connection.scalars(select(c.run_uuid).where(c.run_uuid.in_(run_uuids), c.state == HELD).distinct()))


def release(connection: Connection, run_uuid: str, wanted: Sequence[int] | None, *, user_id: int | None) -> int:
    """Show what is held, all or these; how many things. Raises Refused or Conflict for what cannot be released."""
    found = _decidable(connection, run_uuid, wanted)
    for each in found:
        row = output(connection, run_uuid, each.output_id)
        if row is not None:
            _publish(connection, run_uuid, row)
            # The rows of a table are a dataset's from now on, and nowhere else.
            _decide(connection, row, RELEASED, user_id, **({"content": b""} if row.kind == TABLE else {}))
    return len(found)


def held_table(connection: Connection, run_uuid: str, wanted: Sequence[int] | None) -> AnyRow | None:
    """The table of a transform, with its content, where it is held and among those wanted (None: all)."""
    row = rows.get(connection, run_outputs, run_uuid=run_uuid, kind=TABLE, state=HELD)
    return row if row is not None and (wanted is None or row.output_id in wanted) else None


def refuse(connection: Connection, run_uuid: str, wanted: Sequence[int] | None, *, user_id: int, reason: str) -> int:
    """Never show what is held, all or these, and forget its content; how many things."""
    found = _decidable(connection, run_uuid, wanted)
    for row in found:
        _decide(connection, row, REFUSED, user_id, reason=reason, content=b"")
    return len(found)


def values(
    connection: Connection, run_uuid: str, kind: str, key: str | None = None, part: tuple[int, int] | None = None
) -> list[AnyRow]:
    """Released metrics (`metric`), parameters (`param`) or tags (`tag`) of a run, by key, step, instant.

    `part` is how many to leave out and how many to take at most; None takes all.
    """
    c = run_values.c
    wanted: list[ColumnElement[bool]] = [c.run_uuid == run_uuid, c.kind == kind]
    wanted += [] if key is None else [c.key == key]
    order = (c.key, c.step, c.timestamp, c.value_id)
    statement = select(run_values).order_by(*order)
    if part is None:
        return list(connection.execute(statement.where(*wanted)))
    # Counted off in the index alone, which is a tenth of the rows.
    numbers = select(c.value_id).where(*wanted).order_by(*order).offset(part[0]).limit(part[1])
    return list(connection.execute(statement.where(c.value_id.in_(numbers))))


def latest(connection: Connection, run_uuids: Sequence[str], kind: str) -> dict[str, list[AnyRow]]:
    """The last of the released values under each key, by key, of each run that has any."""
    c = run_values.c
    last = (c.step.desc(), c.timestamp.desc(), c.value_id.desc())
    place = func.row_number().over(partition_by=(c.run_uuid, c.key), order_by=last).label("place")
    ranked = select(run_values, place).where(c.run_uuid.in_(run_uuids), c.kind == kind).subquery()
    found = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.run_uuid, ranked.c.key)
    return _by_run((row.run_uuid, row) for row in connection.execute(found))


def _decidable(connection: Connection, run_uuid: str, wanted: Sequence[int] | None) -> list[AnyRow]:
    known = {row.output_id: row for row in outputs(connection, run_uuid)}
    if wanted is None:
        return [row for row in known.values() if row.state == HELD]
    if any(each not in known for each in wanted):
        raise Refused("outputs: the run has no such output; GET /runs/{run_uuid}/outputs lists them")
    found = [known[each] for each in sorted(set(wanted))]
    if any(row.state != HELD for row in found):
        raise Conflict("one of these outputs has been decided on already")
    return found


def _decide(connection: Connection, row: AnyRow, state: str, user_id: int | None, **more: object) -> None:
    key: dict[str, object] = {"output_id": row.output_id, "state": HELD}
    if rows.update(connection, run_outputs, key, state=state, decided_by=user_id, decided_at=_now(), **more) != 1:
        raise Conflict("one of these outputs has been decided on already")


def _publish(connection: Connection, run_uuid: str, row: AnyRow) -> None:
    if row.kind == "file":
        media = "text/plain" if _is_text(row.content) else "application/octet-stream"
        shown = {"path": row.name, "media_type": media, "content": row.content, "created_at": _now()}
        rows.insert(connection, artifacts, job_uuid=run_uuid, **shown)
    elif row.kind == "log":
        # PostgreSQL's texts hold no NUL.
        text = row.content.decode(errors="replace").replace("\0", "\ufffd")
        rows.update(connection, jobs_table, {"job_uuid": run_uuid}, job_logs=text, updated_at=_now())
    elif row.kind not in (TABLE, CODE):
        tracked = read_tracked(row.content)
        logged: Sequence[Logged] = getattr(tracked, row.kind)
        found = [_value(run_uuid, KINDS[row.kind], each) for each in logged]
        for start in range(0, len(found), CHUNK):
            connection.execute(insert(run_values), found[start : start + CHUNK])


def _value(run_uuid: str, kind: str, logged: Logged) -> dict[str, Any]:
    number = logged.number if kind == "metric" else None
    shown = {"key": logged.key, "number": number, "text": logged.text}
    return {"run_uuid": run_uuid, "kind": kind, **shown, "step": logged.step, "timestamp": logged.timestamp}


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _now() -> int:
    return int(time.time())
