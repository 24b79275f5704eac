"""Options of the table as the command line library has them, and what it parsed back as wire names."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from dq0.cli.given import TOLD, Given
from generated.console import Command, Option

_PLACES = "places"
_FILE = click.Path(dir_okay=False, allow_dash=True)
_METAVARS = {"integer": "INTEGER", "number": "NUMBER", "object": "NAME=VALUE", "any": "JSON", "string": "TEXT"}


def params(command: Command) -> list[click.Parameter]:
    """The parameters of a command; what is required is checked later, when the folder has been looked at."""
    out: list[click.Parameter] = []
    if command.arguments:
        by_wire = {option.wire: option for option in command.options}
        names = " ".join(f"[{by_wire[wire].flag.upper().replace('-', '_')}]" for wire in command.arguments)
        out.append(click.Argument([_PLACES], nargs=-1, metavar=names, type=click.STRING))
    for number, option in enumerate(command.options):
        if not option.secret:
            out.append(_option(f"o{number}", command, option))
        out += _files(f"f{number}", option)
    return out


def _option(name: str, command: Command, option: Option) -> click.Option:
    flags = [f"--{flag}" for flag in (option.flag, *option.more_flags)]
    told = _help(command, option)
    if option.kind == "boolean" and not option.many:
        declared = [f"{flags[0]}/--no-{option.flag}", *flags[1:]]
        return click.Option([name, *declared], default=None, help=told)
    kind = click.Choice([*option.names, *map(str, option.choices)]) if option.choices else click.STRING
    several = option.many or option.kind == "object"
    metavar = None if option.choices else _METAVARS.get(option.kind)
    return click.Option([name, *flags], type=kind, multiple=several, metavar=metavar, help=told)


def _files(name: str, option: Option) -> Iterator[click.Option]:
    if option.secret:
        told = f"Read the {option.wire.replace('_', ' ')} from the first line of a file, or of standard input: -."
        yield click.Option([name, f"--{option.flag}-file"], type=_FILE, help=told)
    elif option.files:
        told = f"Read it from a file, or from standard input: -. In place of --{option.flag}."
        yield click.Option([name, *(f"--{flag}" for flag in option.files)], type=_FILE, help=told)


def _help(command: Command, option: Option) -> str:
    parts = [option.help]
    if option.many or option.kind == "object":
        parts.append("May be given several times.")
    if option.source:
        parts.append(f"Left out: {TOLD[option.source]}.")
    default = dict(command.values).get(option.wire, option.default)
    if default is not None:
        parts.append(f"[default: {str(default).lower() if isinstance(default, bool) else default}]")
    parts.append("[required]" if option.required else "")
    return " ".join(part for part in parts if part)


def common(command: Command) -> list[click.Parameter]:
    """What every command has, and what lists and waiting commands have beside it."""
    out: list[click.Parameter] = []
    if paged(command):
        out.append(click.Option(["everything", "--all"], is_flag=True, help="All pages as one."))
    if command.waits:
        told = "Tell the job at once, and do not wait for its end."
        out.append(click.Option(["no_wait", "--no-wait"], is_flag=True, help=told))
    out.append(click.Option(["as_json", "--json"], is_flag=True, help="The server's answer as it is, for programs."))
    told = "The server's address. Left out: DQ0_ADDRESS, or http://127.0.0.1:9000/api."
    out.append(click.Option(["server", "--server"], metavar="URL", default="", help=told))
    return out


def paged(command: Command) -> bool:
    """Whether the operation answers a list page by page."""
    return {"page", "page_size"} <= {option.wire for option in command.options if option.where == "query"}


def typed(command: Command, given: Mapping[str, Any]) -> Given:
    """What was parsed, by wire name; what was left out is not there."""
    texts, files = {}, {}
    for number, option in enumerate(command.options):
        text, file = given.get(f"o{number}"), given.get(f"f{number}")
        if text is not None and text != ():
            texts[option.wire] = text
        if file is not None:
            files[option.wire] = file
    return Given(
        texts,
        files,
        given.get(_PLACES, ()),
        given["server"],
        given["as_json"],
        given.get("everything", False),
        given.get("no_wait", False),
    )
