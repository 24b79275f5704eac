"""The operations of two documents, matched as clients see them: by method and path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diff_document import METHODS, Document, mapping, sequence
from generator.diff_text import canonical


@dataclass(frozen=True)
class Operation:
    """One operation of one document."""

    document: Document
    method: str
    path: str
    item: Mapping[str, Any]
    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        """As people write it: `GET /users`."""
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        """Its operationId; empty where there is none."""
        return str(self.raw.get("operationId", ""))

    @property
    def tag(self) -> str:
        """The group it belongs to."""
        tags = sequence(self.raw.get("tags"))
        return str(tags[0]) if tags else "default"

    @property
    def url(self) -> tuple[str, str]:
        """Method and path without the names of path parameters, which clients never send."""
        return self.method, re.sub(r"\{[^{}]*\}", "{}", self.path)

    @property
    def path_names(self) -> list[str]:
        """The path parameters in path order."""
        return re.findall(r"\{([^{}]*)\}", self.path)

    def parameters(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """The parameters by (where, name), those of the path item included; header names in lower case."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for node in (*sequence(self.item.get("parameters")), *sequence(self.raw.get("parameters"))):
            parameter = self.document.resolve(node)
            where, name = str(parameter.get("in", "")), str(parameter.get("name", ""))
            found[where, name.lower() if where == "header" else name] = parameter
        return found

    def body(self) -> Mapping[str, Any] | None:
        """The request body, if it takes one."""
        return self.document.resolve(self.raw["requestBody"]) if "requestBody" in self.raw else None

    def responses(self) -> dict[str, Mapping[str, Any]]:
        """The responses by status."""
        return {status: self.document.resolve(node) for status, node in mapping(self.raw.get("responses")).items()}

    def aliases(self) -> dict[str, Mapping[str, Any]]:
        """The other forms it is asked in, single entries by their canonical text."""
        found: dict[str, Mapping[str, Any]] = {}
        for alias in sequence(self.raw.get("x-aliases")):
            for entry in _entries(mapping(alias)):
                found[canonical(entry)] = entry
        return found

    def renames(self, kind: str) -> dict[str, str]:
        """Old name to new name of body fields (`body`) or query parameters (`query`) that are still read."""
        pairs = [mapping(alias.get(kind)) for alias in self.aliases().values()]
        return {old: str(new) for pair in pairs for old, new in pair.items()}

    def answers(self) -> set[tuple[str, str]]:
        """Method and path of the aliases, as in `url`."""
        aliases = [alias for alias in self.aliases().values() if "path" in alias]
        return {
            (str(alias.get("method", self.method)).upper(), re.sub(r"\{[^{}]*\}", "{}", str(alias["path"])))
            for alias in aliases
        }


def _entries(alias: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    whole = {name: part for name, part in alias.items() if name not in ("body", "query")}
    if whole:
        yield whole
    for kind in ("body", "query"):
        for old, new in mapping(alias.get(kind)).items():
            yield {kind: {old: new}}


def operations_of(document: Document) -> dict[tuple[str, str], Operation]:
    """All operations by method and path."""
    found: dict[tuple[str, str], Operation] = {}
    for path, node in document.root["paths"].items():
        item = document.resolve(node)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                found[method.upper(), path] = Operation(document, method.upper(), path, item, item[method])
    return found


@dataclass(frozen=True)
class Matched:
    """Which operation became which; `moved` pairs share an operationId only."""

    same: list[tuple[Operation, Operation]]
    moved: list[tuple[Operation, Operation]]
    removed: list[Operation]
    added: list[Operation]


def match(before: Document, after: Document) -> Matched:
    """Pair operations by exact path, then by path with other parameter names, then by operationId."""
    old, new = operations_of(before), operations_of(after)
    same = [(old.pop(key), new.pop(key)) for key in sorted(old.keys() & new.keys())]
    same += _pairs(old, new, lambda operation: operation.url)
    moved = _pairs(old, new, lambda operation: operation.id)
    return Matched(same, moved, [old[key] for key in sorted(old)], [new[key] for key in sorted(new)])


def _pairs(old: dict[tuple[str, str], Operation], new: dict[tuple[str, str], Operation], by: Any) -> Any:
    found: list[tuple[Operation, Operation]] = []
    known = {by(new[key]): key for key in sorted(new, reverse=True)}
    for key in sorted(old):
        other = known.pop(by(old[key]), None) if by(old[key]) else None
        if other is not None:
            found.append((old.pop(key), new.pop(other)))
    return found
