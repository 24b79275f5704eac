"""Where the form that is written differs from the form that is read."""

from typing import Any

from generator.scan import Map, Seq
from generator.source import DATA_KEYS, Sources, references


class Variants:
    """Answers from one walk over each schema that is asked about."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._direct: dict[tuple[str, str], bool] = {}
        self._refs: dict[tuple[str, str], list[Map]] = {}
        self._differs: dict[tuple[str, str], bool] = {}
        self._written: set[tuple[str, str]] | None = None

    def hidden(self, schema: Any, write: bool) -> bool:
        """Whether a property is not there in this direction."""
        key = "readOnly" if write else "writeOnly"
        waiting = [schema]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Map):
                if node.get(key) is True:
                    return True
                waiting.extend(node.get("allOf") or ())
        return False

    def differs(self, schema: Map) -> bool:
        """Whether a property below is readOnly or writeOnly."""
        place = (schema.file, schema.pointer)
        if place not in self._differs:
            self._differs[place] = any(self._own(s) for s in self._reachable(schema))
        return self._differs[place]

    def variant(self, schema: Map, write: bool) -> str:
        """What is added to the name of the written form; nothing where the two forms are one, or only it is in use."""
        return "Write" if write and self.differs(schema) and not self.only_written(schema) else ""

    def only_written(self, schema: Map) -> bool:
        """Whether a schema is part of requests, and of no response."""
        if self._written is None:
            read, written = self._directions()
            self._written = written - read
        return (schema.file, "/".join(schema.pointer.split("/")[:4])) in self._written

    def _directions(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        read: set[tuple[str, str]] = set()
        written: set[tuple[str, str]] = set()
        for document in self.sources.documents():
            for holder, key in _holders(document):
                found = holder[key]
                places = read if key in {"responses", "headers"} else written
                for part in found if isinstance(found, Seq) else [found]:
                    if isinstance(part, Map):
                        places |= {(s.file, s.pointer) for s in self._reachable(part)}
        return read, written

    def recursive(self, schema: Map) -> bool:
        """Whether a schema contains itself."""
        return any(t is schema for s in self._reachable(schema) for t in self._targets(s))

    def _reachable(self, schema: Map) -> list[Map]:
        seen = {(schema.file, schema.pointer)}
        out = [schema]
        for node in out:
            for target in self._targets(node):
                place = (target.file, target.pointer)
                if place not in seen:
                    seen.add(place)
                    out.append(target)
        return out

    def _targets(self, schema: Map) -> list[Map]:
        place = (schema.file, schema.pointer)
        if place not in self._refs:
            found = [self.sources.target(at) for at in references(schema)]
            self._refs[place] = [t for t in found if isinstance(t, Map)]
        return self._refs[place]

    def _own(self, schema: Map) -> bool:
        place = (schema.file, schema.pointer)
        if place not in self._direct:
            self._direct[place] = _marked(schema)
        return self._direct[place]


def _marked(schema: Map) -> bool:
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Map):
            if node.get("readOnly") is True or node.get("writeOnly") is True:
                return True
            waiting.extend(v for k, v in node.items() if k not in DATA_KEYS)
        elif isinstance(node, Seq):
            waiting.extend(node)
    return False


def _holders(document: Map) -> list[tuple[Map, str]]:
    """Where requests and responses are written down: in operations, path items and components."""
    out: list[tuple[Map, str]] = []
    places: list[Any] = [document.get("components")]
    paths = document.get("paths")
    for item in paths.values() if isinstance(paths, Map) else ():
        places.append(item)
        places.extend(item.values() if isinstance(item, Map) else ())
    for place in places:
        if isinstance(place, Map):
            out += [(place, k) for k in ("parameters", "requestBody", "requestBodies", "responses") if k in place]
    return out
