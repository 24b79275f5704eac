"""What a command line knows of the operations: the form of the table of commands."""

from typing import NamedTuple

Scalar = str | int | float | bool


class Option(NamedTuple):
    """One parameter or body field.

    `kind` is string, integer, number, boolean, object or any; `many` may be given several times; `names` are words
    for the choices, in their order; `source` tells what a working folder supplies where it is left out; `files` are
    flags under which the value is read from a file; what is `secret` is asked for, and never on a command line.
    """

    flag: str
    wire: str
    where: str
    kind: str = "string"
    required: bool = False
    many: bool = False
    choices: tuple[str | int, ...] = ()
    names: tuple[str, ...] = ()
    default: Scalar | None = None
    secret: bool = False
    files: tuple[str, ...] = ()
    source: str = ""
    more_flags: tuple[str, ...] = ()
    help: str = ""


class Command(NamedTuple):
    """One name of one operation. `arguments` are the wire names that may also be given by place."""

    context: str
    name: str
    operation: str
    method: str
    path: str
    help: str = ""
    description: str = ""
    options: tuple[Option, ...] = ()
    arguments: tuple[str, ...] = ()
    media: str = ""
    body_required: bool = False
    values: tuple[tuple[str, Scalar], ...] = ()
    columns: tuple[str, ...] = ()
    waits: bool = False
