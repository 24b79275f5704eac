"""What a command line needs to know of operations, as pure data."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One parameter or body field.

    `kind` is a JSON scalar's type, `object` or `any`; `names` are words for the choices; `source` is what it
    falls back on; `files` are the flags under which the value is read from a file.
    """

    flag: str
    wire: str
    where: str
    kind: str
    required: bool
    many: bool = False
    choices: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    default: Any = None
    secret: bool = False
    files: tuple[str, ...] = ()
    source: str = ""
    more_flags: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of `x-command`: where a command differs from what the rules derive. Empty is as derived."""

    context: str = ""
    name: str = ""
    summary: str = ""
    arguments: tuple[str, ...] | None = None
    values: tuple[tuple[str, Any], ...] = ()
    supplied: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One name of one operation."""

    context: str
    name: str
    operation: str
    method: str
    path: str
    summary: str
    doc: str
    options: tuple[Option, ...]
    arguments: tuple[str, ...]
    media: str
    body_required: bool
    values: tuple[tuple[str, Any], ...]
    columns: tuple[str, ...]
    waits: bool
    file: str
    line: int
