"""Parameters: text from paths, queries, headers, cookies and forms as JSON values, strictly."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")


class Mismatch(ValueError):
    """A request that does not have the documented form; the message says where, and what would be right."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Parameter(msgspec.Struct, frozen=True):
    """A value that comes as text. `attribute` is its name in the params struct, `many` how a list is written."""

    name: str
    where: str
    attribute: str
    text: str = "string"
    required: bool = False
    many: str = ""
    properties: Mapping[str, str] = msgspec.field(default_factory=dict)


def refuse_duplicates(raw: bytes) -> None:
    """Reads all of a JSON text; Mismatch for an object that holds a key twice.

    Typed decoders keep the last of equal keys, and skip fields that they do not know without looking at their bytes.
    """
    data = msgspec.json.decode(raw)
    # Each key as written has a colon. More colons than keys that were kept: one was there twice, or they are in texts.
    colons = raw.count(b":")
    if type(data) is dict and len(data) == colons:
        return
    keys = _keys(data)
    if colons != keys and _STRING.sub(b"", raw).count(b":") != keys:
        json.loads(raw.decode(), object_pairs_hook=unique, parse_int=len)


def _keys(value: Any) -> int:
    """How many keys all objects of a decoded text have together."""
    found, inside = 0, value
    if type(value) is dict:
        found, inside = len(value), value.values()
    elif type(value) is not list:
        return 0
    for inner in inside:
        kind = type(inner)
        if kind is dict or kind is list:
            found += _keys(inner)
    return found


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        name = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise Mismatch(f"body: duplicate key {json.dumps(name)}")
    return out


def expected(parameter: Parameter, what: str) -> Mismatch:
    return Mismatch(f"{parameter.where} parameter {parameter.name}: expected {what}")


def scalar(kind: str, text: str, parameter: Parameter) -> Any:
    """One text as a JSON value of its kind."""
    if kind == "string":
        return text
    if kind == "integer":
        # Most are short and positive, and the pattern takes longer than the number.
        if text.isdigit() and text.isascii() and len(text) < 19 and text[0] != "0":
            return int(text)
        if len(text) > 20 or not _INTEGER.match(text):
            raise expected(parameter, "an integer")
        return int(text)
    if kind == "number":
        if len(text) > 40 or not _NUMBER.match(text):
            raise expected(parameter, "a number")
        return float(text)
    if kind == "boolean":
        if text not in {"true", "false"}:
            raise expected(parameter, "true or false")
        return text == "true"
    if kind == "json":
        try:
            return json.loads(text, object_pairs_hook=unique)
        except (ValueError, RecursionError):
            raise expected(parameter, "JSON") from None
    return _any(text)


def _any(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    if len(text) <= 20 and _INTEGER.match(text):
        return int(text)
    return float(text) if len(text) <= 40 and _NUMBER.match(text) else text


_SEPARATORS = {"comma": ",", "space": " ", "pipe": "|"}


def value_of(parameter: Parameter, texts: Sequence[str]) -> Any:
    """A parameter's JSON value from all its texts."""
    many = parameter.many
    if many == "repeated":
        return [scalar(parameter.text, t, parameter) for t in texts]
    if len(texts) > 1:
        raise expected(parameter, "one value")
    if many in _SEPARATORS:
        parts = texts[0].split(_SEPARATORS[many]) if texts[0] else []
        return [scalar(parameter.text, t, parameter) for t in parts]
    if parameter.text == "object":
        parts = texts[0].split(",") if texts[0] else []
        if many == "pairs":
            pairs = [tuple(p.split("=", 1)) for p in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=False)) if len(parts) % 2 == 0 else [()]
        if any(len(p) != 2 for p in pairs):
            raise expected(parameter, "names and values")
        return {p[0]: _property(parameter, *p) for p in pairs}
    return scalar(parameter.text, texts[0], parameter)


def _property(parameter: Parameter, name: str, text: str) -> Any:
    kind = parameter.properties.get(name) or parameter.properties.get("*", "string")
    return scalar(kind, text, parameter)


def grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for name, text in pairs:
        out.setdefault(name, []).append(text)
    return out


def spread(parameter: Parameter, given: Mapping[str, list[str]]) -> tuple[Any, set[str]]:
    """An object that is spread over several query parameters, and their names."""
    out: dict[str, Any] = {}
    used: set[str] = set()
    for name, texts in given.items():
        inner = name
        if parameter.many == "deep":
            if not (name.startswith(parameter.name + "[") and name.endswith("]")):
                continue
            inner = name[len(parameter.name) + 1 : -1]
        elif name not in parameter.properties:
            continue
        if len(texts) > 1:
            raise expected(parameter, "every property once")
        out[inner] = _property(parameter, inner, texts[0])
        used.add(name)
    return (out or None), used


def _cookies(headers: Mapping[str, str]) -> dict[str, list[str]]:
    parts = [p.strip().partition("=") for p in headers.get("cookie", "").split(";")]
    return grouped([(name, unquote(text)) for name, _, text in parts if name])


def texts_of(
    parameter: Parameter, path: Mapping[str, str], query: Mapping[str, list[str]], headers: Mapping[str, str]
) -> list[str]:
    if parameter.where == "query":
        return query.get(parameter.name, [])
    if parameter.where == "cookie":
        return _cookies(headers).get(parameter.name, [])
    source, name = (path, parameter.name) if parameter.where == "path" else (headers, parameter.name.lower())
    return [source[name]] if name in source else []
