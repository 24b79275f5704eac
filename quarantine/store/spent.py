"""What has been spent of every lineage, counted in three ways, for who runs the server."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain import loss
from quarantine.domain.accounting import DELTA_UNITS, EPSILON_UNITS
from quarantine.store import data, ledger
from quarantine.store.tables import ledger as ledger_table


def reports(connection: Connection) -> Iterator[tuple[str, loss.Report]]:
    """Each lineage that was ever charged, by the datasets that it has (or its own name), and its report."""
    c = ledger_table.c
    found = connection.scalars(select(c.lineage).where(c.kind == "charge").group_by(c.lineage)).all()
    for lineage in found:
        charges = [
            (
                Fraction(row.epsilon, EPSILON_UNITS),
                row.delta / DELTA_UNITS,
                msgspec.json.decode(row.mechanisms, type=list[dict[str, object]]),
            )
            for row in connection.execute(ledger.charges(lineage))
        ]
        names = ", ".join(row.data_name for row in data.by_lineage(connection, lineage))
        yield names or f"no dataset any more ({lineage})", loss.report(charges)


def told(name: str, found: loss.Report) -> str:
    """A report in words."""
    beside = f"beside delta {found.delta:.3g}"
    more = f"beside delta {found.delta + loss.BESIDE:.3g}"
    shown = found.why if found.distributions is None else f"epsilon {found.distributions:.6g} {more}"
    return (
        f"{name}: {found.charges} charges\n"
        f"  added up            epsilon {found.added:.10g} {beside}\n"
        f"  in zCDP             epsilon {found.zcdp:.6g} {more} (rho {found.rho:.6g})\n"
        f"  loss distributions  {shown}\n"
    )
