"""The one way from specification text into Python source: string literals and docstrings, escaped."""

import re
import textwrap
from functools import cache
from typing import Any

_WIDTH = 110
_CHUNK = 80


def literal(value: Any) -> str:
    """A JSON value as a Python expression. Long texts are broken, because no formatter does that."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        inner = ", ".join(map(literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    return repr(value)


def text(value: str) -> str:
    """A text as a string literal."""
    if len(value) <= _CHUNK:
        return repr(value)
    chunks = [value[i : i + _CHUNK] for i in range(0, len(value), _CHUNK)]
    return "(" + " ".join(map(repr, chunks)) + ")"


def prose(value: str) -> str:
    """A description without what does not print and without double quotes: what is left only needs `escaped`."""
    if not value.replace("\n", "").isprintable():
        value = "".join(c if c.isprintable() or c == "\n" else " " for c in value)
    return value.replace('"', "'")


def escaped(line: str) -> str:
    """A line of prose as it may stand between triple quotes."""
    return line.replace("\\", "\\\\")


@cache
def summary(value: str) -> str:
    """The first line of a description, cut to fit on one."""
    first = next((line.strip() for line in prose(value).splitlines() if line.strip()), "")
    return escaped(textwrap.shorten(first, 100 - first.count("\\"), placeholder=" ...") if len(first) > 50 else first)


def docstring(value: str, indent: int) -> list[str]:
    """The first paragraph of a description as the lines of a docstring, indented."""
    words = " ".join(re.split(r"\n\s*\n", prose(value).strip())[0].split())
    width = _WIDTH - indent if words.count("\\") < 5 else (_WIDTH - indent) // 2
    wrapped = [escaped(line) for line in textwrap.wrap(words, width, break_on_hyphens=False)]
    pad = " " * indent
    if len(wrapped) < 2:
        return [f'{pad}"""{line}"""' for line in wrapped]
    return [f'{pad}"""{wrapped[0]}', *(pad + line for line in wrapped[1:]), f'{pad}"""']
