"""What a row's expression is made of: text that all dialects read alike, and what each writes in its way."""

from dataclasses import dataclass
from datetime import datetime

LONGEST = 5_000  # pieces of one expression: CASE and COALESCE repeat what is inside them


@dataclass(frozen=True, slots=True)
class Name:
    """A column of the bounded copy."""

    column: str


@dataclass(frozen=True, slots=True)
class Real:
    """A numeric column in its own unit, as floating point."""

    column: str
    scale: int


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A timestamp literal."""

    value: datetime


@dataclass(frozen=True, slots=True)
class Quotient:
    """The whole part of one integer over another; only written where the first is not negative, the second positive."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a timestamp (year, month, ...) as a 64-bit integer."""

    unit: str
    inner: "Fragments"


@dataclass(frozen=True, slots=True)
class Trunc:
    """The start of the timestamp's year, quarter, month, week, day, hour or minute."""

    unit: str
    inner: "Fragments"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A string in small letters (LOWER), in capitals (UPPER), or without spaces at its ends (TRIM)."""

    word: str
    inner: "Fragments"


Fragment = str | Name | Real | Text | Moment | Quotient | Part | Trunc | Spelling
Fragments = tuple[Fragment, ...]


def joined(parts: list[Fragments], word: str) -> Fragments:
    """The parts in parentheses, with the word between them."""
    pieces: list[Fragment] = ["("]
    for index, part in enumerate(parts):
        pieces += [word, *part] if index else part
    return (*pieces, ")")
