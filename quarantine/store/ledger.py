"""The privacy ledger: what each source data may still spend. Append-only, hash-chained, exact.

A budget belongs to a *lineage* (the source data), over all users: renaming, deleting or registering a dataset again
does not refill it. Composition is basic: epsilons add up and deltas add up; where its owner has turned on a filter (see
`filters`), prices in zCDP add up in place of the epsilons. Beside it, a *cap* bounds what one person
may spend of a lineage over all time; caps are a chain of their own, of which a person's last row counts.

Amounts are stored as integers, epsilon in units of 1e-9 and delta in units of 1e-18, so that sums are exact. A number
is taken as the decimal that its shortest form shows (0.1 is a tenth); what lies between two units is rounded up for a
charge and down for a grant. The largest total is 1e9 for epsilon and 1 for delta.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, bindparam, case, func, select

from quarantine.domain.accounting import DELTA_UNITS, EPSILON_UNITS, RHO_UNITS
from quarantine.domain.errors import BudgetExceeded, Conflict, Invalid
from quarantine.store import chain, filters, rows
from quarantine.store.rows import AnySelect
from quarantine.store.tables import caps, chain_heads, ledger

_LARGEST_EPSILON = 10**9 * EPSILON_UNITS
_LARGEST_DELTA = DELTA_UNITS
_TOO_LARGE = "would exceed the largest there is: epsilon 1e9, delta 1"
_BUDGET, _OWN_CAP = "the privacy budget left", "what the data owner lets you still spend, by your own cap,"


class Cost(Protocol):
    """A price: `quarantine.domain.privacy` has the real one."""

    @property
    def epsilon(self) -> float: ...
    @property
    def delta(self) -> float: ...


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A budget: all grants (`initial`), what is left (`current`), first and last entry in unix seconds.

    Of a person's cap, `initial` is what he may spend in all.
    """

    initial_epsilon: float = 0.0
    current_epsilon: float = 0.0
    initial_delta: float = 0.0
    current_delta: float = 0.0
    created_at: int = 0
    updated_at: int = 0


class _Units(msgspec.Struct, frozen=True):
    """What a lineage was granted or a person's cap grants, and what was charged, in units."""

    granted_epsilon: int = 0
    granted_delta: int = 0
    charged_epsilon: int = 0
    charged_delta: int = 0
    created_at: int = 0
    updated_at: int = 0

    @property
    def left_epsilon(self) -> int:
        return self.granted_epsilon - self.charged_epsilon

    @property
    def left_delta(self) -> int:
        return self.granted_delta - self.charged_delta


def grant(connection: Connection, lineage: str, epsilon: float, delta: float, *, user_id: int | None) -> Balance:
    """Add to a lineage's budget; raises Invalid for a number that no budget can be."""
    more = _units(epsilon, delta, ROUND_FLOOR)
    return _adjust(connection, lineage, more, user_id)


def grant_price(connection: Connection, lineage: str, cost: Cost, *, user_id: int) -> None:
    """Add exactly what a charge of this price will take."""
    _adjust(connection, lineage, _units(cost.epsilon, cost.delta, ROUND_CEILING), user_id)


def open_budget(connection: Connection, lineage: str, epsilon: float, delta: float, *, user_id: int | None) -> Balance:
    """Grant the first budget of a lineage; one that has entries already keeps what it has left."""
    _lock(connection)
    if rows.get(connection, ledger, lineage=lineage) is not None:
        return balance(connection, lineage)
    return grant(connection, lineage, epsilon, delta, user_id=user_id)


def set_current(
    connection: Connection, lineage: str, epsilon: float, delta: float | None = None, *, user_id: int | None
) -> Balance:
    """Grant the difference, up or down, that makes `epsilon` (and `delta`, unless None) what is left."""
    wanted_epsilon, wanted_delta = _units(epsilon, 0.0 if delta is None else delta, ROUND_FLOOR)
    _lock(connection)
    now = _totals(connection, lineage)
    change = wanted_epsilon - now.left_epsilon, 0 if delta is None else wanted_delta - now.left_delta
    return _adjust(connection, lineage, change, user_id) if any(change) else balance(connection, lineage)


def charge(
    connection: Connection,
    lineage: str,
    cost: Cost,
    *,
    user_id: int,
    job_uuid: str,
    mechanisms: Sequence[object] = (),
) -> Balance:
    """Take a query's price, whole or not at all.

    Raises BudgetExceeded when the budget or the person's own cap does not cover it. Needs a durable write transaction
    of its own, committed before private data is touched. A job is charged once: a second charge of the same job and
    price is the first one again, with another price it is a Conflict.
    """
    epsilon, delta = _units(cost.epsilon, cost.delta, ROUND_CEILING)
    if epsilon == 0 and delta == 0:
        raise Invalid("epsilon: expected a number greater than 0")
    _lock(connection)
    charged = rows.get(connection, ledger, lineage=lineage, job_uuid=job_uuid)
    if charged is not None:
        if (charged.epsilon, charged.delta) != (epsilon, delta):
            raise Conflict("the job was charged another price already")
        return balance(connection, lineage)
    lacking = _shortage(connection, lineage, user_id, (epsilon, delta), mechanisms)
    if lacking:
        raise BudgetExceeded(lacking)
    _append(connection, lineage, "charge", (epsilon, delta), user_id, job_uuid, mechanisms)
    return balance(connection, lineage)


def shortage(
    connection: Connection, lineage: str, cost: Cost, *, user_id: int, mechanisms: Sequence[object] = ()
) -> str:
    """What `charge` would refuse this price with just now, or an empty text; nothing is charged."""
    return _shortage(connection, lineage, user_id, _units(cost.epsilon, cost.delta, ROUND_CEILING), mechanisms)


def set_filter(connection: Connection, lineage: str, rho: float, *, user_id: int) -> None:
    """Bound the sum of all prices in zCDP from now on, in place of the sum of epsilons; 0 turns that off."""
    _lock(connection)
    _append(connection, lineage, "grant", (0, 0), user_id, None, [filters.entry(rho)])


def set_cap(
    connection: Connection, lineage: str, user_id: int, epsilon: float, delta: float | None = None, *, set_by: int
) -> None:
    """Let a person spend `epsilon` and `delta` more of a lineage, and nothing beyond.

    With None, what he may spend of delta in all stays as it is, which is all there is for a first cap.
    """
    more_epsilon, more_delta = _units(epsilon, 0.0 if delta is None else delta, ROUND_FLOOR)
    _lock(connection)
    now = _capped(connection, [lineage], [user_id]).get((lineage, user_id))
    spent = _spent(connection, {"lineages": [lineage], "user_ids": [user_id]}).get((lineage, user_id), (0, 0))
    all_delta = _LARGEST_DELTA if now is None else now.granted_delta
    most = int(spent[0]) + more_epsilon, all_delta if delta is None else int(spent[1]) + more_delta
    if most[0] > _LARGEST_EPSILON or most[1] > _LARGEST_DELTA:
        raise Invalid(f"with what the person has spent already, the cap {_TOO_LARGE}")
    values: dict[str, object] = {"epsilon": most[0], "delta": most[1], "set_by": set_by, "created_at": int(time.time())}
    chain.append(connection, caps, {"lineage": lineage, "user_id": user_id, **values})


def cap_balances(
    connection: Connection, lineages: Iterable[str], user_ids: Iterable[int]
) -> dict[tuple[str, int], Balance]:
    """What these people may spend of these lineages and have left, where they are capped."""
    return {key: _shown(units) for key, units in _capped(connection, lineages, user_ids).items()}


def begun(connection: Connection, lineage: str) -> bool:
    """Whether anything was ever granted, charged or capped of a lineage: its history stays where it is then."""
    return any(rows.get(connection, table, lineage=lineage) is not None for table in (ledger, caps))


def balance(connection: Connection, lineage: str) -> Balance:
    """What a lineage was granted and has left."""
    return _shown(_totals(connection, lineage))


def balances(connection: Connection, lineages: Iterable[str]) -> dict[str, Balance]:
    """The balances of several lineages at once; every one asked for is there."""
    wanted = list(lineages)
    found = {row.lineage: _shown(_as_units(row[1:])) for row in connection.execute(_SUMS, {"lineages": wanted})}
    return {lineage: found.get(lineage, Balance()) for lineage in wanted}


def charges(lineage: str) -> AnySelect:
    """The charges of a lineage in their order, amounts in units."""
    return select(ledger).where(ledger.c.lineage == lineage, ledger.c.kind == "charge").order_by(ledger.c.entry_id)


def charged_job(connection: Connection, job_uuid: str) -> bool:
    """Whether a job was charged."""
    return rows.get(connection, ledger, job_uuid=job_uuid) is not None


def verify(connection: Connection) -> int | None:
    """The `entry_id` of the first row that was changed, removed or put in; None when the ledger is whole."""
    return chain.verify(connection, ledger)


def verify_caps(connection: Connection) -> int | None:
    """The same for the caps: the `cap_id` of the first broken row, or None."""
    return chain.verify(connection, caps)


def _sum(kind: str, amount: str) -> Any:
    return func.coalesce(func.sum(case((ledger.c.kind == kind, ledger.c[amount]), else_=0)), 0).label(
        f"{kind}_{amount}"
    )


_SUMS = (
    select(
        ledger.c.lineage,
        _sum("grant", "epsilon"),
        _sum("grant", "delta"),
        _sum("charge", "epsilon"),
        _sum("charge", "delta"),
        func.min(ledger.c.created_at).label("created_at"),
        func.max(ledger.c.created_at).label("updated_at"),
    )
    .where(ledger.c.lineage.in_(bindparam("lineages", expanding=True)))
    .group_by(ledger.c.lineage)
)


_WANTED = [
    [
        table.c.lineage.in_(bindparam("lineages", expanding=True)),
        table.c.user_id.in_(bindparam("user_ids", expanding=True)),
    ]
    for table in (caps, ledger)
]

_NEWEST = (
    select(func.max(caps.c.cap_id).label("cap_id"), func.min(caps.c.created_at).label("since"))
    .where(*_WANTED[0])
    .group_by(caps.c.lineage, caps.c.user_id)
    .subquery()
)
_CAPS = select(caps, _NEWEST.c.since).join(_NEWEST, _NEWEST.c.cap_id == caps.c.cap_id)

_SPENT = (
    select(ledger.c.lineage, ledger.c.user_id, _sum("charge", "epsilon"), _sum("charge", "delta"))
    .where(*_WANTED[1])
    .group_by(ledger.c.lineage, ledger.c.user_id)
)


def _shortage(
    connection: Connection, lineage: str, user_id: int, price: tuple[int, int], mechanisms: Sequence[object]
) -> str:
    epsilon, delta = price
    cap = _capped(connection, [lineage], [user_id]).get((lineage, user_id))
    if cap is not None and (epsilon > cap.left_epsilon or delta > cap.left_delta):
        return _refusal(_OWN_CAP, cap, epsilon, delta)
    left, filtered = _totals(connection, lineage), filters.filters(connection, [lineage]).get(lineage)
    if filtered is None:
        short = epsilon > left.left_epsilon or delta > left.left_delta
        return _refusal(_BUDGET, left, epsilon, delta) if short else ""
    rho = filters.price(mechanisms, epsilon)
    if delta <= left.left_delta and filtered.spent + rho <= filtered.limit:
        return ""
    has = f"rho {filtered.current:.10g} and delta {max(left.left_delta, 0) / DELTA_UNITS:.10g}"
    return f"{_BUDGET} is {has}; this costs rho {rho / RHO_UNITS:.10g} and delta {delta / DELTA_UNITS:.10g}"


def _totals(connection: Connection, lineage: str) -> _Units:
    row = connection.execute(_SUMS, {"lineages": [lineage]}).first()
    return _Units() if row is None else _as_units(row[1:])


def _capped(connection: Connection, lineages: Iterable[str], user_ids: Iterable[int]) -> dict[tuple[str, int], _Units]:
    """The caps of these people on these lineages, with what they have spent; those without one are left out."""
    wanted: dict[str, list[Any]] = {"lineages": list(lineages), "user_ids": list(user_ids)}
    found = list(connection.execute(_CAPS, wanted))
    spent = _spent(connection, wanted) if found else {}
    capped = {}
    for row in found:
        charged = spent.get((row.lineage, row.user_id), (0, 0))
        units = _as_units((row.epsilon, row.delta, *charged, row.since, row.created_at))
        capped[row.lineage, row.user_id] = units
    return capped


def _spent(connection: Connection, wanted: dict[str, list[Any]]) -> dict[tuple[str, int], tuple[Any, Any]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(_SPENT, wanted)}


def _as_units(amounts: Sequence[Any]) -> _Units:
    # PostgreSQL sums BIGINT into NUMERIC, which arrives as Decimal.
    return _Units(*(int(value) for value in amounts))


def _shown(units: _Units) -> Balance:
    return Balance(
        initial_epsilon=units.granted_epsilon / EPSILON_UNITS,
        # Under a filter more epsilon may have been spent than was granted.
        current_epsilon=max(0, units.left_epsilon) / EPSILON_UNITS,
        initial_delta=units.granted_delta / DELTA_UNITS,
        current_delta=units.left_delta / DELTA_UNITS,
        created_at=units.created_at,
        updated_at=units.updated_at,
    )


def _lock(connection: Connection) -> None:
    """On PostgreSQL, wait until no one else appends: what is summed next is then what is charged against."""
    connection.execute(select(chain_heads.c.last_id).where(chain_heads.c.chain == ledger.name).with_for_update())


def _adjust(connection: Connection, lineage: str, change: tuple[int, int], user_id: int | None) -> Balance:
    _lock(connection)
    now = _totals(connection, lineage)
    if now.granted_epsilon + change[0] > _LARGEST_EPSILON or now.granted_delta + change[1] > _LARGEST_DELTA:
        raise Invalid(f"the budget {_TOO_LARGE}")
    _append(connection, lineage, "grant", change, user_id, None, ())
    return balance(connection, lineage)


def _append(
    connection: Connection,
    lineage: str,
    kind: str,
    amounts: tuple[int, int],
    user_id: int | None,
    job_uuid: str | None,
    mechanisms: Sequence[object],
) -> None:
    values: dict[str, object] = {
        "lineage": lineage,
        "kind": kind,
        "epsilon": amounts[0],
        "delta": amounts[1],
        "user_id": user_id,
        "job_uuid": job_uuid,
        "mechanisms": msgspec.json.encode(mechanisms).decode(),
        "created_at": int(time.time()),
    }
    chain.append(connection, ledger, values)


def _units(epsilon: float, delta: float, rounding: str) -> tuple[int, int]:
    return (
        _unit("epsilon", epsilon, EPSILON_UNITS, _LARGEST_EPSILON, rounding),
        _unit("delta", delta, DELTA_UNITS, _LARGEST_DELTA, rounding),
    )


def _unit(name: str, number: float, units: int, largest: int, rounding: str) -> int:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= sys.float_info.max:
        raise Invalid(f"{name}: expected a finite number of at least 0")
    amount = int((Decimal(repr(number)) * units).to_integral_value(rounding))
    if amount > largest:
        raise Invalid(f"{name}: expected at most {largest // units}")
    return amount


def _refusal(source: str, left: _Units, epsilon: int, delta: int) -> str:
    has, costs = _written(max(left.left_epsilon, 0), max(left.left_delta, 0)), _written(epsilon, delta)
    return f"{source} is {has}; this costs {costs}"


def _written(epsilon: int, delta: int) -> str:
    return f"epsilon {epsilon / EPSILON_UNITS:.10g} and delta {delta / DELTA_UNITS:.10g}"
