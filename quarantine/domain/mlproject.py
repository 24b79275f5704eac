"""The `MLproject` file of a project: which commands it may be run with, and which arguments they take.

Read by us and bounded in all ways. A command is a template of an argument vector: it is split into words first and the
arguments are put into the words after, so that no argument ever becomes two words, and there is no shell.
"""

import math
import re
import shlex
from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.document import Plain, parse_document

FILE = "MLproject"
LARGEST = 65_536
MOST = 100
LONGEST = 10_000
Type = Literal["int", "float", "string", "path", "uri"]
TYPES: tuple[Type, ...] = get_args(Type)
# Environments are the server's to choose: what stands under these is not looked at.
_KEYS = {"name", "entry_points", "conda_env", "python_env", "docker_env"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_PLACE = re.compile(r"\{([^{}]*)\}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f]+")
_EXPECTED = {
    "int": "an integer of at most 18 digits",
    "float": "a finite number",
    "string": f"text of at most {LONGEST} characters without NUL",
    "path": "a relative path without .. in it",
    "uri": "a URI with its scheme",
}


class Parameter(msgspec.Struct, frozen=True):
    """One argument of an entry point; without a default it has to be given."""

    name: str
    type: Type = "string"
    default: str | None = None


class EntryPoint(msgspec.Struct, frozen=True):
    """A command as words with `{name}` where arguments go."""

    name: str
    words: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()


def read_mlproject(content: bytes) -> dict[str, EntryPoint]:
    """The entry points by name; raises Refused with the place and the reason for anything else than an MLproject."""
    if len(content) > LARGEST:
        raise Refused(f"{FILE}: expected at most {LARGEST} bytes")
    try:
        document = parse_document(content.decode())
    except UnicodeDecodeError:
        raise Refused(f"{FILE}: expected UTF-8") from None
    except Refused as error:
        raise Refused(f"{FILE}: {error.message.replace('the metadata', 'the file')}") from None
    top = _mapping(document, FILE)
    _known(top, _KEYS, FILE)
    found = _mapping(top.get("entry_points"), f"{FILE}: entry_points")
    return {name: _entry_point(name, each) for name, each in found.items()}


def arguments(entry: EntryPoint, given: Mapping[str, object]) -> dict[str, str]:
    """Every argument of a run as text, defaults included; raises Refused for one that is unknown, missing or unfit."""
    declared = {parameter.name: parameter for parameter in entry.parameters}
    for name in given:
        if name not in declared:
            allowed = ", ".join(declared) or "none"
            raise Refused(f"args: {entry.name} declares no parameter {name[:100]!r}; it has: {allowed}")
    found = {}
    for name, parameter in declared.items():
        value = _text(given[name]) if name in given else parameter.default
        if value is None:
            raise Refused(f"args: {name} is missing")
        found[name] = _checked(parameter.type, value, f"args: {name}")
    return found


def argument_vector(entry: EntryPoint, values: Mapping[str, str]) -> list[str]:
    """The command with the arguments in their places."""
    return [_PLACE.sub(lambda place: values[place[1]], word) for word in entry.words]


def _entry_point(name: str, value: Plain) -> EntryPoint:
    where = f"{FILE}: entry_points.{name[:100]}"
    if _NAME.fullmatch(name) is None:
        raise Refused(f"{where}: expected a name of letters, digits, dots, dashes and underscores")
    fields = _mapping(value, where)
    _known(fields, {"command", "parameters"}, where)
    listed = _mapping(fields.get("parameters") or {}, f"{where}.parameters")
    parameters = tuple(_parameter(each, declared, f"{where}.{each[:100]}") for each, declared in listed.items())
    words = _words(fields.get("command"), f"{where}.command")
    for place in _PLACE.findall(" ".join(words)):
        if place not in listed:
            raise Refused(f"{where}.command: {{{place[:100]}}} is not among its parameters")
    return EntryPoint(name, words, parameters)


def _parameter(name: str, value: Plain, where: str) -> Parameter:
    if _NAME.fullmatch(name) is None:
        raise Refused(f"{where}: expected a name of letters, digits, dots, dashes and underscores")
    fields = {"type": value} if isinstance(value, str) else _mapping(value, where)
    _known(fields, {"type", "default"}, where)
    kind = next((each for each in TYPES if each == fields.get("type", "string")), None)
    if kind is None:
        raise Refused(f"{where}.type: expected one of {', '.join(TYPES)}")
    default = fields.get("default")
    return Parameter(name, kind, None if default is None else _checked(kind, _text(default), f"{where}.default"))


def _words(command: Plain, where: str) -> tuple[str, ...]:
    if not isinstance(command, str) or not command.strip() or len(command) > LONGEST or "\0" in command:
        raise Refused(f"{where}: expected a command of at most {LONGEST} characters")
    lexer = shlex.shlex(command, posix=True, punctuation_chars="();<>|&`$")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = tuple(lexer)
    except ValueError:
        raise Refused(f"{where}: a quotation is not closed") from None
    # Taken for a word of its own only where it is not quoted.
    if any(word and set(word) <= set("();<>|&`$") for word in words):
        raise Refused(f"{where}: it runs without a shell; put ( ) ; < > | & ` $ in quotes, or into a script")
    return words


def _checked(kind: str, value: str, where: str) -> str:
    if not _fits(kind, value):
        raise Refused(f"{where}: expected {_EXPECTED[kind]}")
    return value


def _fits(kind: str, value: str) -> bool:
    if len(value) > LONGEST or "\0" in value:
        return False
    if kind == "int":
        return _INTEGER.fullmatch(value) is not None
    if kind == "float":
        try:
            return math.isfinite(float(value)) and value.isascii() and "_" not in value
        except ValueError:
            return False
    if kind == "path":
        return bool(value) and not value.startswith("/") and ".." not in value.split("/") and value.isprintable()
    return kind == "string" or _URI.fullmatch(value) is not None


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _mapping(value: Plain, where: str) -> dict[str, Plain]:
    if not isinstance(value, dict) or len(value) > MOST:
        raise Refused(f"{where}: expected a mapping of at most {MOST} entries")
    return value


def _known(fields: Mapping[str, Plain], allowed: set[str], where: str) -> None:
    for name in fields:
        if name not in allowed:
            raise Refused(f"{where}: {name[:100]!r} is not one of {', '.join(sorted(allowed))}")
