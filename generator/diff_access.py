"""Who may ask, by which name and in which old forms: security, permissions, actions and aliases of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.command_names import context_of, derived
from generator.diff_document import mapping, sequence
from generator.diff_findings import NOWHERE, Finding, Place
from generator.diff_operations import Operation
from generator.diff_text import canonical, code, shortened, value

LEVELS = ("none", "see", "use", "change", "own")


def access_changes(old: Operation, new: Operation) -> Iterator[Finding]:
    """What changed about an operation besides what it takes and gives."""
    yield from _security(old, new)
    yield from _permission(old, new)
    yield from _defaults(old, new)
    yield from _names(old, new)
    yield from _aliases(old, new)
    yield from _commands(old, new)
    yield from _remarks(old, new)


def _alternatives(operation: Operation) -> dict[str, Any]:
    """The ways to be let in; the empty one is open to all."""
    found = operation.raw.get("security", operation.document.root.get("security", []))
    return {canonical(item): item for item in sequence(found) or [{}]}


def _security(old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = _alternatives(old), _alternatives(new)
    if "{}" in before and "{}" not in after:
        text = "was public and needs credentials now: clients without get 401"
        yield Finding(old.name, NOWHERE, "security secured", text, True)
        return
    if "{}" not in before and "{}" in after:
        yield Finding(old.name, NOWHERE, "security public", "became public: **anybody** may ask now", False)
        return
    for key in sorted(before.keys() - after.keys()):
        text = f"credentials {value(before[key])} no longer let in"
        yield Finding(old.name, NOWHERE, f"security {shortened(key)} removed", text, True)
    for key in sorted(after.keys() - before.keys()):
        text = f"credentials {value(after[key])} let in now"
        yield Finding(old.name, NOWHERE, f"security {shortened(key)} added", text, False)


def _permission(old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = old.raw.get("x-permission"), new.raw.get("x-permission")
    names = dict(zip(old.path_names, new.path_names, strict=False))
    if isinstance(before, dict) and before.get("key") in names:
        before = before | {"key": names[before["key"]]}
    if canonical(before) == canonical(after):
        return
    if _anybody(before) or _anybody(after):
        text = f"the permission went from {_shown(before)} to {_shown(after)}"
        yield Finding(old.name, NOWHERE, "permission", text, _anybody(before))
        return
    low, high = _level(before), _level(after)
    if low != high:
        effect = " (higher: some who could ask get 403)" if high > low else " (lower: more people may ask)"
        text = f"the permission level went from {_grade(before)} to {_grade(after)}{effect}"
        yield Finding(old.name, NOWHERE, "permission level", text, high > low)
    for part in ("on", "key"):
        if canonical(mapping(before).get(part)) != canonical(mapping(after).get(part)):
            was, became = (_shown(mapping(rule).get(part)) for rule in (before, after))
            text = f"the permission is checked on another object: `{part}` went from {was} to {became}"
            yield Finding(old.name, NOWHERE, f"permission {part}", text, True)


def _defaults(old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = mapping(old.raw.get("x-roles")), mapping(new.raw.get("x-roles"))
    for role in sorted(before.keys() | after.keys()):
        was, became = before.get(role), after.get(role)
        if was != became:
            text = f"the default level of {code(role)} went from {_shown(was)} to {_shown(became)}"
            yield Finding(old.name, NOWHERE, f"default of {shortened(role)}", text, False)


def _anybody(permission: Any) -> bool:
    return permission is None or permission == "public"


def _level(permission: Any) -> int:
    """The level as a number; one that is not known counts as the highest."""
    level = mapping(permission).get("level")
    if isinstance(level, int) and not isinstance(level, bool):
        return level
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _grade(permission: Any) -> str:
    return _shown(mapping(permission).get("level"))


def _shown(item: Any) -> str:
    return "none" if item is None else value(item)


def _names(old: Operation, new: Operation) -> Iterator[Finding]:
    if old.id != new.id:
        text = f"the operationId went from {code(old.id)} to {code(new.id)}: generated clients rename their function"
        yield Finding(old.name, NOWHERE, "operationId", text, True)
    before, after = old.raw.get("x-action"), new.raw.get("x-action")
    if canonical(before) != canonical(after):
        text = (
            f"the action went from {_shown(before)} to {_shown(after)}: permissions given under the old name are lost"
        )
        yield Finding(old.name, NOWHERE, "action", text, before is not None)


def _aliases(old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = old.aliases(), new.aliases()
    for key in sorted(before.keys() - after.keys()):
        text = f"the old form {value(before[key])} is no longer answered"
        yield Finding(old.name, NOWHERE, f"alias {shortened(key)} removed", text, True)
    for key in sorted(after.keys() - before.keys()):
        text = f"the form {value(after[key])} is answered too"
        yield Finding(old.name, NOWHERE, f"alias {shortened(key)} added", text, False)


def _commands(old: Operation, new: Operation) -> Iterator[Finding]:
    """Names on the command line; a derived one changes with the operationId, which is told of already."""
    if "x-command" not in old.raw and "x-command" not in new.raw:
        return
    before, after = _called(old), _called(new)
    for name in sorted(before - after):
        text = f"is no longer the command {code(name)}: scripts that call it break"
        yield Finding(old.name, NOWHERE, f"command {shortened(name)} removed", text, True)
    for name in sorted(after - before):
        yield Finding(old.name, NOWHERE, f"command {shortened(name)} added", f"is the command {code(name)} now", False)


def _called(operation: Operation) -> set[str]:
    given = operation.raw.get("x-command")
    notes = [mapping(note) for note in sequence(given)] or [mapping(given)]
    own = context_of(operation.tag), derived(operation.tag, operation.id)
    return {f"{note.get('context', own[0])} {note.get('name', own[1])}" for note in notes}


_COMPARED = {
    "operationId", "tags", "summary", "description", "parameters", "requestBody", "responses", "security",
    "externalDocs", "deprecated", "x-action", "x-permission", "x-roles", "x-aliases", "x-answered-by",
}  # fmt: skip


def _remarks(old: Operation, new: Operation) -> Iterator[Finding]:
    before, after = old.raw.get("x-answered-by"), new.raw.get("x-answered-by")
    if before != after:
        text = f"is answered by {_shown(after)}, no longer by {_shown(before)}"
        yield Finding(old.name, NOWHERE, "answered-by", text, False)
    if bool(old.raw.get("deprecated")) != bool(new.raw.get("deprecated")):
        text = "is deprecated now" if new.raw.get("deprecated") else "is no longer deprecated"
        yield Finding(old.name, NOWHERE, "deprecated", text, False)
    yield from other_keys(old.name, NOWHERE, old.raw, new.raw, _COMPARED)


def other_keys(operation: str, place: Place, old: Any, new: Any, compared: set[str]) -> Iterator[Finding]:
    """Keys without a rule of their own: extensions break nobody, the rest might."""
    for name in sorted((mapping(old).keys() | mapping(new).keys()) - compared):
        if canonical(mapping(old).get(name)) != canonical(mapping(new).get(name)):
            extension = name.startswith("x-")
            text = f"{value(name)} changed" + ("" if extension else " in a way that this review cannot grade")
            yield Finding(operation, place, f"{shortened(name)} changed", text, not extension)
