"""The house rules: what this project's specification has to say beyond what OpenAPI wants."""

from typing import Any

from generator.findings import Findings, shown
from generator.naming import METHODS
from generator.scan import Map
from generator.source import Sources


def check_house(sources: Sources, findings: Findings) -> None:
    """Hold all operations and all files against the house rules."""
    _check_traps(sources, findings)
    seen: dict[tuple[str, str], str] = {}
    paths = sources.root.get("paths")
    for path, item in paths.items() if isinstance(paths, Map) else ():
        found = sources.target(item) if isinstance(item, Map) else None
        for method in METHODS:
            if isinstance(found, Map) and isinstance(found.get(method), Map):
                _check_operation(f"{method.upper()} {path}", found[method], seen, findings)


def _check_traps(sources: Sources, findings: Findings) -> None:
    for scan in sources.scans.values():
        for trap in scan.traps:
            findings.stop(scan.file, trap.line, trap.wrong, trap.right)


_WANTED = (
    ("operationId", "name it verb_noun, as its handler"),
    ("summary", "say in one line what it does"),
    ("description", "say what the client has to know"),
    ("x-action", "give the action's name, such as UserRegister"),
    ("x-permission", "write public, or {level: ..., on: ...}"),
    ("x-answered-by", "write local or quarantine"),
)


def _check_operation(name: str, node: Map, seen: dict[tuple[str, str], str], findings: Findings) -> None:
    for key, right in _WANTED:
        value: Any = node.get(key)
        if value is None or value == "":
            findings.stop(node.file, node.line, f"{name} has no {key}", right)
        elif key in {"operationId", "x-action"}:
            first = seen.setdefault((key, str(value)), name)
            if first != name:
                wrong = f"{name} has the {key} {shown(value)} of {first}"
                findings.stop(node.file, node.line_of(key), wrong, "give it its own")
    if node.get("x-answered-by", "local") not in {"local", "quarantine"}:
        wrong = f"x-answered-by is {shown(node['x-answered-by'])}"
        findings.stop(node.file, node.line_of("x-answered-by"), wrong, "write local or quarantine")
    responses = node.get("responses")
    if not isinstance(responses, Map) or "default" not in responses:
        findings.stop(node.file, node.line_of("responses"), f"{name} has no default response", "refer to Error")
    public = node.get("x-permission") == "public"
    if public != (node.get("security") == []):
        wrong = f"{name} has x-permission and security that disagree"
        findings.stop(node.file, node.line, wrong, "write `security: []` where, and only where, x-permission is public")
