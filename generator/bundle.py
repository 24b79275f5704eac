"""One document of all files: path items in place, components under their own names, every `$ref` local."""

from typing import Any

from generator.findings import Findings, shown
from generator.ir import Key
from generator.merge import made
from generator.naming import METHODS, Naming, steps
from generator.scan import Map, Seq
from generator.source import DATA_KEYS, NAME_MAPS, Sources

SECTIONS = ("schemas", "responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links")


class Bundle:
    """Bundles the files of one specification."""

    def __init__(self, sources: Sources, findings: Findings) -> None:
        self.sources = sources
        self.findings = findings
        self.components: dict[str, dict[str, Any]] = {}
        self.owners: dict[tuple[str, str], Map | Any] = {}
        self.naming = Naming({d.file: d for d in sources.documents()})
        self._inside: list[tuple[str, str]] = []

    def document(self) -> dict[str, Any]:
        """The bundled document, as plain data."""
        root = self.sources.root
        for source in [root, *(d for d in self.sources.documents() if d is not root)]:
            self._collect(source)
        out = {k: self.copy(v, k in NAME_MAPS) for k, v in root.items() if k not in {"components", "paths"}}
        paths = root.get("paths")
        out["paths"] = self._paths(paths) if isinstance(paths, Map) else {}
        self.components = {s: c for s, c in self.components.items() if c}
        if self.components or "components" in root:
            out["components"] = self.components
        controller = root.get("x-controller")
        if isinstance(controller, str):
            self._control(out["paths"], controller)
        return out

    def _control(self, paths: dict[str, Any], controller: str) -> None:
        for item in paths.values():
            for method in METHODS if isinstance(item, dict) else ():
                if isinstance(item.get(method), dict):
                    item[method]["x-openapi-router-controller"] = controller

    def _collect(self, source: Map) -> None:
        components = source.get("components")
        for section, found in components.items() if isinstance(components, Map) else ():
            if not isinstance(found, Map):
                if source is self.sources.root:
                    self.components[section] = found
                continue
            for name, value in found.items():
                self._own(section, name, value, found)

    def _own(self, section: str, name: str, value: Any, at: Map) -> None:
        owner = self.owners.setdefault((section, name), value)
        if owner is not value:
            first = f"{owner.file}:{owner.line}" if isinstance(owner, Map) else "another file"
            wrong = f"the component {shown(name)} is there twice, first at {first}"
            self.findings.stop(at.file, at.line_of(name), wrong, "give one of them another name")
            return
        self.components.setdefault(section, {})[name] = self.copy(value, False)

    def _paths(self, paths: Map) -> dict[str, Any]:
        out = {}
        for path, item in paths.items():
            if isinstance(item, Map) and "$ref" in item:
                target = self.sources.target(item)
                beside = {k: self.copy(v, False) for k, v in item.items() if k != "$ref"}
                found = self.copy(target, False) if isinstance(target, Map) else {}
                out[path] = {**found, **beside}
            else:
                out[path] = self.copy(item, False)
        return out

    def copy(self, node: Any, names: bool) -> Any:
        """Plain data with local references. `names` says that the keys are names and no keywords."""
        if isinstance(node, Seq):
            return [self.copy(v, False) for v in node]
        if not isinstance(node, Map):
            return node
        if not names and isinstance(node.get("$ref"), str):
            return self._reference(node)
        return {
            k: _plain(v) if not names and k in DATA_KEYS else self.copy(v, k in NAME_MAPS and not names)
            for k, v in node.items()
        }

    def _reference(self, node: Map) -> Any:
        beside = {k: self.copy(v, False) for k, v in node.items() if k != "$ref"}
        ref: str = node["$ref"]
        if ref.startswith("#/components/") or (ref.startswith("#") and node.file == self.sources.root_file):
            return {"$ref": ref, **beside}
        target = self.sources.target(made(node, {"$ref": ref}))
        if not isinstance(target, Map):
            return {"$ref": ref, **beside}
        path = steps(target.pointer)
        if len(path) == 3 and path[0] == "components":
            return {"$ref": f"#/components/{path[1]}/{target.pointer.rsplit('/', 1)[1]}", **beside}
        if target.file == self.sources.root_file:
            return {"$ref": f"#{target.pointer}", **beside}
        place = (target.file, target.pointer)
        if place in self._inside or not path:
            return {"$ref": self._hoisted(target), **beside}
        self._inside.append(place)
        out = self.copy(target, False)
        self._inside.pop()
        return {**out, **beside}

    def _hoisted(self, target: Map) -> str:
        """A schema that is a whole file, or that contains itself, becomes a component."""
        name = self.naming.first(Key(target.file, target.pointer))
        schemas = self.components.setdefault("schemas", {})
        owner = self.owners.setdefault(("schemas", name), target)
        if owner is not target:
            wrong = f"the name {shown(name)} is taken by another schema"
            self.findings.stop(target.file, target.line, wrong, "give it a name under components/schemas")
        elif name not in schemas:
            schemas[name] = {}
            schemas[name].update(self.copy(target, False))
        return f"#/components/schemas/{name}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value
