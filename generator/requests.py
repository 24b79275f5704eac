"""Operations: parameters, bodies and answers."""

from typing import Any

from generator.client_plan import work
from generator.commands import Commands
from generator.extensions import Extensions
from generator.findings import Findings, shown
from generator.ir import ANY, NONE, Medium, Operation, Parameter, Plain, Reply
from generator.merge import made
from generator.naming import METHODS, operation_id
from generator.scan import Map
from generator.schemas import Schemas
from generator.source import Sources

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_LISTS = {"form": "comma", "simple": "comma", "spaceDelimited": "space", "pipeDelimited": "pipe"}
# OpenAPI says that parameters of these names are ignored: they are described elsewhere.
_NOT_PARAMETERS = frozenset({"accept", "content-type", "authorization"})


class Requests:
    """Reads the operations of one specification."""

    def __init__(self, sources: Sources, schemas: Schemas, findings: Findings) -> None:
        self.sources = sources
        self.schemas = schemas
        self.findings = findings
        self.extensions = Extensions(findings, sources.root)
        self.commands = Commands(schemas, findings)

    def operations(self) -> list[Operation]:
        """All operations, by id."""
        out = []
        paths = self.sources.root.get("paths") or {}
        for path, item in paths.items():
            if path.startswith("/"):
                out.extend(self._of_path(path, item))
        return sorted(out, key=lambda o: (o.id, o.path, o.method))

    def _of_path(self, path: str, item: Any) -> list[Operation]:
        found = self._target(item)
        if found is None:
            return []
        out = []
        for method in METHODS:
            if isinstance(found.get(method), Map):
                out.append(self._operation(path, method, found[method], found))
        return out

    def _target(self, node: Any) -> Map | None:
        found = self.sources.target(node) if isinstance(node, Map) else None
        return found if isinstance(found, Map) else None

    def _operation(self, path: str, method: str, node: Map, item: Map) -> Operation:
        tags = node.get("tags")
        tag = tags[0] if isinstance(tags, list) and tags and isinstance(tags[0], str) else "default"
        media, required = self._body(node)
        summary = node.get("summary") or node.get("description") or ""
        return Operation(
            id=operation_id(path, method, node),
            tag=tag,
            method=method.upper(),
            path=path,
            summary=summary if isinstance(summary, str) else "",
            description=_doc(node),
            action=self.extensions.text(node, "x-action", operation_id(path, method, node)),
            permission=self.extensions.permission(node),
            roles=self.extensions.roles(node),
            answered_by=self.extensions.text(node, "x-answered-by", "local"),
            work=work(self.findings, node),
            extension=node.get("x-extension") is True,
            parameters=self._parameters(path, node, item),
            media=media,
            body_required=required,
            replies=self._replies(node),
            aliases=self.extensions.aliases(node),
            file=node.file,
            line=item.line_of(method),
            commands=self.commands.of(path, method, node, item, tag),
        )

    def _parameters(self, path: str, node: Map, item: Map) -> list[Parameter]:
        found: dict[tuple[str, str], Parameter] = {}
        for level in (item, node):
            own: set[tuple[str, str]] = set()
            for given in level.get("parameters") or ():
                parameter = self._parameter(given)
                if parameter is None:
                    continue
                key = (parameter.where, parameter.wire)
                if key in own:
                    wrong = f"the {key[0]} parameter {shown(key[1])} is there twice"
                    self.findings.add(level.file, level.line_of("parameters"), wrong, "keep one of the two")
                own.add(key)
                found[key] = parameter
        self._check_template(path, node, [p.wire for p in found.values() if p.where == "path"])
        return _ordered(path, list(found.values()))

    def _check_template(self, path: str, node: Map, declared: list[str]) -> None:
        named = template_names(path)
        for name in sorted(set(named) ^ set(declared)):
            wrong = f"the path {shown(path)} and its parameters disagree on {shown(name)}"
            self.findings.stop(node.file, node.line, wrong, "declare every {name} of the path, and no other")
        if len(named) != len(set(named)):
            wrong = f"the path {shown(path)} has a name twice"
            self.findings.stop(node.file, node.line, wrong, "give every part its own name")

    def _parameter(self, given: Any) -> Parameter | None:
        node = self._target(given)
        if node is None:
            return None
        name, where = node.get("name"), node.get("in")
        if not isinstance(name, str) or where not in _STYLES:
            wrong = f"a parameter called {shown(name)} in {shown(where)}"
            self.findings.stop(node.file, node.line, wrong, "give it a name, and in: path, query, header or cookie")
            return None
        if where == "header" and name.lower() in _NOT_PARAMETERS:
            return None
        required = where == "path" or node.get("required") is True
        content = node.get("content")
        if isinstance(content, Map) and len(content) == 1:
            medium = self._target(next(iter(content.values())))
            kind = self.schemas.type(medium.get("schema", True), medium, True) if medium else ANY
            text = "json" if "json" in next(iter(content)) else "string"
            return Parameter(name, where, kind, required, text, doc=_doc(node), file=node.file, line=node.line)
        out = self.read_as(node, node.get("schema", True), name, where)
        out.required, out.doc = required, _doc(node)
        style = node.get("style", _STYLES[where])
        explode = node.get("explode", style == "form") is True
        self._style(out, node, style, explode)
        return out

    def read_as(self, node: Map, schema: Any, name: str, where: str) -> Parameter:
        """A value that comes as text: how it is read, from the schema."""
        kind = self.schemas.type(schema, node, True)
        flat = self.schemas.merger.flat(schema, node)
        text, many, properties = self.text_of(flat, 0)
        out = Parameter(name, where, kind, False, text, many, properties, file=node.file, line=node.line)
        out.default = self.schemas.default(flat)
        return out

    def text_of(self, flat: Map, depth: int) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """How text of this schema is read: the scalar, whether there are several, and an object's properties."""
        kinds = [k for k in self.schemas._kinds(flat) if k != "null"]
        values = [v for v in flat.get("enum") or () if v is not None]
        if not kinds and values and all(type(v) is int for v in values):
            kinds = ["integer"]
        branches = flat.get("oneOf") or flat.get("anyOf")
        if not kinds and isinstance(branches, list):
            read = (
                {self.text_of(self.schemas.merger.flat(b, flat), depth + 1) for b in branches} if depth < 5 else set()
            )
            return read.pop() if len(read) == 1 else ("any", "", ())
        if len(kinds) > 1:
            return "any", "", ()
        kind = kinds[0] if kinds else "string"
        if kind == "array" and depth == 0:
            return self.text_of(self.schemas.merger.flat(flat.get("items", True), flat), 1)[0], "comma", ()
        if kind == "object" and depth == 0:
            given = (flat.get("properties") or {}).items()
            inner = [(k, self.text_of(self.schemas.merger.flat(v, flat), 1)[0]) for k, v in given]
            more = flat.get("additionalProperties", True)
            if more is not False:
                inner.append(("*", self.text_of(self.schemas.merger.flat(more, flat), 1)[0]))
            return "object", "", tuple(sorted(inner))
        return ("json" if kind in {"array", "object"} else kind), "", ()

    def _style(self, out: Parameter, node: Map, style: Any, explode: bool) -> None:
        if out.many:
            if style == "form" and explode:
                out.many = "repeated"
            elif style in _LISTS and (style in {"form", "simple"} or not explode):
                out.many = _LISTS[style]
            elif style in _LISTS:
                out.many = "repeated"
            else:
                self._no_style(node, style)
        elif out.text == "object":
            if style == "deepObject" and out.where == "query":
                out.many = "deep"
            elif style in {"form", "simple"}:
                out.many = "pairs" if explode and style == "simple" else "spread" if explode else "flat"
            else:
                self._no_style(node, style)
        elif style not in {"form", "simple"}:
            self._no_style(node, style)
        if any(t == "json" for _, t in out.properties) or (out.many and out.text == "json"):
            wrong = f"the {out.where} parameter {shown(out.wire)} nests lists or objects"
            self.findings.add(node.file, node.line, wrong, "keep to one level, or use `content: application/json`")

    def _no_style(self, node: Map, style: Any) -> None:
        wrong = f"the style {shown(style)} cannot be read"
        self.findings.add(node.file, node.line_of("style"), wrong, "use form or simple")

    def _body(self, node: Map) -> tuple[list[Medium], bool]:
        body = self._target(node.get("requestBody"))
        if body is None:
            return [], False
        media = []
        for name, given in sorted((body.get("content") or {}).items()):
            medium = self._target(given)
            if medium is not None:
                media.append(self._medium(name, medium))
        return media, body.get("required") is True

    def _medium(self, name: str, node: Map) -> Medium:
        codec = codec_of(name)
        schema = node.get("schema", True)
        if codec == "raw":
            return Medium(name, codec, Plain("Raw"))
        kind = self.schemas.type(schema, node, True)
        if codec == "json":
            return Medium(name, codec, kind)
        return Medium(name, codec, kind, self._form(node, schema))

    def _form(self, node: Map, schema: Any) -> list[Parameter]:
        flat = self.schemas.merger.flat(schema, node)
        encodings = node.get("encoding") or {}
        out = []
        for name, value in sorted((flat.get("properties") or {}).items()):
            if self.schemas.variants.hidden(value, True):
                continue
            like = value if isinstance(value, Map) else made(node, {})
            field = self.read_as(like, value, name, "form")
            field.required = name in (flat.get("required") or ())
            encoding = encodings.get(name) or {}
            if field.many:
                field.many = "repeated" if encoding.get("explode", True) is True else "comma"
            elif field.text == "object":
                field.text, field.properties = "json", ()
            out.append(field)
        return out

    def _replies(self, node: Map) -> list[Reply]:
        responses = node.get("responses")
        responses = responses if isinstance(responses, Map) else Map(node.file, node.line, "")
        good = sorted(s for s in responses if s[:1] == "2" and len(s) == 3)
        if not good:
            good = sorted(s for s in responses if s[:1] == "3") or ["default"] * ("default" in responses)
        out = [self._reply(s, self._target(responses[s])) for s in good]
        return [r for r in out if r is not None] or [Reply(200, NONE)]

    def _reply(self, status: str, node: Map | None) -> Reply | None:
        if node is None:
            return None
        code = int(status) if status.isdigit() else int(status[0]) * 100 if status[0].isdigit() else 200
        content = node.get("content") or {}
        raw = any(codec_of(name) != "json" for name in content)
        for name, given in sorted(content.items()):
            medium = self._target(given)
            if codec_of(name) == "json" and medium is not None:
                return Reply(code, self.schemas.type(medium.get("schema", True), medium, False), raw)
        return Reply(code, Plain("Raw") if raw else NONE, False)


def codec_of(name: str) -> str:
    """How bodies of a media type are decoded."""
    kind = name.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return "json"
    return {"application/x-www-form-urlencoded": "form", "multipart/form-data": "multipart"}.get(kind, "raw")


def template_names(path: str) -> list[str]:
    """The names in a path template, in order."""
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _ordered(path: str, parameters: list[Parameter]) -> list[Parameter]:
    names = template_names(path)
    inside = sorted((p for p in parameters if p.where == "path" and p.wire in names), key=lambda p: names.index(p.wire))
    return inside + sorted((p for p in parameters if p.where != "path"), key=lambda p: (p.wire, p.where))


def _doc(node: Map) -> str:
    given = node.get("description")
    return given if isinstance(given, str) else ""
