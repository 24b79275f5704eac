"""The privacy filter that an owner may turn on: a limit on the sum of all zCDP prices, in place of the sum of epsilons.

It stands on the ledger like all else: a grant of nothing that names the limit; the last one of a lineage counts. What
was spent follows from the mechanisms of the charges. They never change, so that each process adds up only new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from quarantine.domain.accounting import EPSILON_UNITS, RHO_UNITS, rho_units
from quarantine.store import rows
from quarantine.store.tables import ledger

_MOST_KNOWN = 10_000
_c = ledger.c
_LIMITS = (
    select(_c.lineage, _c.mechanisms)
    .where(_c.lineage.in_(bindparam("lineages", expanding=True)), _c.kind == "grant", _c.mechanisms != "[]")
    .order_by(_c.entry_id)
)
_LATER = (
    select(_c.entry_id, _c.hash, _c.epsilon, _c.mechanisms)
    .where(_c.lineage == bindparam("lineage"), _c.kind == "charge", _c.entry_id > bindparam("after"))
    .order_by(_c.entry_id)
)


class Filter(NamedTuple):
    """The limit of a lineage and what all charges come to, in units of 1e-12."""

    limit: int
    spent: int

    @property
    def initial(self) -> float:
        """The limit as rho."""
        return self.limit / RHO_UNITS

    @property
    def current(self) -> float:
        """What is left of it."""
        return max(0, self.limit - self.spent) / RHO_UNITS


class _Sum(NamedTuple):
    entry_id: int = 0
    hash: str = ""
    units: int = 0


_known: dict[str, _Sum] = {}


def entry(rho: float) -> dict[str, object]:
    """How the ledger notes a limit; 0 turns the filter off."""
    return {"filter": "zCDP", "limit": int(Fraction(repr(rho)) * RHO_UNITS)}


def filters(connection: Connection, lineages: Iterable[str]) -> dict[str, Filter]:
    """The filters of these lineages, where they are on."""
    found = connection.execute(_LIMITS, {"lineages": list(lineages)})
    limits = {row.lineage: int(msgspec.json.decode(row.mechanisms)[0]["limit"]) for row in found}
    return {lineage: Filter(limit, _spent(connection, lineage)) for lineage, limit in limits.items() if limit}


def price(mechanisms: Sequence[object], epsilon: int) -> int:
    """A charge in units of 1e-12 of rho; `epsilon` is in the ledger's units."""
    entries: list[Mapping[str, Any]] = [one for one in mechanisms if isinstance(one, Mapping)]
    return rho_units(entries, Fraction(epsilon, EPSILON_UNITS))


def _spent(connection: Connection, lineage: str) -> int:
    known = _known.get(lineage, _Sum())
    if known.entry_id:
        # What a transaction has seen of its own and then lost is not there, or is another entry now.
        still = rows.get(connection, ledger, entry_id=known.entry_id)
        known = known if still is not None and still.hash == known.hash else _Sum()
    for row in connection.execute(_LATER, {"lineage": lineage, "after": known.entry_id}):
        units = known.units + price(msgspec.json.decode(row.mechanisms), row.epsilon)
        known = _Sum(row.entry_id, row.hash, units)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[lineage] = known
    return known.units
