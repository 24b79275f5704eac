"""JSON that is the same whatever the order of the specification, and that reads the same as YAML and as a template.

Connexion renders a specification file as a Jinja template and reads the result as YAML 1.1. So: braces that could
open a Jinja mark are escaped, and so is what YAML treats as a line break or refuses; floats have a point.
"""

import json
import re
from functools import cache
from json.encoder import encode_basestring
from typing import Any

_UNSAFE = re.compile("\\{(?=[{%#])|[\\x7f-\\xa0\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]")
_OPEN = frozenset({"properties", "paths", "components", "schemas", "responses", "parameters"})


def dumps(value: Any) -> str:
    """The document. A mapping is on one line unless it holds mappings that hold more, so that a diff stays small."""
    out: list[str] = []
    _write(value, "", "", out, {})
    return "".join(out) + "\n"


@cache
def _string(value: str) -> str:
    encoded = encode_basestring(value)
    return _UNSAFE.sub(lambda m: f"\\u{ord(m.group()):04x}", encoded)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        text = repr(value)
        if "e" in text:
            digits, _, power = text.partition("e")
            sign = power if power[0] in "+-" else "+" + power
            text = f"{digits if '.' in digits else digits + '.0'}e{sign}"
        return text
    return json.dumps(value)


def _nested(value: Any, known: dict[int, bool]) -> bool:
    """Whether a value is written over several lines: it has a name map, or containers two levels down."""
    found = known.get(id(value))
    if found is None:
        found = known[id(value)] = _holds_more(value, known)
    return found


def _holds_more(value: Any, known: dict[int, bool]) -> bool:
    if isinstance(value, dict):
        if any(k in _OPEN and v for k, v in value.items()):
            return True
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    else:
        return False
    return any(
        _nested(v, known) or (isinstance(v, dict | list) and any(isinstance(w, dict) and w for w in _items(v)))
        for v in inner
    )


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def _write(value: Any, key: str, pad: str, out: list[str], known: dict[int, bool]) -> None:
    if not isinstance(value, dict | list):
        out.append(_scalar(value))
        return
    opened = bool(value) and (_nested(value, known) or key in _OPEN)
    inner = pad + "  " if opened else pad
    start, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    between = ",\n" + inner if opened else ", "
    out.append(start + ("\n" + inner if opened else ""))
    pairs = sorted(value.items()) if isinstance(value, dict) else [("", v) for v in value]
    for index, (name, item) in enumerate(pairs):
        out.append(between if index else "")
        if isinstance(value, dict):
            out.append(_string(name) + ": ")
        _write(item, name, inner, out, known)
    out.append(("\n" + pad if opened else "") + end)
