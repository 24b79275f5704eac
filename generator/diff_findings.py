"""What a spec review can find: a change, where it is, and whether it breaks clients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from generator.diff_text import code, key_text, token


class Direction(Enum):
    """Who sends the value: clients (request) or the server (response)."""

    REQUEST = "request"
    RESPONSE = "response"


class Relation(Enum):
    """How the set of valid values changed."""

    NARROWER = "narrower"
    WIDER = "wider"
    DIFFERENT = "different"

    def breaks(self, direction: Direction) -> bool:
        """Clients break when less of what they send is taken, or when they receive more than they know."""
        harmless = Relation.WIDER if direction is Direction.REQUEST else Relation.NARROWER
        return self is not harmless


@dataclass(frozen=True)
class Place:
    """Where in an operation: `key` for the ledger, `words` for people, `path` down into a schema."""

    key: str
    words: str
    path: str = ""

    def field(self, name: str) -> Place:
        """The property of that name."""
        return self._down(("." if self.path else "") + token(name))

    def items(self) -> Place:
        """Each item of the array."""
        return self._down("[]")

    def others(self) -> Place:
        """Each additional property of the object."""
        return self._down(".*" if self.path else "*")

    def branch(self, name: str) -> Place:
        """One form of several."""
        return self._down(f"<{token(name)}>")

    def _down(self, step: str) -> Place:
        return replace(self, path=self.path + step)

    @property
    def full_key(self) -> str:
        """The place as it stands in a ledger key."""
        return ".".join(part for part in (self.key, self.path) if part)

    @property
    def full_words(self) -> str:
        """The place in a sentence, as Markdown."""
        return " in ".join(part for part in (self.path and code(self.path), self.words) if part)


NOWHERE = Place("", "")


@dataclass(frozen=True)
class Finding:
    """One change of one operation; `text` is Markdown that is safe already."""

    operation: str
    place: Place
    what: str
    text: str
    breaking: bool

    @property
    def rest(self) -> str:
        """The key without its operation: equal for the same change in several operations."""
        return key_text(f"{self.place.full_key} {self.what}")

    @property
    def key(self) -> str:
        """The stable name of this change, as the ledger names it."""
        return key_text(f"{self.operation} {self.rest}")
