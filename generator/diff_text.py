"""Words of a spec review: text that comes from a spec is untrusted and never becomes Markdown."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

LONGEST = 80
_SAFE_PATH = re.compile(r"(/(\{[A-Za-z0-9][\w-]*\}|[A-Za-z0-9][A-Za-z0-9.-]*([_:][A-Za-z0-9.-]+)*))+/?|/", re.ASCII)
_SAFE_TOKEN = re.compile(r"[\w$@/+-]+", re.ASCII)


def canonical(value: Any) -> str:
    """One text per value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def visible(text: str) -> str:
    """The text on one line: line ends, control and direction characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def shortened(text: str) -> str:
    """At most `LONGEST` characters; what is cut is still told apart by a digest."""
    if len(text) <= LONGEST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{text[: LONGEST - 10]}…{digest}"


def code(text: object) -> str:
    """A Markdown code span that the text cannot leave: its fence is longer than any run of backticks inside."""
    shown = visible(str(text)) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    padding = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def value(item: Any) -> str:
    """A value of the spec as it is read by people: numbers bare, the rest as code."""
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return str(item)
    return code(shortened(item if isinstance(item, str) else canonical(item)))


def label(operation: str) -> str:
    """The bold start of a line; a path with unusual characters is set as code."""
    method, _, path = operation.partition(" ")
    if method.isascii() and method.isalpha() and (not path or _SAFE_PATH.fullmatch(path)):
        return f"**{operation}**"
    return f"**{code(operation)}**"


def token(name: str) -> str:
    """A name as one part of a key: quoted when it could be mistaken for two parts."""
    return name if _SAFE_TOKEN.fullmatch(name) else json.dumps(shortened(name), ensure_ascii=False)


def key_text(text: str) -> str:
    """A key as it is pasted into the ledger: one line, no backticks."""
    return " ".join(visible(text).replace("`", "\\u0060").split())
