"""Docstrings of methods, from the prose of a specification."""

import re
import textwrap

from generator.client_calls import Argument, Call
from generator.fragments import plain
from generator.ir import NO_DEFAULT
from generator.literals import escaped, prose, summary

_WIDTH = 106
Told = tuple[tuple[str, str, str], ...]


def documentation(call: Call) -> list[str]:
    """The lines of a docstring: the summary, the description, and a line for each argument."""
    o = call.operation
    told = tuple((a.name, a.doc, _default(a)) for a in call.arguments)
    return _documentation(summary(o.summary) or summary(o.id) or o.method, o.description, told)


def _default(argument: Argument) -> str:
    if argument.required or argument.default is NO_DEFAULT or argument.default in (None, ""):
        return ""
    return repr(plain(argument.default))[:60]


def _documentation(first: str, description: str, told: Told) -> list[str]:
    lines: list[str] = []
    if summary(description) not in {"", first}:
        for paragraph in re.split(r"\n\s*\n", prose(description).strip()):
            lines += ["", *_wrapped(paragraph, "")]
    entries = [line for name, doc, default in told for line in _entry(name, prose(doc), prose(default))]
    lines += ["", *entries] if entries else []
    return [f'"""{first}', *lines, '"""'] if lines else [f'"""{first}"""']


def _entry(name: str, doc: str, default: str) -> list[str]:
    """What is said of an argument, where something is said."""
    without = f"{default} if left out." if default else ""
    said = f"{doc} ({without})" if doc and without else doc or without
    return _wrapped(f"{name}: {said}", "    ") if said else []


def _wrapped(words: str, hanging: str) -> list[str]:
    # A backslash is written as two.
    width = _WIDTH // (2 if words.count("\\") > 4 else 1)
    lines = textwrap.wrap(" ".join(words.split()), width, break_on_hyphens=False, subsequent_indent=hanging)
    return [escaped(line) for line in lines]
