"""Schemas of a bundle in words for people, as cells of Markdown tables."""

import html
import json
from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

# Patterns that say in signs what a word says.
_SAID = {
    "^[^\\x00-\\x1f\\x7f]*$": "no control characters",
    "^[^\\x00-\\x1f\\x7f]+$": "no control characters",
    "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": "a uuid",
    "^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$": "a uuid, or empty",
}
_UNITS = {"string": "characters", "array": "items", "object": "entries"}
_BOUNDS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))


def cell(words: str) -> str:
    """Prose on one line, with nothing in it that a table or HTML would read."""
    parts = " ".join(words.split()).split("`")
    return "".join(code(part) if at % 2 else _told(part) for at, part in enumerate(parts))


def _told(prose: str) -> str:
    return html.escape(prose, quote=False).replace("|", "&#124;")


def code(value: object) -> str:
    """A value as it is written in JSON; text as it is."""
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    if not set(text) & set("|`"):
        return f"`{text}`"
    # No backticks can hold it, and in HTML Markdown reads its own signs all the same.
    return f"<code>{''.join(c if c.isalnum() else f'&#{ord(c)};' for c in text)}</code>"


class Words:
    """Says what the schemas of one document are."""

    def __init__(self, document: Node) -> None:
        self._document = document

    def resolved(self, node: Node) -> Node:
        """The node that a reference leads to, or the node itself."""
        while "$ref" in node:
            found: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def fields(self, node: Node) -> list[tuple[str, Node, bool]]:
        """Name, schema and whether it has to be there, of each property; those of all parts of an `allOf`."""
        node = self.resolved(node)
        found = [each for part in node.get("allOf", ()) for each in self.fields(part)]
        required = node.get("required", ())
        return found + [(name, schema, name in required) for name, schema in node.get("properties", {}).items()]

    def objects(self, node: Node) -> list[str]:
        """Names of the objects with properties that a schema leads to, itself among them, each once and in order."""
        found: dict[str, None] = {}
        self._collect(node, found)
        return list(found)

    def _collect(self, node: Node, found: dict[str, None]) -> None:
        name = _name(node)
        if name in found:
            return
        target = self.resolved(node)
        if name and self.fields(target):
            found[name] = None
        parts = [target.get("items"), target.get("additionalProperties"), *(s for _, s, _ in self.fields(target))]
        for part in (*parts, *target.get("oneOf", ()), *target.get("anyOf", ())):
            if isinstance(part, Mapping):
                self._collect(part, found)

    def about(self, node: Node) -> str:
        """A schema's description, its own or that of what it refers to."""
        return cell(node.get("description") or self.resolved(node).get("description", ""))

    def kind(self, node: Node) -> str:
        """The type with its limits; an object by a link to its table on the same page."""
        if (name := _name(node)) and self.fields(node):
            return f"[{name}](#{name.lower()})"
        node = self.resolved(node)
        if branches := (*node.get("oneOf", ()), *node.get("anyOf", ())):
            return " *or* ".join(map(self.kind, branches))
        said = [self._base(node), *_limits(node)]
        said += ["or null"] if node.get("nullable") else []
        said += [f"default {code(node['default'])}"] if "default" in node else []
        return ", ".join(each for each in said if each)

    def _base(self, node: Node) -> str:
        if "enum" in node:
            return ", ".join(map(code, node["enum"]))
        kind = str(node.get("type", "anything"))
        if kind == "array":
            return f"list of ({self.kind(node['items'])})"
        if kind == "object":
            more = node.get("additionalProperties")
            own = [f"{code(name)}: {self.kind(schema)}" for name, schema, _ in self.fields(node)]
            own += [f"any name: {self.kind(more)}"] if isinstance(more, Mapping) else []
            return f"object ({'; '.join(own)})" if own else "object"
        return f"{kind} ({node['format']})" if "format" in node else kind


def _name(node: Node) -> str:
    """The name of the schema that a node refers to; empty where it is written in place."""
    return str(node.get("$ref", "")).rpartition("/schemas/")[2]


def _limits(node: Node) -> list[str]:
    said = []
    for least, most in _BOUNDS:
        if least in node or most in node:
            said.append(f"{_range(node.get(least), node.get(most))} {_UNITS[node['type']]}")
    if "minimum" in node or "maximum" in node:
        low, high = node.get("minimum"), node.get("maximum")
        said.append(f"above {low}" if node.get("exclusiveMinimum") else _range(low, None) if low is not None else "")
        said.append(_range(None, high) if high is not None else "")
    if "pattern" in node:
        said.append(_SAID.get(node["pattern"]) or f"matching {code(node['pattern'])}")
    return said + (["each once"] if node.get("uniqueItems") else [])


def _range(low: object, high: object) -> str:
    if low is None or high is None:
        return f"at least {low}" if high is None else f"at most {high}"
    return f"{low}" if low == high else f"{low} to {high}"
