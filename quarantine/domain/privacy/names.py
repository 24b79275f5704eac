"""How names match: as in SQL, whatever their case; where two differ in case alone, the exact spelling decides."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def same(left: str, right: str) -> bool:
    """Whether two names are the same but for their case."""
    return left.casefold() == right.casefold()


def named(items: Iterable[_N], name: str) -> list[_N]:
    """What the name may mean: the one item of exactly this spelling, or all that differ from it in case alone."""
    close = [item for item in items if same(item.name, name)]
    return [item for item in close if item.name == name] or close
