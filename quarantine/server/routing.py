"""Finds the operation for a method and a path.

Static paths are one dict lookup; templates are a tree over segments that backs out of a static branch which leads
nowhere. A static path hides a template that would match it as well, as OpenAPI has it.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

import msgspec

from generated.contract import Operation
from quarantine.domain.errors import Invalid, NotFound
from quarantine.server.problems import MethodNotAllowed

BASE = "/api"


class Route(msgspec.Struct):
    """An operation under one method and path; `with_body` answers instead where the request carries a body.

    `found` is what Connexion's middlewares want to know of it.
    """

    operation: Operation
    names: tuple[str, ...]
    found: dict[str, str]
    with_body: "Route | None" = None


Methods = dict[str, Route]


class Node(msgspec.Struct):
    """One segment of the tree: its named children, the child that takes any segment, the routes that end here."""

    children: "dict[str, Node]" = msgspec.field(default_factory=dict)
    wild: "Node | None" = None
    methods: Methods = msgspec.field(default_factory=dict)


class Match(msgspec.Struct):
    """A route and its path parameters, still text."""

    route: Route
    path: dict[str, str]


class Router:
    """The routes of a set of operations, with the aliases they carry."""

    def __init__(self, operations: Iterable[Operation], base: str = BASE) -> None:
        self._base = base
        self._prefix = base + "/"
        self._static: dict[str, Methods] = {}
        self._root = Node()
        for method, path, operation, when_body in sorted(_entries(operations), key=lambda entry: entry[3]):
            self._add(method, path, operation, when_body)

    def match(self, method: str, raw_path: bytes) -> Match:
        """The route of a percent-encoded path; raises Invalid, NotFound or MethodNotAllowed."""
        path = raw_path.decode("ascii", "replace")
        methods = self._static.get(path)
        if methods is not None and (route := methods.get(method)) is not None:
            return Match(route, {})
        segments = self._segments(path, raw_path)
        if methods is None and (match := self._straight(method, segments)) is not None:
            return match
        found = self._find(method, segments, methods)
        if isinstance(found, Match):
            return found
        raise MethodNotAllowed(method, found)

    def _straight(self, method: str, segments: list[str]) -> Match | None:
        """The way of nearly all requests: no slash at the end, nothing empty, named branches first, never back."""
        node, values = self._root, []
        for segment in segments:
            child = node.children.get(segment)
            if child is None:
                values.append(segment)
                child = node.wild
            if child is None or not segment:
                return None
            node = child
        route = node.methods.get(method)
        if route is None:
            return None
        # Most templates have one name, and zip takes longer than all of the above.
        path = {route.names[0]: values[0]} if len(values) == 1 else dict(zip(route.names, values, strict=True))
        return Match(route, path)

    def _find(self, method: str, segments: list[str], methods: Methods | None) -> Match | tuple[str, ...]:
        """The match, or the methods that the path has instead; raises NotFound without either."""
        trimmed = segments[:-1] if segments[-1] == "" else segments
        others: set[str] = set(methods or ())
        if methods is None:
            for reached, values in _walk(self._root, trimmed, 0, (), empty=False):
                if (route := reached.get(method)) is not None:
                    return Match(route, dict(zip(route.names, values, strict=True)))
                others.update(reached)
        for candidate in (segments, trimmed):
            for reached, values in _walk(self._root, candidate, 0, (), empty=True):
                if "" in values:
                    self._refuse_empty(reached.get(method), values)
                    others.update(reached if methods is None else ())
        if not others:
            raise NotFound("there is nothing at this path; /api/openapi.json lists what there is")
        return tuple(others)

    @staticmethod
    def _refuse_empty(route: Route | None, values: tuple[str, ...]) -> None:
        if route is not None:
            name = route.names[values.index("")]
            raise Invalid(f"path parameter {name} is empty: {route.operation.method} {route.operation.path} needs it")

    def _segments(self, path: str, raw_path: bytes) -> list[str]:
        prefix = self._prefix
        if not path.startswith(prefix):
            raise NotFound(f"there is nothing at this path; the API is under {self._base}")
        if "%" not in path and "\ufffd" not in path:
            return path[len(prefix) :].split("/")
        # Each segment on its own: an encoded slash is part of a value, never a new segment.
        return [_text(part) for part in raw_path[len(prefix) :].split(b"/")]

    def _add(self, method: str, path: str, operation: Operation, when_body: bool) -> None:
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        route = Route(operation, names, {"api_base_path": self._base, "operation_id": operation.id})
        methods = self._methods(path, bool(names))
        if when_body and method in methods:
            methods[method].with_body = route
        elif methods.setdefault(method, route) is not route:
            raise ValueError(f"{method} {path} is both {methods[method].operation.id} and {operation.id}")

    def _methods(self, path: str, templated: bool) -> Methods:
        node = self._root
        for part in path.split("/")[1:]:
            if part.startswith("{"):
                node.wild = node.wild or Node()
                node = node.wild
            else:
                node = node.children.setdefault(part, Node())
        if not templated:
            self._static[self._base + path] = self._static[f"{self._base}{path}/"] = node.methods
        return node.methods


def _entries(operations: Iterable[Operation]) -> Iterator[tuple[str, str, Operation, bool]]:
    for operation in operations:
        yield operation.method.upper(), operation.path, operation, False
        for alias in operation.aliases:
            if alias.path or alias.method:
                method, path = alias.method or operation.method, alias.path or operation.path
                yield method.upper(), path, operation, alias.when_body


def _walk(
    node: Node, segments: list[str], at: int, values: tuple[str, ...], *, empty: bool
) -> Iterator[tuple[Methods, tuple[str, ...]]]:
    """All ends of the tree that the segments reach, named branches before wild ones."""
    if at == len(segments):
        if node.methods:
            yield node.methods, values
        return
    segment = segments[at]
    if (child := node.children.get(segment)) is not None:
        yield from _walk(child, segments, at + 1, values, empty=empty)
    if node.wild is not None and (segment or empty):
        yield from _walk(node.wild, segments, at + 1, (*values, segment), empty=empty)


def _text(segment: bytes) -> str:
    try:
        text = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Invalid("the path is not valid UTF-8") from None
    if any(character < " " or character == "\x7f" for character in text):
        raise Invalid("the path holds a control character")
    return text
