"""What a plan reads: a bounded copy, or copies that are joined, stacked, or added up person by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from quarantine.domain.metadata.model import Column, Table
from quarantine.domain.privacy.fragments import Fragments


@dataclass(frozen=True, slots=True)
class Copied:
    """The bounded copy of a table; `dataset` is its dataset's place among those that are asked."""

    schema: str
    table: str
    dataset: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of `left` with the row of `right` that has the same values in `on`; columns of `right` have new names."""

    left: "Relation"
    right: "Relation"
    outer: bool  # rows of `left` without a match stay
    on: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    added: tuple[tuple[str, str], ...]  # the name in `right`, and the one here


@dataclass(frozen=True, slots=True)
class Selected:
    """What `columns` make of each row that `where` keeps; of each group of equal first `grouped` columns, if any."""

    relation: "Relation"
    columns: tuple[tuple[Fragments, str], ...]
    where: Fragments = ()
    grouped: int = 0


@dataclass(frozen=True, slots=True)
class Stacked:
    """All rows of all parts, which have the same columns in the same order."""

    parts: tuple[Selected, ...]


Relation = Union[Copied, Joined, Selected, Stacked]  # noqa: UP007 - the classes name it before it is there


def copies(relation: Relation) -> Iterator[Copied]:
    """The bounded copies in the order in which the statement names them; one that is read twice comes twice."""
    if isinstance(relation, Copied):
        yield relation
    elif isinstance(relation, Selected):
        yield from copies(relation.relation)
    else:
        for part in relation.parts if isinstance(relation, Stacked) else (relation.left, relation.right):
            yield from copies(part)


class View(Table, frozen=True, kw_only=True):
    """A relation as a table: `unit` names the person, who has `rows_per_unit` rows of it at most."""

    unit: str | None = None
    rows_per_unit: int = 1

    @property
    def privacy_unit(self) -> str | None:
        """The column that names the protected person in every row."""
        return self.unit

    @property
    def contribution_bound(self) -> int:
        """The largest number of rows of one privacy unit."""
        return self.rows_per_unit


class Computed(Column, frozen=True, kw_only=True):
    """A column that SQL computes: integers that are `factor` times the number."""

    factor: int = 1

    @property
    def scale(self) -> int:
        """The fixed point's factor."""
        return self.factor
