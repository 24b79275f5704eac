"""What is shown of a job that has ended, by its type."""

import csv
import io
import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from dq0.cli.connection import Connection, decoded
from dq0.cli.failures import JOB_FAILED, Failure
from dq0.cli.tables import cell, fields, say, table, terminal_width
from dq0.cli.texts import shown, shown_json

_RUNS = ("commit.run", "commit.transform")
_OF_RUN = ("run_uuid", "run_status", "experiment_name", "run_params", "run_metrics", "run_held", "run_released_by")


def show(connection: Connection, job: Mapping[str, Any], data_uuid: str, as_json: bool) -> None:
    """The result of a job on standard output, or with `as_json` the server's own answer that has it.

    Raises Failure where the job has not finished well.
    """
    path, query = _place(job, data_uuid)
    content = connection.ask("GET", path, query)
    if as_json:
        say(shown_json(content.decode("utf8", "replace")))
    elif job.get("job_state") == "finished":
        _people(str(job.get("job_type")), decoded(content))
    if job.get("job_state") != "finished":
        reason = shown(str(job.get("job_errors") or "no reason is told"))
        raise Failure(f"the job ended as {cell('', job.get('job_state'))}: {reason}", JOB_FAILED)


def _place(job: Mapping[str, Any], data_uuid: str) -> tuple[str, list[tuple[str, str]]]:
    """The operation that answers with what came of a job."""
    uuid, kind = str(job["job_uuid"]), job.get("job_type")
    if kind == "query.run":
        return f"/queries/{uuid}", [("include_result", "true")]
    if kind in _RUNS:
        return f"/runs/{uuid}", []
    if kind == "model.predict" and job.get("job_state") == "finished":
        return "/artifacts/download", [("run_uuid", uuid), ("artifact_path", "results.csv")]
    if kind == "data.prepare" and data_uuid:
        return f"/data/{data_uuid}", []
    return f"/jobs/{uuid}", []


def _people(kind: str, found: dict[str, Any]) -> None:
    if kind == "query.run":
        _query(found)
    elif kind in _RUNS:
        say("\n".join(fields(found, among=_OF_RUN)))
    elif kind == "model.predict":
        rows = list(csv.reader(io.StringIO(str(found.get("data_string") or ""))))
        say("\n".join(_grid(rows)))
    else:
        say("\n".join(fields(found)))


def _query(found: Mapping[str, Any]) -> None:
    """The noisy table, an error beside each number that has one, and what was paid."""
    rows = list(csv.reader(io.StringIO(str(found.get("query_result_data") or ""))))
    if rows:
        say("\n".join(_grid(_with_errors(rows, _intervals(found.get("job_results"))))))
    message = shown(str(found.get("query_result_message") or ""))
    if message:
        say("")
        for part in message.split("; "):
            say("\n".join(textwrap.wrap(part, max(terminal_width(), 40) if terminal_width() else 120)))


def _intervals(results: object) -> dict[str, list[Any]]:
    try:
        found = json.loads(str(results or "{}")).get("intervals")
    except (ValueError, AttributeError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, list)} if isinstance(found, dict) else {}


def _with_errors(rows: list[list[str]], intervals: Mapping[str, Sequence[Any]]) -> list[list[str]]:
    """The rows with a column after each that has 95% errors: how far the true number is away at most, mostly."""
    heads, *body = rows
    out: list[list[str]] = [[] for _ in rows]
    for at, name in enumerate(heads):
        errors = intervals.get(name, ())
        known = len(errors) == len(body)
        for number, row in enumerate(rows):
            out[number].append(row[at] if at < len(row) else "")
            if known:
                out[number].append("95%" if number == 0 else _error(errors[number - 1]))
    return out


def _error(value: Any) -> str:
    return f"± {value:.4g}" if isinstance(value, int | float) else ""


def _grid(rows: list[list[str]]) -> list[str]:
    if not rows:
        return ["nothing"]
    heads, *body = [[shown(text) for text in row] for row in rows]
    even = [(row + [""] * len(heads))[: len(heads)] for row in body]
    return table(even, heads)


def told_apart(answer: Mapping[str, Any]) -> str:
    """The uuid of the job that an answer speaks of: its own field, or the last word of its message."""
    uuid = str(answer.get("job_uuid") or "")
    return uuid or str(answer.get("message") or "").rsplit(" ", 1)[-1]


def note(text: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(text + "\n")
