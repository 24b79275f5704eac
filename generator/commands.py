"""Operations as commands: their options, and what `x-command` says of them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from generator.command_ir import Command, Note, Option
from generator.command_names import TAKEN, context_of, derived, kebab, words
from generator.findings import Findings, shown
from generator.fragments import plain
from generator.names import precise
from generator.naming import operation_id
from generator.scan import Map
from generator.schemas import Schemas

# What an option may fall back on where it is left out.
SOURCES = frozenset({"directory", "project_uuid", "commit_uuid", "data_uuid", "data_names"})
_OF_FOLDER = frozenset({"project_uuid", "commit_uuid", "data_uuid"})
_KEYS = frozenset(
    {"context", "name", "summary", "arguments", "values", "supplied", "flags", "files", "columns", "waits"}
)
# From here on a text is easier to read from a file.
_LONG = 100_000
_MEDIA = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_RIGHT = (
    "write context, name, summary, arguments, values, supplied, flags, files, columns, waits as docs/cli.md has them"
)


class Commands:
    """Reads the commands of one specification."""

    def __init__(self, schemas: Schemas, findings: Findings) -> None:
        self.schemas = schemas
        self.sources = schemas.sources
        self.flat = schemas.merger.flat
        self.findings = findings

    def of(self, path: str, method: str, node: Map, item: Map, tag: str) -> tuple[Command, ...]:
        """All names under which an operation can be called, the first being its own."""
        media, required, fields = self._body(node)
        parameters = list(self._parameters(item, node))
        taken = {wire for wire, *_ in parameters}
        options = [self._option(*each) for each in (*parameters, *(f for f in fields if f[0] not in taken))]
        identity = operation_id(path, method, node)
        own = Note(context=context_of(tag), name=derived(tag, identity), summary=_text(node, "summary"))
        own = replace(own, arguments=tuple(name for name in re.findall(r"{([^}]*)}", path) if name in taken))
        call: dict[str, Any] = {
            "operation": identity,
            "method": method.upper(),
            "path": path,
            "doc": _text(node, "description"),
        }
        call |= {"media": media, "body_required": required, "file": node.file, "line": node.line_of("x-command")}
        notes = self._notes(node, {option.wire for option in options})
        return tuple(_command(call, _flagged(options, note, method), own, note) for note in notes)

    def _parameters(self, item: Map, node: Map) -> Iterator[tuple[str, str, Map, Any, bool]]:
        found: dict[tuple[str, str], Map] = {}
        for level in (item, node):
            for given in level.get("parameters") or ():
                target = self.sources.target(given) if isinstance(given, Map) else None
                if isinstance(target, Map) and isinstance(target.get("name"), str):
                    found[str(target.get("in")), target["name"]] = target
        for (where, name), target in sorted(found.items()):
            content = target.get("content")
            inner = next(iter(content.values()), None) if isinstance(content, Map) else target
            schema = inner.get("schema", True) if isinstance(inner, Map) else True
            yield name, where, target, schema, where == "path" or target.get("required") is True

    def _body(self, node: Map) -> tuple[str, bool, list[tuple[str, str, Map, Any, bool]]]:
        """The media type that is sent, whether there must be a body, and its fields."""
        body = self.sources.target(node["requestBody"]) if isinstance(node.get("requestBody"), Map) else None
        content = body.get("content") if isinstance(body, Map) else None
        if not isinstance(body, Map) or not isinstance(content, Map) or not content:
            return "", False, []
        media = next((m for m in _MEDIA if m in content), sorted(content)[0])
        required = body.get("required") is True
        given = self.sources.target(content[media]) if isinstance(content[media], Map) else None
        schema = given.get("schema", True) if isinstance(given, Map) else True
        flat = self.flat(schema, body)
        properties = flat.get("properties")
        if isinstance(properties, Map) and properties and media in _MEDIA:
            wanted = flat.get("required") or ()
            names = [n for n in sorted(properties) if self.flat(properties[n], flat).get("readOnly") is not True]
            return media, required, [(n, "body", flat, properties[n], n in wanted) for n in names]
        return media, required, [("", "body", flat, schema, True)] if required else []

    def _option(self, wire: str, where: str, like: Map, schema: Any, required: bool) -> Option:
        flat = self.flat(schema, like)
        kind, many, choices = self._shape(flat, 0)
        doc = like.get("description") if where != "body" or not wire else None
        doc = doc if isinstance(doc, str) else flat.get("description")
        default = plain(flat["default"]) if "default" in flat else None
        longest = flat.get("maxLength")
        long = kind == "string" and where == "body" and isinstance(longest, int) and longest >= _LONG
        return Option(
            flag="",
            wire=wire,
            where=where,
            kind=kind,
            required=required,
            many=many,
            choices=choices,
            names=_names(flat.get("x-enum-varnames"), choices),
            default=default if isinstance(default, str | int | float | bool) and default != "" else None,
            secret=flat.get("format") == "password",
            files=(kebab(wire or "body") + "-file",) if long else (),
            doc=doc if isinstance(doc, str) else "",
        )

    def _shape(self, flat: Map, depth: int) -> tuple[str, bool, tuple[Any, ...]]:
        """The kind of value, whether there may be several, and the only ones that there are."""
        values = flat.get("enum")
        if isinstance(values, list) and values and all(type(v) in (str, int) for v in values):
            return ("string" if isinstance(values[0], str) else "integer"), False, tuple(dict.fromkeys(values))
        branches = flat.get("oneOf") or flat.get("anyOf")
        if isinstance(branches, list):
            found = [self._shape(self.flat(b, flat), depth + 1) for b in branches] if depth < 5 else []
            return _joined(found)
        kinds = [k for k in self.schemas._kinds(flat) if k != "null"]
        if kinds == ["array"]:
            kind, many, choices = self._shape(self.flat(flat.get("items", True), flat), depth + 1)
            return ("any", False, ()) if many or kind == "object" or depth > 4 else (kind, True, choices)
        return (kinds[0] if len(kinds) == 1 else "any"), False, ()

    def _notes(self, node: Map, wires: set[str]) -> list[Note]:
        given = node.get("x-command")
        entries = given if isinstance(given, list) else [given]
        if given is None:
            return [Note()]
        out = [self._note(node, entry, wires) for entry in entries]
        return [note for note in out if note is not None] or [Note()]

    def _note(self, node: Map, given: Any, wires: set[str]) -> Note | None:
        line = given.line if isinstance(given, Map) else node.line_of("x-command")
        if not isinstance(given, Map) or set(given) - _KEYS or not _formed(given):
            self.findings.stop(node.file, line, f"this is no command: {shown(given)}", _RIGHT)
            return None
        flags, files = given.get("flags") or {}, given.get("files") or {}
        named = [*(given.get("arguments") or ()), *(given.get("values") or ()), *(given.get("supplied") or ())]
        for wire in sorted({*map(str, named), *flags.values(), *files.values()} - wires):
            wrong = f"x-command speaks of {shown(wire)}"
            self.findings.stop(node.file, line, wrong, "name a parameter or a body field")
        return Note(
            context=given.get("context", ""),
            name=given.get("name", ""),
            summary=given.get("summary", ""),
            arguments=tuple(given["arguments"]) if "arguments" in given else None,
            values=tuple(sorted((k, plain(v)) for k, v in (given.get("values") or {}).items())),
            supplied=tuple(sorted((given.get("supplied") or {}).items())),
            flags=tuple(sorted(flags.items())),
            files=tuple(sorted(files.items())),
            columns=tuple(given.get("columns") or ()),
            waits=given.get("waits") is True,
        )


def _names(given: Any, choices: tuple[Any, ...]) -> tuple[str, ...]:
    """Words for numbers that are a choice of, where the specification has one for each."""
    if not isinstance(given, list) or len(given) != len(choices) or len({*map(str, given)}) != len(given):
        return ()
    known = all(isinstance(name, str) and kebab(name) == name for name in given)
    return tuple(given) if known and all(isinstance(choice, int) for choice in choices) else ()


def _text(node: Map, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _command(call: dict[str, Any], options: tuple[Option, ...], own: Note, note: Note) -> Command:
    """One name of a call; what a note leaves open is as the rules derive it."""
    arguments = own.arguments if note.arguments is None else note.arguments
    return Command(
        **call,
        context=note.context or own.context,
        name=note.name or own.name,
        summary=note.summary or own.summary,
        options=options,
        arguments=arguments or (),
        values=note.values,
        columns=note.columns,
        waits=note.waits,
    )


def _formed(given: Map) -> bool:
    """Whether every entry of an `x-command` has its form."""
    texts = [given.get(key, "a") for key in ("context", "name")]
    lists = [given.get(key) or [] for key in ("arguments", "columns")]
    maps = [given.get(key) or {} for key in ("values", "supplied", "flags", "files")]
    if not all(isinstance(m, dict) for m in maps) or not all(isinstance(t, list) for t in lists):
        return False
    scalars = all(isinstance(v, str | int | float | bool) for v in maps[0].values())
    sources = all(isinstance(v, str) and v in SOURCES for v in maps[1].values())
    flags = all(isinstance(v, str) and kebab(k) == k for each in maps[2:] for k, v in each.items())
    names = all(isinstance(t, str) and t and kebab(t) == t for t in texts) and isinstance(given.get("summary", ""), str)
    return names and scalars and sources and flags and all(isinstance(v, str) for each in lists for v in each)


def _joined(found: list[tuple[str, bool, tuple[Any, ...]]]) -> tuple[str, bool, tuple[Any, ...]]:
    """Several forms as one: a list of texts or one text is several texts; an object or another thing is an object."""
    kinds = {kind for kind, _, _ in found}
    if "object" in kinds:
        return "object", False, ()
    if len(kinds) != 1:
        return "any", any(many for _, many, _ in found), ()
    choices = tuple(dict.fromkeys(v for _, _, own in found for v in own)) if all(own for *_, own in found) else ()
    return kinds.pop(), any(many for _, many, _ in found), choices


def _flagged(options: list[Option], note: Note, method: str) -> tuple[Option, ...]:
    """The options with their flags and with what they fall back on; nothing is deleted because of where one stands."""
    wanted = Counter(kebab(o.wire or "body") for o in options)
    supplied = dict(note.supplied)
    out = []
    for option in options:
        flag = kebab(option.wire or "body")
        if wanted[flag] > 1 or flag in TAKEN:
            flag = "-".join([*words(precise(option.wire or "body")), "in", option.where])
        source = option.wire if option.required and option.wire in _OF_FOLDER and method != "delete" else ""
        more = tuple(alias for alias, wire in note.flags if wire == option.wire)
        files = (*option.files, *(alias for alias, wire in note.files if wire == option.wire))
        source = supplied.get(option.wire, source)
        out.append(replace(option, flag=flag, source=source, more_flags=more, files=files))
    return tuple(sorted(out, key=lambda o: (not o.required, o.where != "path", o.flag)))
