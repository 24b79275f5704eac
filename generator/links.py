"""Links between operations (OpenAPI's `links`, and `x-links`): each has to lead somewhere, with values that exist."""

import re
from collections.abc import Iterator
from typing import Any

from generator.findings import Findings, shown
from generator.naming import METHODS, operation_id
from generator.scan import Map, Seq
from generator.source import Sources

_EXPRESSION = re.compile(
    r"\$(url|method|statusCode|(request|response)\.(header|query|path)\.[^#]+|(request|response)\.body(#(/.*)?)?)\Z"
)


def check_links(sources: Sources, findings: Findings) -> None:
    """Hold every link of every answer against the operation that it leads to and the one that it comes from."""
    check = _Check(sources, findings)
    for operation, item in check.operations.values():
        for response in check.maps(operation.get("responses")):
            for key in ("links", "x-links"):
                for link in check.links(response, key):
                    check.link(link, operation, item, response)


class _Check:
    def __init__(self, sources: Sources, findings: Findings) -> None:
        self.sources = sources
        self.findings = findings
        self.operations: dict[str, tuple[Map, Map]] = {}
        for path, item in (sources.root.get("paths") or {}).items():
            found = self.resolved(item)
            for method in METHODS if found else ():
                node = found.get(method)
                if isinstance(node, Map):
                    self.operations[operation_id(path, method, node)] = (node, found)

    def resolved(self, node: Any) -> Map:
        found = self.sources.target(node) if isinstance(node, Map) else None
        return found if isinstance(found, Map) else Map("", 0, "")

    def maps(self, nodes: Any) -> Iterator[Map]:
        """Mappings by name, or in a list, each with its `$ref` followed."""
        given = nodes.values() if isinstance(nodes, Map) else nodes if isinstance(nodes, Seq) else ()
        yield from (found for each in given if (found := self.resolved(each)))

    def stop(self, node: Map, key: str, wrong: str, right: str) -> None:
        self.findings.stop(node.file, node.line_of(key), wrong, right)

    def links(self, response: Map, key: str) -> Iterator[Map]:
        """The links of an answer; what is none is a finding."""
        given = response.get(key, Map("", 0, ""))
        if not isinstance(given, Map):
            self.stop(response, key, f"{key} is {shown(given)}", "write links by name")
            return
        for name in given:
            found = self.resolved(given[name])
            if not isinstance(found.get("parameters", found), Map):
                self.stop(found, "parameters", f"parameters is {shown(found['parameters'])}", "write values by name")
            elif found:
                yield found
            else:
                self.stop(given, name, f"the link {shown(name)} says nothing", "write operationId and parameters")

    def link(self, link: Map, operation: Map, item: Map, response: Map) -> None:
        if "operationRef" in link:
            self.stop(link, "operationRef", "operationRef is not followed", "name the operation by its operationId")
            return
        named = str(link.get("operationId"))
        if named not in self.operations:
            self.stop(link, "operationId", f"the link leads to {shown(named)}", "name an operationId that exists")
            return
        known = self.parameters(*self.operations[named])
        given: Map = link.get("parameters", Map("", 0, ""))
        for name in given:
            if name not in known:
                wrong = f"the operation {named} has no parameter {shown(name)}"
                self.stop(given, name, wrong, f"write one of {', '.join(sorted(known)) or 'none'}")
        for holder, key, text in _texts(link):
            self.expression(holder, key, text, operation, item, response)

    def parameters(self, operation: Map, item: Map) -> set[str]:
        """The names, each also with the place before it, as links may write them."""
        found = [*self.maps(item.get("parameters")), *self.maps(operation.get("parameters"))]
        return {name for each in found for name in (str(each.get("name")), f"{each.get('in')}.{each.get('name')}")}

    def expression(self, at: Map, key: str, text: str, operation: Map, item: Map, response: Map) -> None:
        if not _EXPRESSION.match(text):
            self.stop(at, key, f"{shown(text)} is no runtime expression", "write, say, '$response.body#/name'")
            return
        source, _, pointer = text.partition("#/")
        if source == "$response.body" and not self.has(response, pointer):
            self.stop(at, key, f"the answer has no {shown(pointer)}", "name a property of its schema")
        elif source == "$request.body" and not self.has(self.resolved(operation.get("requestBody")), pointer):
            self.stop(at, key, f"the body has no {shown(pointer)}", "name a property of its schema")
        place = source.removeprefix("$request.")
        if place.startswith(("path.", "query.", "header.")) and place not in self.parameters(operation, item):
            self.stop(at, key, f"the request has no {shown(place)}", "name one of its parameters")

    def has(self, holder: Map, pointer: str) -> bool:
        """Whether the schema of any of the media has this property."""
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")] if pointer else []
        return any(
            self.leads(self.resolved(medium.get("schema")), steps) for medium in self.maps(holder.get("content"))
        )

    def leads(self, schema: Map, steps: list[str], depth: int = 0) -> bool:
        if not steps or depth > 20:
            return not steps
        properties = schema.get("properties")
        nested = properties.get(steps[0]) if isinstance(properties, Map) else None
        if nested is None and steps[0].isdigit():
            nested = schema.get("items")
        if isinstance(nested, Map) and self.leads(self.resolved(nested), steps[1:], depth + 1):
            return True
        parts = (part for key in ("allOf", "anyOf", "oneOf") for part in self.maps(schema.get(key)))
        return any(self.leads(part, steps, depth + 1) for part in parts)


def _texts(link: Map) -> Iterator[tuple[Map, str, str]]:
    """Every text of a link that is meant as a runtime expression, with where it stands."""
    waiting = [(link, key) for key in ("parameters", "requestBody") if key in link]
    while waiting:
        holder, key = waiting.pop()
        value = holder[key]
        if isinstance(value, Map):
            waiting += [(value, name) for name in value]
        elif isinstance(value, str) and value.startswith("$"):
            yield holder, key, value
