"""The extensions that only clients read: `x-client` at the root, and `x-job` at what outlasts its request."""

from typing import Any

from generator.findings import Findings, shown
from generator.ir import ClientPlan, Jobs, Operation, Work
from generator.scan import Map

_TEXTS = ("address", "environment", "login", "logout")
_JOB_TEXTS = ("watch", "cancel", "key", "state", "progress", "errors")
_STATES = ("done", "cancelled", "failed")
_TABLE = ("csv", "notes", "message")
_RIGHT_CLIENT = "write {address, environment, login, logout, jobs}, all but jobs as text"
_RIGHT_JOBS = (
    "write {watch, cancel, key, state, progress, errors} as text, and lists of states: done, cancelled, failed"
)
_RIGHT_WORK = "write {outcome: OPERATION, subject: FIELD, with: {argument: value}, table: {csv: FIELD, notes: FIELD}}"


def client(root: Map, findings: Findings) -> ClientPlan:
    """What the root says of clients; nothing where it says nothing."""
    given = root.get("x-client", {})
    if not _texts(given, _TEXTS, {"jobs"}):
        findings.stop(root.file, root.line_of("x-client"), f"x-client is {shown(given)}", _RIGHT_CLIENT)
        return ClientPlan()
    environment = given.get("environment", "")
    if environment and not (environment.isascii() and environment.isidentifier()):
        findings.stop(root.file, root.line_of("x-client"), f"environment is {shown(environment)}", "write such as DQ0")
        environment = ""
    url = _server(root)
    return ClientPlan(
        address=given.get("address", "") or (url if url.startswith(("http://", "https://")) else ""),
        base=url if url.startswith("/") else "",
        environment=environment,
        login=given.get("login", ""),
        logout=given.get("logout", ""),
        jobs=_jobs(given["jobs"], root, findings) if "jobs" in given else None,
    )


def _texts(given: Any, names: tuple[str, ...], more: set[str]) -> bool:
    """Whether these names, where they are given, are texts, and nothing else but `more` is given."""
    known = isinstance(given, dict) and set(given) <= {*names, *more}
    return known and all(isinstance(given.get(name, ""), str) for name in names)


def _server(root: Map) -> str:
    """The address of the first server, or its path: an address without one is completed with it."""
    servers = root.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    return url.rstrip("/") if isinstance(url, str) and "{" not in url else ""


def _jobs(given: Any, root: Map, findings: Findings) -> Jobs | None:
    lists = [given.get(name) for name in _STATES] if isinstance(given, dict) else [None]
    if _texts(given, _JOB_TEXTS, set(_STATES)) and all(isinstance(s, list) and _all_text(s) for s in lists):
        words = {name: given.get(name, "") for name in _JOB_TEXTS[2:]}
        states = {name: tuple(given[name]) for name in _STATES}
        return Jobs(given.get("watch", ""), given.get("cancel", ""), tuple((words | states).items()))
    findings.stop(root.file, root.line_of("x-client"), f"jobs is {shown(given)}", _RIGHT_JOBS)
    return None


def _all_text(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _scalars(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(v, str | int | float | bool) for v in given.values())


def work(findings: Findings, node: Map) -> Work | None:
    """The work that an operation starts, if it says that it does."""
    given = node.get("x-job")
    if given is None:
        return None
    if _texts(given, ("outcome", "subject"), {"with", "table"}) and given.get("outcome"):
        constants, table = given.get("with", {}), given.get("table", {})
        if _scalars(constants) and _texts(table, _TABLE, set()):
            found = (tuple(sorted(part.items())) for part in (constants, table))
            return Work(given["outcome"], given.get("subject", ""), *found)
    findings.stop(node.file, node.line_of("x-job"), f"x-job is {shown(given)}", _RIGHT_WORK)
    return None


def check_work(root: Map, operations: list[Operation], plan: ClientPlan, findings: Findings) -> None:
    """Every operation that a client is told of is there."""
    known = {operation.id for operation in operations}
    for name in (plan.login, plan.logout, *((plan.jobs.watch, plan.jobs.cancel) if plan.jobs else ())):
        if name and name not in known:
            wrong = f"x-client names the operation {shown(name)}"
            findings.stop(root.file, root.line_of("x-client"), wrong, "name one that is there")
    for operation in operations:
        if operation.work is not None and (plan.jobs is None or not plan.jobs.watch or not plan.jobs.cancel):
            wrong, right = f"{operation.id} has an x-job and x-client no jobs", "say in x-client how jobs are watched"
            findings.stop(operation.file, operation.line, wrong, right)
        elif operation.work is not None and operation.work.outcome not in known:
            wrong = f"x-job names the operation {shown(operation.work.outcome)}"
            findings.stop(operation.file, operation.line, wrong, "name one that is there")
