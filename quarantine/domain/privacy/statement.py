"""A plan as SQL for an engine: exact integers only, total functions only, NULL stays NULL.

Clamps are CASE expressions, since `least(90, NULL)` is 90 in some engines. Sums have a type that cannot overflow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quarantine.domain.errors import Invalid
from quarantine.domain.metadata.model import ColumnType
from quarantine.domain.privacy.fragments import Fragment, Fragments, Moment, Name, Part, Quotient, Real, Text, Trunc
from quarantine.domain.privacy.integers import big
from quarantine.domain.privacy.model import Key, Kind, Measurement, Plan


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes names, strings, a forgiving cast, wide sums, whole quotients, and parts of timestamps."""

    name: Callable[[str], str]
    text: Callable[[str], str]
    cast: str
    real: str
    total: str
    wide: str
    quotient: str
    parts: Mapping[str, str]


def _doubled(mark: str) -> Callable[[str], str]:
    return lambda text: mark + text.replace(mark, mark * 2) + mark


_PART = "CAST(EXTRACT({} FROM {}) AS BIGINT)"
DIALECTS = {
    "duckdb": Dialect(_doubled('"'), _doubled("'"), "TRY_CAST", "DOUBLE", "SUM({})", "HUGEINT", " // ", {}),
    "postgres": Dialect(_doubled('"'), _doubled("'"), "CAST", "DOUBLE PRECISION", "SUM({})", "NUMERIC", " / ", {}),
    "spark": Dialect(
        _doubled("`"),
        lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'",
        "TRY_CAST",
        "DOUBLE",
        "SUM(CAST({} AS DECIMAL(19, 0)))",
        "DECIMAL(19, 0)",
        " div ",
        {"dow": "CAST(EXTRACT(DAYOFWEEK FROM {1}) - 1 AS BIGINT)"},
    ),
}


def render(plan: Plan, dialect: str, relation: str | tuple[str, ...]) -> str:
    """The statement; raises Invalid for a dialect that is not known."""
    speech = DIALECTS.get(dialect)
    if speech is None:
        raise Invalid(f"no such SQL dialect; expected one of {', '.join(DIALECTS)}")
    keys = [f"{_key(key, speech)} AS k{i}" for i, key in enumerate(plan.keys)]
    parts = (relation,) if isinstance(relation, str) else relation
    rest = f" FROM {'.'.join(speech.name(part) for part in parts)}"
    rest += f" WHERE {_written(plan.where, speech)}" if plan.where else ""
    numbers = [f"{_aggregate(m, speech)} AS m{i}" for i, m in enumerate(plan.numbers)]
    histograms = plan.histograms
    if not histograms:
        return _select(keys + numbers, rest, range(1, len(keys) + 1))
    # Histograms have rows of their own: a part number tells them apart, and NULL fills what they do not have.
    width = max(2, len(numbers))
    numbers += [f"NULL AS m{i}" for i in range(len(numbers), width)]
    selects = [_select(["0 AS part", *keys, *numbers], rest, range(2, len(keys) + 2))] if plan.numbers else []
    for part, histogram in enumerate(histograms, start=1):
        counted = [f"{_bin(histogram, speech)} AS m0", "COUNT(*) AS m1", *("NULL" for _ in range(2, width))]
        selects.append(_select([f"{part} AS part", *keys, *counted], rest, range(2, len(keys) + 3)))
    return " UNION ALL ".join(selects)


def _select(columns: list[str], rest: str, grouped: range) -> str:
    group = f" GROUP BY {', '.join(map(str, grouped))}" if grouped else ""
    # Every part is a quoted name, a quoted literal or our own text.
    return f"SELECT {', '.join(columns)}{rest}{group}"


def _bin(histogram: Measurement, speech: Dialect) -> str:
    value, step = _written(histogram.fragments, speech), histogram.step
    shifted = f"({value} - {big(histogram.lower)})"
    return shifted if step == 1 else f"({shifted}{speech.quotient}{big(step)})"


def _key(key: Key, speech: Dialect) -> str:
    if key.fragments:
        return _written(key.fragments, speech)
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
    if measurement.kind is Kind.ROWS:
        return "COUNT(*)"
    value = _written(measurement.fragments, speech)
    if measurement.kind is Kind.PRESENT:
        return f"COUNT({value})"
    if measurement.kind in (Kind.PERSONS, Kind.DISTINCT):
        return f"COUNT(DISTINCT {value})"
    lower, upper = measurement.lower, measurement.upper
    kept = _clamped(value, lower, upper)
    if not isinstance(measurement.fragments[0], Name):
        # The bounds follow from the expression; that they hold is not left to that alone.
        kept = f"CASE WHEN {value} < {lower} THEN {lower} WHEN {value} > {upper} THEN {upper} ELSE {value} END"
    total = speech.total.format(kept)
    if measurement.kind is Kind.CENTRED and measurement.centre:
        # Shifting the total is the same as shifting every value, and leaves the row loop alone.
        total = f"{total} - CAST({measurement.centre} AS {speech.wide}) * COUNT({value})"
    return f"COALESCE({total}, 0)"


def _written(fragments: Fragments, speech: Dialect) -> str:
    return "".join(part if isinstance(part, str) else _word(part, speech) for part in fragments)


def _word(part: Fragment, speech: Dialect) -> str:
    if isinstance(part, Name):
        return speech.name(part.column)
    if isinstance(part, Text):
        return speech.text(part.value)
    if isinstance(part, Moment):
        return f"TIMESTAMP '{part.value.isoformat(sep=' ')}'"
    if isinstance(part, Real):
        value = f"{speech.cast}({speech.name(part.column)} AS {speech.real})"
        return value if part.scale == 1 else f"({value} / {part.scale})"
    if isinstance(part, Quotient):
        return speech.quotient
    if isinstance(part, Part):
        return speech.parts.get(part.unit, _PART).format(part.unit.upper(), _written(part.inner, speech))
    assert isinstance(part, Trunc)  # noqa: S101 - the last kind of fragment
    return f"CAST(DATE_TRUNC('{part.unit}', {_written(part.inner, speech)}) AS TIMESTAMP)"
