"""Regular expressions of specifications (ECMA 262) as Python's `re` reads them."""

import re
import warnings

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def translated(pattern: str) -> str | None:
    """The same pattern for `re.search`, or None where Python has no words for it."""
    out = _rewrite(pattern)
    if out is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(out)
    except (re.error, Warning, OverflowError, RecursionError, ValueError):
        return None
    return out


def _rewrite(pattern: str) -> str | None:
    out: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            piece, at = _escape(pattern, at + 1, inside)
            if piece is None:
                return None
            out.append(piece)
            continue
        if inside:
            inside = c != "]"
            out.append("\\" + c if c in "[&~|" else c)
        elif c == "[":
            if pattern.startswith(("[]", "[^]"), at):
                return None
            inside = True
            step = 2 if pattern.startswith("[^", at) else 1
            out.append(pattern[at : at + step])
            at += step
            continue
        elif c == "$":
            out.append(r"\Z")
        elif pattern.startswith("(?<", at) and pattern[at + 3 : at + 4] not in {"=", "!"}:
            out.append("(?P<")
            at += 3
            continue
        elif pattern.startswith("(?", at) and pattern[at + 2 : at + 3] not in {":", "=", "!", "<"}:
            return None
        else:
            out.append(c)
        at += 1
    return "".join(out)


def _escape(pattern: str, at: int, inside: bool) -> tuple[str | None, int]:
    c = pattern[at : at + 1]
    if c in _CLASSES:
        return (_CLASSES[c] if inside else f"[{_CLASSES[c]}]"), at + 1
    if c == "s":
        return (_SPACE if inside else f"[{_SPACE}]"), at + 1
    if c in {"D", "W", "S"}:
        letters = _SPACE if c == "S" else _CLASSES[c.lower()]
        return (None if inside else f"[^{letters}]"), at + 1
    if c == "k":
        name = re.match(r"<(\w+)>", pattern[at + 1 :])
        return (f"(?P={name[1]})" if name and not inside else None), at + 1 + (name.end() if name else 0)
    if c == "c" or c in {"p", "P"} or not c:
        return None, at
    if c == "u":
        code = re.match(r"\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4})", pattern[at + 1 :])
        value = int(code[1] or code[2], 16) if code else 0x110000
        return (re.escape(chr(value)) if value < 0x110000 else None), at + 1 + (code.end() if code else 0)
    if c == "0" and not pattern[at + 1 : at + 2].isdigit():
        return r"\x00", at + 1
    if c == "B" and inside:
        return None, at
    if c.isalnum():
        return "\\" + c, at + 1
    return re.escape(c), at + 1
