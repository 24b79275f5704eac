"""The extensions that the generated table of operations is made of: permissions, aliases, actions."""

from typing import Any

from generator.findings import Findings, shown
from generator.ir import Alternative
from generator.scan import Map

LEVELS = {"none": 0, "see": 1, "use": 2, "change": 3, "own": 4}


class Extensions:
    """Reads `x-*` of operations; a malformed one is a finding."""

    def __init__(self, findings: Findings, root: Map) -> None:
        self.findings = findings
        self.root = root

    def text(self, node: Map, key: str, default: str) -> str:
        """A text extension."""
        value = node.get(key, default)
        if isinstance(value, str):
            return value
        self._wrong(node, key, "write text")
        return default

    def _wrong(self, node: Map, key: str, right: str) -> None:
        self.findings.stop(node.file, node.line_of(key), f"{key} is {shown(node.get(key))}", right)

    def permission(self, node: Map) -> tuple[int, str, str] | None:
        """Level, object, and the parameter that names the object; None is open to everybody.

        Without `x-permission` an operation is open only if its security says so.
        """
        given = node.get("x-permission")
        if given == "public":
            return None
        if given is None:
            security = node.get("security", self.root.get("security"))
            return None if not security or any(not s for s in security) else (0, "session", "")
        if not isinstance(given, Map) or given.get("level") not in LEVELS or not isinstance(given.get("on"), str):
            self._wrong(node, "x-permission", "write public, or {level: see|use|change|own, on: ..., key: ...}")
            return 4, "action", ""
        key = given.get("key", "")
        return LEVELS[given["level"]], given["on"], key if isinstance(key, str) else ""

    def roles(self, node: Map) -> tuple[tuple[str, int], ...]:
        """Levels of built-in roles: at the root what they give by default, at an operation what differs there."""
        given = node.get("x-roles")
        if given is None:
            return ()
        if not isinstance(given, Map) or not all(level in LEVELS for level in given.values()):
            self._wrong(node, "x-roles", "write {role: none|see|use|change|own}")
            return ()
        return tuple(sorted((str(name), LEVELS[level]) for name, level in given.items()))

    def aliases(self, node: Map) -> list[Alternative]:
        """Other ways to reach the operation, as data."""
        given = node.get("x-aliases")
        if given is None:
            return []
        if not isinstance(given, list):
            self._wrong(node, "x-aliases", "write a list of {method, path}, {body} or {query}")
            return []
        return [a for g in given if (a := self._alias(node, g)) is not None]

    def _alias(self, node: Map, given: Any) -> Alternative | None:
        known = {"method", "path", "when", "body", "query", "description"}
        if isinstance(given, Map) and set(given) <= known and bool(given.get("method")) == bool(given.get("path")):
            maps = [given.get(k) or {} for k in ("body", "query")]
            texts = [given.get(k, "") for k in ("method", "path")]
            if (
                all(isinstance(m, dict) and all(isinstance(v, str) for v in m.values()) for m in maps)
                and all(isinstance(t, str) for t in texts)
                and given.get("when", "body") == "body"
            ):
                return Alternative(texts[0].upper(), texts[1], "when" in given, dict(maps[0]), dict(maps[1]))
        line = given.line if isinstance(given, Map) else node.line_of("x-aliases")
        right = "write {method, path, when: body}, {body: {old: new}} or {query: {name: name}}"
        self.findings.stop(node.file, line, f"this is no alias: {shown(given)}", right)
        return None
