"""What a definition would like to be called: from its JSON pointer and its operation, never from a count."""

from collections.abc import Mapping
from typing import Any

from generator.ir import Key
from generator.names import capitalised, precise
from generator.scan import Map

_MEDIA = {"application/x-www-form-urlencoded": "Form", "multipart/form-data": "Multipart"}
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def steps(pointer: str) -> list[str]:
    """The keys of a JSON pointer."""
    return [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]


def operation_id(path: str, method: str, operation: Mapping[str, Any]) -> str:
    """The operationId, or one made of the method and the path."""
    given = operation.get("operationId")
    return given if isinstance(given, str) and given else f"{method} {path}"


class Naming:
    """Names by place. Keeps the documents: a pointer through a list says nothing without what is in the list."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self.documents = documents

    def first(self, key: Key) -> str:
        """The wanted name."""
        return self._name(key) + key.variant

    def second(self, key: Key) -> str:
        """The name where the wanted one is contested: the whole pointer."""
        return "".join(capitalised(precise(s)) + "_" for s in [*steps(key.pointer)]).rstrip("_") + key.variant

    def _name(self, key: Key) -> str:
        path = steps(key.pointer)
        nodes = self._nodes(key)
        if path[:1] == ["components"] and len(path) >= 3:
            suffix = {"responses": "Response", "requestBodies": "Body", "parameters": "Parameter"}.get(path[1], "")
            return capitalised(path[2]) + suffix + self._rest(path, nodes, 3)
        if path[:1] == ["paths"] and len(path) >= 3:
            return self._in_path(path, nodes)
        if not path:
            return capitalised(key.file.rsplit("/", 1)[-1].split(".")[0])
        return self._rest(path, nodes, 0) or "Schema"

    def _nodes(self, key: Key) -> list[Any]:
        node = self.documents.get(key.file)
        nodes = [node]
        for step in steps(key.pointer):
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            else:
                node = None
            nodes.append(node)
        return nodes

    def _in_path(self, path: list[str], nodes: list[Any]) -> str:
        if path[2] not in METHODS:
            return capitalised(path[1]) + self._rest(path, nodes, 2)
        operation = nodes[3] if isinstance(nodes[3], dict) else {}
        name = capitalised(operation_id(path[1], path[2], operation))
        where = path[3] if len(path) > 3 else ""
        if where == "requestBody":
            return name + "Body" + self._media(path, 5) + self._rest(path, nodes, 7)
        if where == "responses":
            usual = path[4] == min((s for s in operation.get("responses", {}) if s[:1] == "2"), default="default")
            status = "" if usual else capitalised(path[4])
            return name + "Result" + status.removeprefix("N") + self._media(path, 6) + self._rest(path, nodes, 8)
        return name + self._rest(path, nodes, 3)

    def _media(self, path: list[str], at: int) -> str:
        if len(path) <= at or "json" in path[at]:
            return ""
        return _MEDIA.get(path[at].partition(";")[0]) or capitalised(path[at])

    def _rest(self, path: list[str], nodes: list[Any], at: int) -> str:
        out = ""
        while at < len(path):
            step, value = path[at], nodes[at + 1]
            following = path[at + 1] if at + 1 < len(path) else None
            if step in {"properties", "patternProperties", "content"} and following is not None:
                out += capitalised(following) if step != "content" else self._media(path, at + 1)
                at += 2
            elif step in {"oneOf", "anyOf"} and following is not None:
                out += self._branch(value, following)
                at += 2
            elif step == "parameters" and following is not None:
                parameter = nodes[at + 2]
                out += capitalised(str(parameter.get("name", ""))) if isinstance(parameter, dict) else ""
                at += 2
            elif step in {"allOf"} and following is not None:
                at += 2
            else:
                known = {"items": "Item", "additionalProperties": "Value", "schema": "", "$defs": "", "not": "Not"}
                out += known[step] if step in known else capitalised(step)
                at += 1
        return out

    def _branch(self, siblings: Any, index: str) -> str:
        """A branch is called after its title, or after a property that no other branch has; else after its place."""
        if not isinstance(siblings, list) or not index.isdigit() or int(index) >= len(siblings):
            return ""
        branch = siblings[int(index)]
        if not isinstance(branch, Map):
            return "Option" + index
        if isinstance(branch.get("title"), str) and branch["title"]:
            return capitalised(branch["title"])
        if isinstance(branch.get("$ref"), str):
            return "As" + capitalised(branch["$ref"].rsplit("/", 1)[-1])
        others = [s for s in siblings if s is not branch and isinstance(s, Map)]
        if not any(_objectlike(s) for s in others):
            kind = branch.get("type")
            return "Object" if _objectlike(branch) else capitalised(kind) if isinstance(kind, str) else "Option" + index
        for names in (branch.get("required"), branch.get("properties")):
            for name in sorted(n for n in names or () if isinstance(n, str)):
                if not any(name in (s.get("properties") or ()) for s in others):
                    return "With" + capitalised(name)
        return "Option" + index


def _objectlike(schema: Map) -> bool:
    return "properties" in schema or schema.get("type") == "object"
