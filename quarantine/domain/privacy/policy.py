"""What the data owner allows beyond the metadata: hidden, private and public columns, and the smallest groups shown.

A policy narrows the language. Nothing in it reaches the noise, the safe threshold or the price.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, Table
from quarantine.domain.privacy.names import named, same

LARGEST_THRESHOLD = 10**12
_RIGHT = "expected name<number, like households<75; several are separated by commas"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's masks and thresholds for one asker, and what the request itself asks for. JSON text keeps it.

    A name applies to every table of the dataset that has such a column.
    """

    hidden: tuple[str, ...] = ()  # cannot be named in a query at all
    private: tuple[str, ...] = ()  # can only be aggregated: never shown, grouped, filtered or ordered by
    public: tuple[str, ...] = ()  # usable everywhere, also where the metadata says `selectable: false`
    thresholds: dict[str, int] = {}  # column -> the smallest (noisy) group that may be shown when grouped by it
    requested: dict[str, int] = {}  # column -> the smallest group that the request asks for; see requested_thresholds


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy as it applies to one table, in the table's own spelling."""

    hidden: frozenset[str]
    private: frozenset[str]
    public: frozenset[str]
    thresholds: Mapping[str, int]
    requested: Mapping[str, int]

    @classmethod
    def of(cls, policy: Policy, table: Table) -> "Rules":
        """The rules of a table; raises Refused where the request speaks of a column that is not there or is hidden."""
        columns = table.columns
        hidden, private = _matched(policy.hidden, columns), _matched(policy.private, columns)
        # A name that may mean two columns restricts both, and lifts neither's restrictions.
        clear = [name for name in policy.public if len(named(columns, name)) == 1]
        thresholds: dict[str, int] = {}
        for name, least in policy.thresholds.items():
            for column in named(columns, name):
                thresholds[column.name] = max(least, thresholds.get(column.name, 0))
        requested = asked_of(policy, table, hidden)
        return cls(hidden, private, _matched(clear, columns) - hidden - private, thresholds, requested)

    def least(self, grouped: Sequence[str], tau: float, *, public: bool) -> int:
        """The smallest group that the owner lets the query show, of groups by these columns; 0 is any.

        Metadata's `tau` is the default of groups that are not `public`. A request may go down to the owner's threshold
        for the column or, where there is none, to `tau`. Raises Refused where it asks for less, or for other columns.
        """
        default = 0 if public else min(LARGEST_THRESHOLD, -int(-tau // 1))
        for name in self.requested:
            if name not in grouped:
                raise Refused(f"permissions: the query does not group by {name}; name columns of GROUP BY only")
        return max((self._least(name, default) for name in grouped), default=0)

    def _least(self, name: str, default: int) -> int:
        floor = self.thresholds.get(name)
        if name not in self.requested:
            return max(default, floor or 0)
        least, wanted = default if floor is None else floor, self.requested[name]
        if wanted < least:
            raise Refused(f"permissions: {name}<{wanted} is below what the data owner allows; {name}<{least} would do")
        return wanted


def _matched(names: Iterable[str], columns: Sequence[Column]) -> frozenset[str]:
    return frozenset(column.name for name in names for column in named(columns, name))


def asked_of(policy: Policy, table: Table, hidden: frozenset[str]) -> dict[str, int]:
    """What the request asks of the table's columns; raises Refused where it has none of a name, or it is hidden."""
    return {_one(table, name, hidden): least for name, least in policy.requested.items()}


def _one(table: Table, name: str, hidden: frozenset[str]) -> str:
    found = named(table.columns, name)
    if any(column.name in hidden for column in found):
        raise Refused(f"permissions: {name}: the data owner has hidden this column")
    if len(found) != 1:
        reason = (
            "several columns differ in case alone"
            if found
            else f"there is no such column in {table.name or 'these tables'}"
        )
        raise Refused(f"permissions: {name}: {reason}; name a column of GROUP BY")
    return found[0].name


def requested_thresholds(options: str | Sequence[str] | None) -> dict[str, int]:
    """What a request's `permissions` ask for, as column -> smallest group: `households<75`, one text or several.

    Raises Refused for every other form.
    """
    texts = [options] if isinstance(options, str) else list(options or ())
    if not all(isinstance(text, str) for text in texts) or sum(map(len, texts)) > 10_000:
        raise Refused(f"permissions: {_RIGHT}")
    found: dict[str, int] = {}
    for item in (item for text in texts if text.strip() for item in text.split(",")):
        name, least = _requested(item)
        if any(same(name, known) for known in found):
            raise Refused(f"permissions: {name} is named twice; name each column once")
        found[name] = least
    return found


def _requested(item: str) -> tuple[str, int]:
    name, sign, number = (part.strip() for part in item.partition("<"))
    if len(name) > 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    if not sign or not name or not number.isascii() or not number.isdecimal() or len(number) > 12:
        shown = "".join(mark if mark.isprintable() else " " for mark in item.strip())
        raise Refused(f"permissions: `{shown[:100]}` is not understood; {_RIGHT}")
    return name, int(number)
