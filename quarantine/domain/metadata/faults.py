"""The faults of one metadata document, gathered so that the owner can mend them in one go."""

import difflib
from collections.abc import Iterable

from quarantine.domain.errors import Refused

SHOWN = 10
LONGEST = 300


class Faults:
    """Collects `path: what would be right`; nothing is refused before `settle`."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, message: str) -> None:
        """Notes one fault at `path` (empty for the document as a whole)."""
        line = f"{path}: {message}" if path else message
        self.found.append("".join(mark if mark.isprintable() else "?" for mark in line[:LONGEST]))

    def unknown(self, path: str, name: str, known: Iterable[str]) -> None:
        """Notes a key that is not part of the format, with the nearest one that is."""
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(names) or 'nothing'}"
        self.add(join(path, name), f"unknown; {hint}")

    def settle(self) -> None:
        """Raises Refused with the first faults, if there are any."""
        if not self.found:
            return
        more = len(self.found) - SHOWN
        rest = [f"and {more} more"] if more > 0 else []
        raise Refused("; ".join(self.found[:SHOWN] + rest))


def join(path: str, *names: str) -> str:
    """A dotted path."""
    return ".".join(part for part in (path, *names) if part)
