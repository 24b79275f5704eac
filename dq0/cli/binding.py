"""From what was typed to a request: values of the documented types, in path, query, headers and body."""

import json
import math
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dq0.cli import folder, passwords
from dq0.cli.connection import filled
from dq0.cli.failures import USAGE, Failure
from dq0.cli.given import Given
from generated.console import Command, Option

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Request(NamedTuple):
    """What is sent."""

    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes | None


def values(command: Command, given: Given) -> dict[str, Any]:
    """Every value by wire name: typed, from a file, fixed by the command, or supplied by the folder one stands in.

    Raises Failure for a value that is missing or of another type; passwords are asked for last.
    """
    by_wire = {option.wire: option for option in command.options}
    texts: dict[str, Any] = {**_placed(command, given), **given.texts}
    found: dict[str, Any] = {wire: converted(by_wire[wire], text) for wire, text in texts.items()}
    for wire, file in given.files.items():
        _add_file(found, by_wire[wire], file)
    found = {**dict(command.values), **found}
    for option in command.options:
        if option.source and option.wire not in found and (text := folder.supplied(option.source)):
            found[option.wire] = converted(option, text)
    _check(command, found)
    for option in command.options:
        if option.secret:
            known = given.files.get(option.wire)
            found[option.wire] = passwords.password(command.operation, option.wire, option.flag, known)
    return found


def _add_file(found: dict[str, Any], option: Option, file: str) -> None:
    """A value that is read from a file; rows in a csv file say of themselves what they are."""
    if option.secret:
        return
    if option.wire in found:
        raise Failure(f"--{option.flag} and --{option.files[0]} say the same: choose one", USAGE)
    found[option.wire] = read(file, option)
    if option.wire == "input_data" and file.endswith(".csv"):
        found.setdefault("input_type", "csv")


def _placed(command: Command, given: Given) -> dict[str, str]:
    if len(given.places) > len(command.arguments):
        surplus = given.places[len(command.arguments)]
        raise Failure(f"unexpected argument {json.dumps(surplus, ensure_ascii=False)}", USAGE)
    placed = dict(zip(command.arguments, given.places, strict=False))
    twice = next((wire for wire in placed if wire in given.texts or wire in given.files), None)
    if twice is not None:
        raise Failure(f"{twice} is given twice, by its place and as an option", USAGE)
    return placed


def _check(command: Command, found: Mapping[str, Any]) -> None:
    for option in command.options:
        if option.required and not option.secret and option.wire not in found:
            way = f"--{option.flag}" + "".join(f" or --{file}" for file in option.files)
            here = ", or stand in the folder of a project that has it" if option.source else ""
            raise Failure(f"{command.context} {command.name} needs {way}{here}", USAGE)


def converted(option: Option, given: Any) -> Any:
    """A text, or several, as the JSON value that the option's type wants."""
    if isinstance(given, bool):
        return given
    if option.kind == "object":
        return _object(option, [given] if isinstance(given, str) else list(given))
    if isinstance(given, str):
        return [_scalar(option, given)] if option.many else _scalar(option, given)
    return [_scalar(option, text) for text in given]


def _scalar(option: Option, text: str) -> Any:
    if text in option.names:
        return option.choices[option.names.index(text)]
    value = _typed(option, text)
    if option.choices and value not in option.choices:
        raise Failure(f"--{option.flag}: expected one of {', '.join(map(str, option.choices))}", USAGE)
    return value


def _typed(option: Option, text: str) -> Any:
    if option.kind == "integer":
        if re.fullmatch(r"[-+]?[0-9]{1,19}", text):
            return int(text)
        raise Failure(f"--{option.flag}: expected a whole number", USAGE)
    if option.kind == "number":
        return _number(option, text)
    if option.kind == "boolean":
        if text in ("true", "false"):
            return text == "true"
        raise Failure(f"--{option.flag}: expected true or false", USAGE)
    return _json(text, text) if option.kind == "any" else text


def _number(option: Option, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Failure(f"--{option.flag}: expected a number", USAGE)
    return value


def _object(option: Option, texts: list[str]) -> dict[str, Any]:
    whole = _json(texts[0], None) if len(texts) == 1 else None
    if isinstance(whole, dict):
        return whole
    out = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Failure(f"--{option.flag}: expected NAME=VALUE, or one JSON object", USAGE)
        read_value = _json(value, value)
        out[name] = read_value if isinstance(read_value, bool | int | float) else value
    return out


def _json(text: str, otherwise: Any) -> Any:
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return otherwise
    return otherwise if found is None else found


def read(file: str, option: Option) -> str:
    """The text of a file, or of standard input where it is `-`; an array of numpy's as JSON."""
    try:
        if file == "-":
            return sys.stdin.read()
        if file.endswith(".npy"):
            return _array(file)
        return Path(file).read_text(encoding="utf8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be read as text or as an array"
        raise Failure(f"--{option.files[-1]}: {file}: {reason}", USAGE) from None


def _array(file: str) -> str:
    import numpy as np

    return json.dumps(np.load(file, allow_pickle=False).tolist())


def request(command: Command, found: Mapping[str, Any]) -> Request:
    """The values at their places."""
    by_place: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}, "body": {}}
    for option in command.options:
        if option.wire in found:
            by_place[option.where][option.wire] = found[option.wire]
    query = [(name, _text(v)) for name, given in by_place["query"].items() for v in _each(given)]
    headers = {name: _text(value) for name, value in by_place["header"].items()}
    if by_place["cookie"]:
        headers["Cookie"] = "; ".join(f"{name}={_text(value)}" for name, value in by_place["cookie"].items())
    path = filled(command.path, {name: _text(value) for name, value in by_place["path"].items()})
    fields = by_place["body"]
    if not command.media or not (fields or command.body_required):
        return Request(path, query, headers, None)
    headers["Content-Type"] = command.media
    return Request(path, query, headers, _body(command.media, fields))


def _body(media: str, fields: Mapping[str, Any]) -> bytes:
    whole = fields.get("", fields)
    if media == "application/x-www-form-urlencoded" and isinstance(whole, Mapping):
        return urlencode([(name, _text(each)) for name, value in whole.items() for each in _each(value)]).encode()
    if media != "application/json":
        raise Failure(f"a body of the type {media} cannot be sent from here", USAGE)
    return json.dumps(whole, allow_nan=False).encode()


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
