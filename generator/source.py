"""The files of a specification, and what a `$ref` in them means."""

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from generator.findings import Findings, shown
from generator.scan import Map, Scan, Seq, scan

# Below these keys there is data, not specification: a `$ref` there is text.
DATA_KEYS = frozenset({"example", "default", "enum", "const", "value"})
# Under these, keys are names that somebody chose and no keywords: a response called `default` is no default value.
NAME_MAPS = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas", "responses", "headers"}
    | {"parameters", "requestBodies", "securitySchemes", "examples", "links", "callbacks", "content", "encoding"}
    | {"paths", "webhooks", "mapping", "variables", "scopes"}
)


class Sources:
    """All files that are reachable from the root file, read once each; a file is named as its path from here."""

    def __init__(self, path: Path, findings: Findings, read: Callable[[str], bytes] | None = None) -> None:
        self.findings = findings
        self.read = read or (lambda label: Path(label).read_bytes())
        self.scans: dict[str, Scan] = {}
        self._known: dict[tuple[str, str], Any] = {}
        self.root_file = path.as_posix()
        self.root = Map(self.root_file, 1, "")
        loaded = self.load(self.root_file, self.root_file, 1)
        if isinstance(loaded, Map):
            self.root = loaded
            self._load_referred(loaded)
        elif not findings.fatal:
            findings.stop(self.root_file, 1, "this is no OpenAPI document", "start with `openapi: 3.0.3`")

    def load(self, label: str, by_file: str, by_line: int) -> Any:
        """The data of a file; a file that cannot be read is a finding at the place that refers to it."""
        if label not in self.scans:
            try:
                raw = self.read(label)
            except (OSError, ValueError):
                self.findings.stop(by_file, by_line, f"the file {shown(label)} cannot be read", "name an existing file")
                self.scans[label] = Scan(label, self.findings)
            else:
                self.scans[label] = scan(raw, label, self.findings)
        return self.scans[label].data

    def documents(self) -> list[Map]:
        """The root of every file that was read, by file name."""
        return [s.data for _, s in sorted(self.scans.items()) if isinstance(s.data, Map)]

    def _load_referred(self, root: Map) -> None:
        seen = {root.file}
        waiting = [root]
        while waiting:
            for at in references(waiting.pop()):
                label = self._label(at["$ref"], at)
                if label is None or label in seen:
                    continue
                seen.add(label)
                data = self.load(label, at.file, at.line_of("$ref"))
                if isinstance(data, Map):
                    waiting.append(data)

    def _label(self, ref: str, at: Map) -> str | None:
        path = ref.partition("#")[0]
        if not path:
            return at.file
        if "://" in path or path.startswith("//"):
            wrong = f"{shown(ref)} is on another host"
            self.findings.stop(at.file, at.line_of("$ref"), wrong, "refer to a file of this specification")
            return None
        return posixpath.normpath(posixpath.join(posixpath.dirname(at.file), unquote(path)))

    def target(self, at: Map) -> Any:
        """What the `$ref` of a mapping points to, over as many steps as it takes; None, and a finding, if nowhere."""
        seen: set[tuple[str, str]] = set()
        while isinstance(at.get("$ref"), str):
            if (at.file, at.pointer) in seen:
                wrong = f"{shown(at['$ref'])} leads back to itself"
                self.findings.stop(at.file, at.line_of("$ref"), wrong, "refer to a definition")
                return None
            seen.add((at.file, at.pointer))
            found = self.step(at)
            if not isinstance(found, Map):
                return found
            at = found
        return at

    def step(self, at: Map) -> Any:
        """What the `$ref` of a mapping says, without going on where that is a `$ref` again."""
        ref: str = at["$ref"]
        known = self._known.get((at.file, ref))
        if known is not None:
            return known
        label = self._label(ref, at)
        if label is None:
            return None
        node = self.load(label, at.file, at.line_of("$ref"))
        fragment = unquote(ref.partition("#")[2])
        for step in fragment.split("/")[1:] if fragment else []:
            node = _child(node, step.replace("~1", "/").replace("~0", "~"))
        if node is None or (fragment and not fragment.startswith("/")):
            self.findings.stop(
                at.file, at.line_of("$ref"), f"{shown(ref)} points to nothing", "name a definition that exists"
            )
            return None
        self._known[at.file, ref] = node
        return node


def _child(node: Any, step: str) -> Any:
    if isinstance(node, Map):
        return node.get(step)
    if isinstance(node, Seq) and step.isdigit() and int(step) < len(node):
        return node[int(step)]
    return None


def references(root: Any) -> Iterator[Map]:
    """Every mapping below with a `$ref`."""
    waiting: list[tuple[Any, bool]] = [(root, False)]
    seen: set[int] = set()
    while waiting:
        node, names = waiting.pop()
        if not isinstance(node, Map | Seq) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Seq):
            waiting.extend((item, False) for item in node)
            continue
        if not names and isinstance(node.get("$ref"), str):
            yield node
        for key, value in node.items():
            if names or (key not in DATA_KEYS and not key.startswith("x-")):
                waiting.append((value, key in NAME_MAPS and not names))
