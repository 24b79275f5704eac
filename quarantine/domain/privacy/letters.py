"""Small letters and capitals, one for one: what DuckDB's LOWER and UPPER do, for the engines that do something else.

PostgreSQL leaves all but ASCII alone under the collation of bounded copies, and Spark makes two letters of some.
"""

# Latin, Greek, Cyrillic, Armenian, Vietnamese: what is written with capitals.
_BLOCKS = (range(0x41, 0x590), range(0x1E00, 0x1F00))
_OTHER = {"LOWER": {"\u0130": "i"}, "UPPER": {"\u00df": "\u1e9e"}}


def _changed(word: str, mark: str) -> str:
    made = _OTHER[word].get(mark) or (mark.lower() if word == "LOWER" else mark.upper())
    return made if len(made) == 1 else mark


def lowercase(text: str) -> str:
    """The text in small letters."""
    return "".join(_changed("LOWER", mark) for mark in text)


def _pair(word: str) -> tuple[str, str]:
    marks = [chr(code) for block in _BLOCKS for code in block]
    changed = [(mark, _changed(word, mark)) for mark in marks if _changed(word, mark) != mark]
    return "".join(mark for mark, _ in changed), "".join(made for _, made in changed)


# Word -> the letters that it changes, and what they become, in the same order.
LETTERS = {word: _pair(word) for word in _OTHER}
