"""Text from elsewhere as a terminal may have it: nothing in it moves the cursor, hides or turns around."""

import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BREAKS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(text: str, keep: str = "") -> str:
    """The text with every character that does not print as an escape; those in `keep` stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or unicodedata.category(c) not in _INVISIBLE else _escape(c) for c in text)


def _escape(character: str) -> str:
    number = ord(character)
    if character in _BREAKS:
        return _BREAKS[character]
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def shown_json(text: str) -> str:
    """JSON text of the same value whose strings hold no raw character that does not print."""
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(_json_escape(c) if unicodedata.category(c) in _INVISIBLE and c not in "\n\r\t" else c for c in text)


def _json_escape(character: str) -> str:
    number = ord(character)
    if number < 65536:
        return f"\\u{number:04x}"
    high, low = divmod(number - 65536, 1024)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def width(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, room: int) -> str:
    """The beginning of the text that fits, marked where something is missing."""
    if width(text) <= room:
        return text
    out, used = "", 0
    for character in text:
        used += width(character)
        if used > room - 1:
            break
        out += character
    return out + "…"
