"""One command carried out: the request, what is kept of a sign-in, pages, jobs, and the answer shown."""

import base64
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from dq0.cli import results, sessions
from dq0.cli.binding import UUID, Request, request, values
from dq0.cli.connection import DEFAULT_ADDRESS, Connection, decoded, travels_openly
from dq0.cli.failures import NOT_FOUND, NOT_SIGNED_IN, UNAVAILABLE, USAGE, Failure
from dq0.cli.given import Given
from dq0.cli.results import note
from dq0.cli.tables import cell, fields, listed, moment, say
from dq0.cli.texts import shown, shown_json
from dq0.cli.waiting import wait
from generated.console import Command

_SIGNS_IN = frozenset({"user_login", "auth_login"})
_KEEPS = _SIGNS_IN | {"change_password"}
_FORGETS = frozenset({"user_logout", "auth_logout"})
_OPEN = _SIGNS_IN | {"user_register", "auth_register"}
EVENTS = "text/event-stream"
_MOST = 1000
# The proxy that every server has.
_ITSELF = 1


def execute(command: Command, given: Given) -> None:
    """Carry a command out; raises Failure for everything that keeps it from succeeding."""
    connection = Connection(given.server or os.environ.get("DQ0_ADDRESS", "") or DEFAULT_ADDRESS)
    if command.operation not in _OPEN:
        connection.token = sessions.token_of(connection.address)
    found = values(command, given)
    elsewhere = command.operation in _FORGETS and _is_kept_there(connection.address)
    if any(option.secret for option in command.options) and travels_openly(connection.address):
        note(f"warning: the password travels to {connection.address} unencrypted")
    try:
        _resolve(connection, command, found)
        _carry_out(connection, command, given, found)
    except Failure as failure:
        if failure.status == NOT_SIGNED_IN and command.operation not in _OPEN:
            # Where the server speaks of its API, people are told of the command.
            said = failure.message.partition(": POST ")[0]
            raise Failure(f"{said}: dq0 user login EMAIL", NOT_SIGNED_IN) from None
        raise
    finally:
        # Whatever the server says: who signs out is not signed in here.
        if command.operation in _FORGETS and not elsewhere:
            sessions.forget(connection.address)
        connection.close()


def _is_kept_there(address: str) -> bool:
    """Whether the session in question is with another quarantine, and the server keeps it beside the one with itself.

    Then our token goes on to be the one of the server itself, which is what its proxies are looked after with.
    """
    server = Connection(address, sessions.token_of(address))
    try:
        active = server.get("/proxies/current")
    except Failure:
        return False
    finally:
        server.close()
    return active.get("proxy_id") != _ITSELF and bool(active.get("email_address"))


def _resolve(connection: Connection, command: Command, found: dict[str, Any]) -> None:
    """A dataset may be named by its number or its name where its uuid is wanted."""
    given = found.get("data_uuid")
    if not isinstance(given, str) or UUID.fullmatch(given) or command.context not in ("data", "project"):
        return
    page = 1
    while True:
        answer = connection.get("/data", page=page, page_size=_MOST)
        for item in answer.get("items", ()):
            if given in (item.get("data_name"), str(item.get("data_id"))):
                found["data_uuid"] = item["data_uuid"]
                return
        if page * _MOST >= int(answer.get("total", 0)):
            raise Failure(f"no dataset has the name or number {shown(given)}", NOT_FOUND)
        page += 1


def _carry_out(connection: Connection, command: Command, given: Given, found: Mapping[str, Any]) -> None:
    asked = request(command, found)
    if given.everything:
        content = _all_pages(connection, command, asked, "page_size" in found)
    else:
        content = connection.ask(command.method, asked.path, asked.query, asked.body, asked.headers)
    if connection.kind == EVENTS:
        say(shown(content.decode("utf8", "replace").strip(), keep="\n"))
        return
    answer = decoded(content)
    if command.operation in _KEEPS and isinstance(answer.get("token"), str):
        if not _is_kept_there(connection.address):
            sessions.keep(connection.address, answer["token"])
        elif not given.as_json:
            say("the session with the active proxy is open; this server keeps it")
            return
    if command.waits and not given.no_wait:
        _follow(connection, answer, given.as_json)
    elif given.as_json:
        say(shown_json(content.decode("utf8", "replace")))
    else:
        _show(connection, command, answer, found)


def _all_pages(connection: Connection, command: Command, asked: Request, sized: bool) -> bytes:
    """All pages as one: the answer of the first with the items of all."""
    query = [pair for pair in asked.query if pair[0] != "page"] + ([] if sized else [("page_size", str(_MOST))])
    items: list[Any] = []
    page = 1
    while True:
        content = connection.ask(command.method, asked.path, [*query, ("page", str(page))])
        answer = decoded(content)
        new = answer.get("items", [])
        items += new
        if not new or len(items) >= int(answer.get("total", 0)):
            break
        page += 1
    return json.dumps({**answer, "items": items, "page": 1}, ensure_ascii=False).encode()


def _follow(connection: Connection, answer: Mapping[str, Any], as_json: bool) -> None:
    job_uuid = results.told_apart(answer)
    if UUID.fullmatch(job_uuid) is None:
        raise Failure("the answer names no job to wait for", NOT_FOUND)
    if sys.stderr.isatty() and answer.get("message"):
        note(shown(str(answer["message"])))
    results.show(connection, wait(connection, job_uuid), str(answer.get("data_uuid") or ""), as_json)


def _show(connection: Connection, command: Command, answer: dict[str, Any], found: Mapping[str, Any]) -> None:
    if command.operation in _KEEPS:
        kept = f"the token is kept in {sessions.place()}"
        who = shown(str(found.get("email") or "you"))
        say(f"{who} {'are' if who == 'you' else 'is'} signed in at {connection.address}; {kept}")
    elif isinstance(answer.get("items"), list):
        _list(command, answer)
    elif command.name == "state":
        say(_state(answer))
    elif "data_string" in answer:
        _content(answer)
    elif isinstance(answer.get("sample"), str):
        _sample(answer)
    else:
        message = answer.pop("message", None)
        lines = ([shown(str(message))] if message else []) + fields(answer)
        say("\n".join(lines or ["done"]))


def _list(command: Command, answer: Mapping[str, Any]) -> None:
    if not all(isinstance(item, Mapping) for item in answer["items"]):
        raise Failure("the answer is not a DQ0 server's: expected a list of objects", UNAVAILABLE)
    say("\n".join(listed(answer["items"], command.columns, command.context)))
    total, shown_now = int(answer.get("total", 0)), len(answer["items"])
    if total > shown_now:
        note(f"{shown_now} of {total}, page {answer.get('page')}: --page and --page-size choose, --all shows all")


def _state(job: Mapping[str, Any]) -> str:
    """A job on one line: its state with its time, how far it is, and what came of it."""
    came = job.get("job_errors") or job.get("job_results") or ""
    when = moment(int(job.get("updated_at") or job.get("created_at") or 0))
    parts = [cell("", job.get("job_state")), when, cell("job_progress", float(job.get("job_progress") or 0.0))]
    return " ".join([*parts, shown(str(came))]).rstrip()


def _content(answer: Mapping[str, Any]) -> None:
    """A file's content as it is, for another program; escaped where a terminal would act on it."""
    text = str(answer["data_string"])
    if answer.get("data_encoding") == "base64":
        if sys.stdout.isatty():
            raise Failure("this file is not text: send it into a file with >", USAGE)
        _write(base64.b64decode(text))
    elif sys.stdout.isatty():
        say(shown(text.replace("\r\n", "\n").rstrip("\n"), keep="\n\t"))
    else:
        _write(text.encode("utf8", "surrogatepass"))


def _write(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def _sample(answer: Mapping[str, Any]) -> None:
    try:
        rows = json.loads(answer["sample"])
    except ValueError:
        rows = None
    known = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    say("\n".join(listed(rows, (), "") if known else [shown(str(answer["sample"]))]))
