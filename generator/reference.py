"""The pages of the API reference: one for each group of the bundle, and one that lists them.

python -m generator.reference generated/openapi.json docs/reference [--check]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.build import build
from generator.client_calls import attribute_names, calls
from generator.command_names import placed
from generator.findings import Findings
from generator.ir import Api
from generator.readme import METHODS
from generator.reference_words import Node, Words, cell, code
from generator.render import environment
from generator.source import Sources
from generator.structure import check_structure

MARK = "<!-- Generated from {}: do not edit. -->\n"
_ANSWERED = {
    "quarantine": "in quarantine: by this server, or by [the one that is active](../proxies.md)",
    "local": "by this server, whichever is [active](../proxies.md)",
}
_OBJECTS = {"data": "dataset", "held": "data that was read by the run"}
View = dict[str, Any]


class Pages:
    """Views of one bundle; commands and methods are named as the generator names them everywhere."""

    def __init__(self, document: Node, api: Api) -> None:
        self._document = document
        self._words = Words(document)
        named = placed([command for operation in api.operations for command in operation.commands])
        self._commands = {command.operation: f"{context} {name}" for (context, name), command in named.items()}
        attributes = attribute_names(api)
        self._methods = {c.operation.id: f"{attributes[c.operation.tag]}.{c.method}" for c in calls(api)}

    def groups(self) -> Iterator[View]:
        """Each group with its operations, in the order of their names."""
        found: dict[str, list[View]] = {tag["name"]: [] for tag in self._document["tags"]}
        for path, item in sorted(self._document["paths"].items()):
            for method in METHODS:
                if method in item:
                    found[item[method]["tags"][0]].append({**item[method], "method": method.upper(), "path": path})
        about = {tag["name"]: cell(tag["description"]) for tag in self._document["tags"]}
        for name in sorted(found):
            operations = [self._operation(each) for each in found[name]]
            objects = [self._object(each) for each in sorted(self._reached(found[name]))]
            yield {"name": name, "about": about[name], "operations": operations, "objects": objects}

    def _operation(self, node: Node) -> View:
        reply, body = self._words.resolved(node["responses"]["200"]), self._body(node)
        return {
            **{name: node[name] for name in ("method", "path")},
            **{name: cell(node[name]) for name in ("summary", "description")},
            "id": node["operationId"],
            "action": node["x-action"],
            "extension": node.get("x-extension", False),
            "needs": _needs(node["x-permission"]),
            "answered": _ANSWERED[node["x-answered-by"]],
            "command": self._commands.get(node["operationId"], ""),
            "call": self._methods[node["operationId"]],
            "aliases": [_alias(each, node) for each in node.get("x-aliases", ())],
            "parameters": [self._parameter(each) for each in node.get("parameters", ())],
            **body,
            "reply": cell(reply["description"]),
            "replies": [self._medium(name, medium) for name, medium in reply["content"].items()],
            "errors": [(status, self._error(each)) for status, each in node["responses"].items() if status != "200"],
        }

    def _body(self, node: Node) -> View:
        content = node.get("requestBody", {}).get("content", {})
        medium = content.get("application/json", {})
        schema = medium.get("schema", {})
        example = _json(medium["example"]) if "example" in medium else ""
        optional = bool(content) and not node["requestBody"].get("required", False)
        return {"body": self._rows(schema), "body_example": example, "body_optional": optional}

    def _rows(self, schema: Node) -> list[View]:
        words = self._words
        return [
            {"name": name, "kind": words.kind(each), "required": required, "about": words.about(each)}
            for name, each, required in words.fields(schema)
        ]

    def _parameter(self, node: Node) -> View:
        node = self._words.resolved(node)
        schema = node["schema"]
        about = cell(node.get("description", "")) or self._words.about(schema)
        shown = {"name": node["name"], "place": node["in"], "required": node.get("required", False)}
        return {**shown, "kind": self._words.kind(schema), "about": about}

    def _medium(self, name: str, medium: Node) -> View:
        example = medium.get("example", "")
        shown = example if isinstance(example, str) else _json(example)
        return {"name": name, "kind": self._words.kind(medium["schema"]), "example": shown.strip()}

    def _error(self, node: Node) -> str:
        return cell(self._words.resolved(node)["description"])

    def _object(self, name: str) -> View:
        schema = self._document["components"]["schemas"][name]
        return {"name": name, "about": cell(schema.get("description", "")), "fields": self._rows(schema)}

    def _reached(self, operations: list[View]) -> set[str]:
        """Objects that the page speaks of; the bodies' own fields stand with their operations."""
        found: set[str] = set()
        for node in operations:
            body = node.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found.update(name for _, each, _ in self._words.fields(body) for name in self._words.objects(each))
            for medium in self._words.resolved(node["responses"]["200"])["content"].values():
                found.update(self._words.objects(medium["schema"]))
        return found


def _needs(permission: Any) -> str:
    if permission == "public":
        return "nobody has to be signed in"
    level, on = permission["level"], permission["on"]
    keys = permission.get("keys") or ([permission["key"]] if "key" in permission else [])
    if on == "session":
        return "somebody signed in"
    where = f" that {' or '.join(map(code, keys))} names" if keys else ""
    return f"the level *{level}* on the {_OBJECTS.get(on, on)}{where}"


def _alias(alias: Node, node: Node) -> str:
    if "body" in alias or "query" in alias:
        place = "body field" if "body" in alias else "query parameter"
        pairs = alias.get("body") or alias.get("query") or {}
        return ", ".join(f"{place} {code(old)} for {code(new)}" for old, new in pairs.items())
    told = code(f"{alias.get('method', node['method']).upper()} {alias.get('path', node['path'])}")
    return f"{told} with a body" if alias.get("when") == "body" else told


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def pages(bundle: Path) -> dict[str, str]:
    """The text of every page, by its file's name; raises ValueError for a bundle with faults."""
    findings = Findings()
    sources = Sources(bundle, findings)
    check_structure(sources, findings)
    if findings.fatal:
        raise ValueError(str(findings.sorted()[0]))
    groups = list(Pages(json.loads(bundle.read_text(encoding="utf8")), build(sources, findings)).groups())
    env, mark = environment(), MARK.format(bundle.as_posix())
    texts = {f"{g['name']}.md": env.get_template("reference_group.md.jinja").render(mark=mark, **g) for g in groups}
    return {"index.md": env.get_template("reference_index.md.jinja").render(mark=mark, groups=groups), **texts}


def outdated(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Files to write, and generated ones that no group has any more."""
    stale = [folder / name for name, text in texts.items() if not _is(folder / name, text)]
    begin = MARK.partition("{}")[0]
    gone = [p for p in sorted(folder.glob("*.md")) if p.name not in texts and p.read_text("utf8").startswith(begin)]
    return stale + gone


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def main() -> int:
    """Write the pages, or with --check say whether they are current."""
    parser = argparse.ArgumentParser(prog="python -m generator.reference", description=__doc__)
    parser.add_argument("bundle", type=Path, help="generated/openapi.json")
    parser.add_argument("folder", type=Path, help="where the pages are")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is not current")
    options = parser.parse_args()
    texts = pages(options.bundle)
    changes = outdated(options.folder, texts)
    if options.check:
        for path in changes:
            sys.stderr.write(f"{path}: not current; run `make generate`\n")
        return 1 if changes else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for path in changes:
        if path.name in texts:
            path.write_bytes(texts[path.name].encode())
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
