"""A plan as SQL for an engine: exact integers only, total functions only, NULL stays NULL.

Clamps are CASE expressions, since `least(90, NULL)` is 90. Sums have a type that cannot overflow.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from quarantine.domain.errors import Invalid
from quarantine.domain.metadata.model import ColumnType
from quarantine.domain.privacy.fragments import (
    Fragment,
    Fragments,
    Moment,
    Name,
    Part,
    Quotient,
    Real,
    Spelling,
    Text,
    Trunc,
)
from quarantine.domain.privacy.integers import big
from quarantine.domain.privacy.letters import LETTERS
from quarantine.domain.privacy.model import Key, Kind, Measurement, Plan
from quarantine.domain.privacy.relations import Copied, Joined, Relation, Selected, Stacked


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
    spellings: Mapping[str, str]


def _doubled(mark: str) -> Callable[[str], str]:
    return lambda text: mark + text.replace(mark, mark * 2) + mark


def _translated(text: Callable[[str], str]) -> dict[str, str]:
    found = {word: f"TRANSLATE({{}}, {', '.join(map(text, pair))})" for word, pair in LETTERS.items()}
    return {**found, "TRIM": "TRIM({})"}


def _escaped(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# Of all that Unicode calls a space, the others take the plain one away only.
_SPELLINGS = {"LOWER": "LOWER({})", "UPPER": "UPPER({})", "TRIM": "TRIM({}, ' ')"}
_PART = "CAST(EXTRACT({} FROM {}) AS BIGINT)"
_name, _text = _doubled('"'), _doubled("'")
DIALECTS = {
    "duckdb": Dialect(_name, _text, "TRY_CAST", "DOUBLE", "SUM({})", "HUGEINT", " // ", {}, _SPELLINGS),
    "postgres": Dialect(
        _name,
        # The columns' own collation: strings that are all literals would be in the order of the database's.
        lambda text: _text(text) + ' COLLATE "C"',
        "CAST",
        "DOUBLE PRECISION",
        "SUM({})",
        "NUMERIC",
        " / ",
        {},
        _translated(_text),
    ),
    "spark": Dialect(
        _doubled("`"),
        _escaped,
        "TRY_CAST",
        "DOUBLE",
        "SUM(CAST({} AS DECIMAL(19, 0)))",
        "DECIMAL(19, 0)",
        " div ",
        {"dow": "CAST(EXTRACT(DAYOFWEEK FROM {1}) - 1 AS BIGINT)"},
        _translated(_escaped),
    ),
}


Named = str | tuple[str, ...]


def render(plan: Plan, dialect: str, names: Sequence[Named]) -> str:
    """The statement, `names` are those of its copies; raises Invalid for a dialect that is not known."""
    speech = DIALECTS.get(dialect)
    if speech is None:
        raise Invalid(f"no such SQL dialect; expected one of {', '.join(DIALECTS)}")
    keys = [f"{_key(key, speech)} AS k{i}" for i, key in enumerate(plan.keys)]
    rest = f" FROM {_Relations(speech, names).written(plan.source)}"
    rest += f" WHERE {written(plan.where, speech)}" if plan.where else ""
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


class _Relations:
    """Relations of a statement as tables of FROM, each under an alias of its own where it needs one."""

    def __init__(self, speech: Dialect, names: Sequence[Named]) -> None:
        self.speech = speech
        self.names = iter(names)
        self.aliases = itertools.count()

    def written(self, relation: Relation) -> str:
        """What stands after FROM."""
        if isinstance(relation, Copied):
            name = next(self.names)
            return ".".join(self.speech.name(part) for part in ((name,) if isinstance(name, str) else name))
        if isinstance(relation, Joined):
            made = self._joined(relation)
        elif isinstance(relation, Stacked):
            made = " UNION ALL ".join(self._selected(part) for part in relation.parts)
        else:
            made = self._selected(relation)
        return f"({made}) AS t{next(self.aliases)}"

    def _joined(self, relation: Joined) -> str:
        name, one, other = self.speech.name, f"l{next(self.aliases)}", f"r{next(self.aliases)}"
        columns = [f"{one}.{name(kept)} AS {name(kept)}" for kept in relation.kept]
        columns += [f"{other}.{name(inner)} AS {name(outer)}" for inner, outer in relation.added]
        left, right = (self._aliased(*side) for side in ((relation.left, one), (relation.right, other)))
        on = " AND ".join(f"{one}.{name(a)} = {other}.{name(b)}" for a, b in relation.on)
        # Every part is a quoted name or our own text.
        return f"SELECT {', '.join(columns)} FROM {left} {'LEFT' if relation.outer else 'INNER'} JOIN {right} ON {on}"  # noqa: S608

    def _aliased(self, relation: Relation, alias: str) -> str:
        if isinstance(relation, Copied):
            return f"{self.written(relation)} AS {alias}"
        return f"(SELECT * FROM {self.written(relation)}) AS {alias}"  # noqa: S608

    def _selected(self, relation: Selected) -> str:
        columns = [f"{written(made, self.speech)} AS {self.speech.name(name)}" for made, name in relation.columns]
        rest = f" FROM {self.written(relation.relation)}"
        rest += f" WHERE {written(relation.where, self.speech)}" if relation.where else ""
        return _select(columns, rest, range(1, relation.grouped + 1))


def _select(columns: list[str], rest: str, grouped: range) -> str:
    group = f" GROUP BY {', '.join(map(str, grouped))}" if grouped else ""
    # Every part is a quoted name, a quoted literal or our own text.
    return f"SELECT {', '.join(columns)}{rest}{group}"


def _bin(histogram: Measurement, speech: Dialect) -> str:
    value, step = written(histogram.fragments, speech), histogram.step
    shifted = f"({value} - {big(histogram.lower)})"
    return shifted if step == 1 else f"({shifted}{speech.quotient}{big(step)})"


def _key(key: Key, speech: Dialect) -> str:
    if key.fragments:
        return written(key.fragments, speech)
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
    value = written(measurement.fragments, speech)
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


def written(fragments: Fragments, speech: Dialect) -> str:
    """Fragments in the words of an engine."""
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
        return speech.parts.get(part.unit, _PART).format(part.unit.upper(), written(part.inner, speech))
    if isinstance(part, Spelling):
        return speech.spellings[part.word].format(written(part.inner, speech))
    assert isinstance(part, Trunc)  # noqa: S101 - the last kind of fragment
    return f"CAST(DATE_TRUNC('{part.unit}', {written(part.inner, speech)}) AS TIMESTAMP)"
