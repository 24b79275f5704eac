"""The form of an OpenAPI document, as far as the generator relies on it: after this nothing has an unexpected type."""

from generator.findings import Findings, shown
from generator.naming import METHODS, operation_id
from generator.scan import Map, Seq
from generator.source import DATA_KEYS, NAME_MAPS, Sources

_MAPS = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "components", "schemas", "responses"}
    | {"content", "paths", "headers", "requestBodies", "discriminator", "mapping", "requestBody", "not", "encoding"}
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "tags", "enum"})
_TEXTS = frozenset({"operationId", "format", "pattern", "summary", "description", "title", "propertyName", "$ref"})
_NUMBERS = frozenset({"minimum", "maximum", "multipleOf"})

# A link's parameters are values by name and no parameters: `links.py` looks at them.
_NOT_HERE = frozenset({"examples", "links"})


def check_structure(sources: Sources, findings: Findings) -> None:
    """Check the root and walk every file."""
    root = sources.root
    version = root.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0.", "3.1.")) or len(version) > 10:
        wrong = f"the OpenAPI version is {shown(version)}"
        findings.stop(root.file, root.line_of("openapi"), wrong, "write `openapi: 3.0.3` (3.0 and 3.1 are read)")
    if not isinstance(root.get("paths", Map("", 0, "")), Map):
        findings.stop(root.file, root.line_of("paths"), "paths is no mapping", "write paths and their operations")
    if not isinstance(root.get("info"), Map):
        findings.add(root.file, root.line_of("info"), "info is missing", "give title and version")
    for document in sources.documents():
        _Walk(findings).document(document)
    if not findings.fatal:
        _check_ids(sources, findings)


class _Walk:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def document(self, root: Map) -> None:
        waiting: list[tuple[object, bool]] = [(root, False)]
        seen: set[int] = set()
        while waiting:
            node, names = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, Seq):
                waiting.extend((v, False) for v in node)
            elif isinstance(node, Map):
                self.mapping(node, names)
                for key, value in node.items():
                    if names or (key not in DATA_KEYS and not key.startswith("x-") and key not in _NOT_HERE):
                        waiting.append((value, not names and key in NAME_MAPS))

    def mapping(self, node: Map, names: bool) -> None:
        for key, value in node.items():
            if names:
                if not isinstance(value, Map | bool) and "/components/" not in node.pointer:
                    self.wrong(node, key, value, "a mapping")
                continue
            if key in _MAPS and not isinstance(value, Map | bool):
                self.wrong(node, key, value, "a mapping")
            elif key in _LISTS and not isinstance(value, Seq):
                self.wrong(node, key, value, "a list")
            elif key == "required" and not isinstance(value, Seq | bool):
                self.wrong(node, key, value, "a list of names")
            elif key in _TEXTS and not isinstance(value, str) and not (value is None and key == "description"):
                self.wrong(node, key, value, "text")
            elif key in _NUMBERS and (not isinstance(value, int | float) or isinstance(value, bool)):
                self.wrong(node, key, value, "a number")

    def wrong(self, node: Map, key: str, value: object, right: str) -> None:
        self.findings.stop(node.file, node.line_of(key), f"{shown(key)} is {shown(value)}", f"write {right}")


def _check_ids(sources: Sources, findings: Findings) -> None:
    seen: dict[str, str] = {}
    for path, item in (sources.root.get("paths") or {}).items():
        found = sources.target(item) if isinstance(item, Map) else None
        if not isinstance(found, Map):
            continue
        for method in METHODS:
            node = found.get(method)
            if not isinstance(node, Map):
                continue
            here = f"{method.upper()} {path}"
            name = operation_id(path, method, node)
            first = seen.setdefault(name, here)
            if first != here:
                wrong = f"the operationId {shown(name)} of {first} is used again"
                findings.stop(node.file, node.line_of("operationId"), wrong, "give every operation its own")
