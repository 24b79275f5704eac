"""A plan as SQL for an engine: exact integers only, total functions only, NULL stays NULL.

Clamps are CASE expressions, since `least(90, NULL)` is 90 in some engines. Sums have a type that cannot overflow.
"""

from collections.abc import Callable
from dataclasses import dataclass

from quarantine.domain.errors import Invalid
from quarantine.domain.metadata.model import ColumnType
from quarantine.domain.privacy.conditions import Fragments, Moment, Name, Real
from quarantine.domain.privacy.model import Key, Kind, Measurement, Plan


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes names, strings, a forgiving cast, and the sum of 64-bit integers without overflow."""

    name: Callable[[str], str]
    text: Callable[[str], str]
    cast: str
    real: str
    total: str
    wide: str


def _doubled(mark: str) -> Callable[[str], str]:
    return lambda text: mark + text.replace(mark, mark * 2) + mark


DIALECTS = {
    "duckdb": Dialect(_doubled('"'), _doubled("'"), "TRY_CAST", "DOUBLE", "SUM({})", "HUGEINT"),
    "postgres": Dialect(_doubled('"'), _doubled("'"), "CAST", "DOUBLE PRECISION", "SUM({})", "NUMERIC"),
    "spark": Dialect(
        _doubled("`"),
        lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'",
        "TRY_CAST",
        "DOUBLE",
        "SUM(CAST({} AS DECIMAL(19, 0)))",
        "DECIMAL(19, 0)",
    ),
}


def render(plan: Plan, dialect: str, relation: str | tuple[str, ...]) -> str:
    """The statement; raises Invalid for a dialect that is not known."""
    speech = DIALECTS.get(dialect)
    if speech is None:
        raise Invalid(f"no such SQL dialect; expected one of {', '.join(DIALECTS)}")
    columns = [f"{_key(key, speech)} AS k{i}" for i, key in enumerate(plan.keys)]
    columns += [f"{_aggregate(m, speech)} AS m{i}" for i, m in enumerate(plan.measurements)]
    parts = (relation,) if isinstance(relation, str) else relation
    source = ".".join(speech.name(part) for part in parts)
    where = f" WHERE {_condition(plan.where, speech)}" if plan.where else ""
    group = f" GROUP BY {', '.join(str(i + 1) for i in range(len(plan.keys)))}" if plan.keys else ""
    # Every part is a quoted name, a quoted literal or our own text.
    return f"SELECT {', '.join(columns)} FROM {source}{where}{group}"  # noqa: S608


def _key(key: Key, speech: Dialect) -> str:
    name = speech.name(key.column)
    if key.type is ColumnType.INT:
        return _clamped(name, key.lower, key.upper)
    return name


def _clamped(name: str, lower: int | None, upper: int | None) -> str:
    # The inside of the bounds comes first: it is the branch that nearly every row takes.
    if lower is None or upper is None:
        return name
    return (
        f"CASE WHEN {name} BETWEEN {lower} AND {upper} THEN {name} "
        f"WHEN {name} < {lower} THEN {lower} WHEN {name} > {upper} THEN {upper} END"
    )


def _aggregate(measurement: Measurement, speech: Dialect) -> str:
    name = speech.name(measurement.column)
    if measurement.kind is Kind.ROWS:
        return "COUNT(*)"
    if measurement.kind is Kind.PRESENT:
        return f"COUNT({name})"
    if measurement.kind is Kind.PERSONS:
        return f"COUNT(DISTINCT {name})"
    total = speech.total.format(_clamped(name, measurement.lower, measurement.upper))
    if measurement.kind is Kind.CENTRED and measurement.centre:
        # Shifting the total is the same as shifting every value, and leaves the row loop alone.
        total = f"{total} - CAST({measurement.centre} AS {speech.wide}) * COUNT({name})"
    return f"COALESCE({total}, 0)"


def _condition(fragments: Fragments, speech: Dialect) -> str:
    words = []
    for part in fragments:
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Name):
            words.append(speech.name(part.column))
        elif isinstance(part, Real):
            value = f"{speech.cast}({speech.name(part.column)} AS {speech.real})"
            words.append(value if part.scale == 1 else f"({value} / {part.scale})")
        elif isinstance(part, Moment):
            words.append(f"TIMESTAMP '{part.value.isoformat(sep=' ')}'")
        else:
            words.append(speech.text(part.value))
    return "".join(words)
