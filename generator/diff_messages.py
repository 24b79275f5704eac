"""What an operation takes and gives: parameters, request body, responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.diff_access import other_keys
from generator.diff_document import mapping
from generator.diff_findings import Direction, Finding, Place
from generator.diff_operations import Operation
from generator.diff_schema import Schemas
from generator.diff_text import code, token

_PARAMETER = {"name", "in", "description", "required", "deprecated", "schema", "content", "example", "examples"}
_JSON = "application/json"


def message_changes(schemas: Schemas, old: Operation, new: Operation) -> Iterator[Finding]:
    """What changed in the requests and responses of one operation."""
    yield from _parameters(schemas, old, new)
    yield from _body(schemas, old, new)
    yield from _responses(schemas, old, new)


def parameter_place(where: str, name: str) -> Place:
    """The place of a parameter."""
    return Place(f"{token(where)}.{token(name)}", f"{where if where.isalpha() else code(where)} parameter {code(name)}")


def _parameters(schemas: Schemas, old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = old.parameters(), new.parameters()
    path_names = dict(zip(old.path_names, new.path_names, strict=False))
    paired: set[tuple[str, str]] = set()
    for (where, name), parameter in sorted(before.items()):
        place = parameter_place(where, name)
        target = path_names.get(name, name) if where == "path" else name
        aliased = where == "query" and (where, name) not in after and name in new.renames("query")
        if aliased:
            target = new.renames("query")[name]
        if target != name:
            yield Finding(old.name, place, "renamed", _renaming(where, target), False)
        if (where, target) in after:
            paired.add((where, target))
            yield from _parameter(schemas, old.name, place, parameter, after[where, target])
        elif not aliased:
            yield Finding(old.name, place, "removed", "was removed", True)
    for (where, name), parameter in sorted(after.items()):
        if (where, name) not in paired:
            required = parameter.get("required") is True
            text = "is new and required: clients that leave it out get 400" if required else "is new"
            yield Finding(old.name, parameter_place(where, name), "required" if required else "added", text, required)


def _renaming(where: str, target: str) -> str:
    if where == "path":
        return f"is called {code(target)} now; the URL is the same"
    return f"is called {code(target)} now; the old name is still read (`x-aliases`)"


def _parameter(schemas: Schemas, name: str, place: Place, old: Any, new: Any) -> Iterator[Finding]:
    yield from _required(name, place, old, new)
    if bool(old.get("deprecated")) != bool(new.get("deprecated")):
        text = "is deprecated now" if new.get("deprecated") else "is no longer deprecated"
        yield Finding(name, place, "deprecated", text, False)
    yield from other_keys(name, place, old, new, _PARAMETER)
    if "content" in old or "content" in new:
        yield from _contents(schemas, name, place, old.get("content"), new.get("content"), Direction.REQUEST)
    yield from schemas.compare(name, place, (old.get("schema", {}), new.get("schema", {})), Direction.REQUEST)


def _required(name: str, place: Place, old: Any, new: Any) -> Iterator[Finding]:
    before, after = old.get("required") is True, new.get("required") is True
    if before != after:
        text = "became required: clients that leave it out get 400" if after else "is no longer required"
        yield Finding(name, place, "required", text, after)


def _body(schemas: Schemas, old: Operation, new: Operation) -> Iterator[Finding]:
    place = Place("request", "the request")
    before, after = old.body(), new.body()
    if before is None and after is not None:
        required = after.get("required") is True
        text = "has a body now, which is required: clients without get 400" if required else "may have a body now"
        yield Finding(old.name, place, "required" if required else "added", text, required)
    elif before is not None and after is None:
        yield Finding(old.name, place, "removed", "no longer has a body", True)
    elif before is not None and after is not None:
        yield from _required(old.name, place, before, after)
        contents = before.get("content"), after.get("content")
        yield from _contents(schemas, old.name, place, *contents, Direction.REQUEST, new.renames("body"))


def _contents(
    schemas: Schemas,
    name: str,
    place: Place,
    old: Any,
    new: Any,
    direction: Direction,
    aliases: Mapping[str, str] | None = None,
) -> Iterator[Finding]:
    before, after = mapping(old), mapping(new)
    for media in sorted(before.keys() - after.keys()):
        effect = (
            "clients that send it get 415" if direction is Direction.REQUEST else "clients that want it get another"
        )
        text = f"media type {code(media)} was removed: {effect}"
        yield Finding(name, place, f"media {token(media)} removed", text, True)
    for media in sorted(after.keys() - before.keys()):
        yield Finding(name, place, f"media {token(media)} added", f"media type {code(media)} is new", False)
    for media in sorted(before.keys() & after.keys()):
        inner = place
        if media != _JSON:
            inner = Place(f"{place.full_key}({token(media)})", f"{place.full_words} ({code(media)})")
        yield from other_keys(name, inner, before[media], after[media], {"schema", "example", "examples"})
        pair = mapping(before[media]).get("schema", {}), mapping(after[media]).get("schema", {})
        yield from schemas.compare(name, inner, pair, direction, aliases)


def _responses(schemas: Schemas, old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = old.responses(), new.responses()
    for status in sorted(before.keys() | after.keys()):
        place = Place(f"response.{token(status)}", f"the {status if status.isalnum() else code(status)} response")
        if status not in after:
            yield Finding(old.name, place, "removed", "was removed", True)
        elif status not in before:
            success = status[:1] in ("1", "2", "3")
            text = "is new" + (": clients may receive a status that they do not know" if success else "")
            yield Finding(old.name, place, "added", text, success)
        else:
            yield from _response(schemas, (old.name, place), old, before[status], new, after[status])


def _response(
    schemas: Schemas, at: tuple[str, Place], old: Operation, before: Any, new: Operation, after: Any
) -> Iterator[Finding]:
    name, place = at
    yield from _contents(schemas, name, place, before.get("content"), after.get("content"), Direction.RESPONSE)
    yield from other_keys(name, place, before, after, {"description", "content", "headers", "links"})
    headers = {key.lower(): old.document.resolve(node) for key, node in mapping(before.get("headers")).items()}
    others = {key.lower(): new.document.resolve(node) for key, node in mapping(after.get("headers")).items()}
    for header in sorted(headers.keys() | others.keys()):
        inner = Place(f"{place.key}.header.{token(header)}", f"header {code(header)} of {place.words}")
        if header not in others:
            yield Finding(name, inner, "removed", "was removed", True)
        elif header not in headers:
            yield Finding(name, inner, "added", "is new", False)
        else:
            was, became = headers[header].get("required") is True, others[header].get("required") is True
            if was and not became:
                yield Finding(name, inner, "required", "is no longer required: clients may not find it", True)
            pair = headers[header].get("schema", {}), others[header].get("schema", {})
            yield from schemas.compare(name, inner, pair, Direction.RESPONSE)
