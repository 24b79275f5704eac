"""What is wrong with a specification, and where: `file:line: what is wrong; what would be right`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault in a specification file. `line` counts from 1."""

    file: str
    line: int
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}; {self.right}"


class Findings:
    """The faults found so far, each once. Those that leave nothing to generate are kept apart as fatal."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}
        self.fatal = False

    def add(self, file: str, line: int, wrong: str, right: str) -> None:
        """Note a fault; generation goes on with what is left."""
        self._found[Finding(file, line, wrong, right)] = None

    def stop(self, file: str, line: int, wrong: str, right: str) -> None:
        """Note a fault after which nothing is written."""
        self.add(file, line, wrong, right)
        self.fatal = True

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self._found)

    def sorted(self) -> list[Finding]:
        """All faults by file and line."""
        return sorted(self._found)


def shown(value: object) -> str:
    """Text from a specification as it may appear in a message: on one line, quoted, and cut when long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= 80 else text[:76] + ' ..."'
