"""Column nodes to columns, and what would contradict itself in them."""

import math
import re

from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.fields import EXACT_FLOAT, INT64, LONGEST_NAME, Fields, check_name, moment, seconds
from quarantine.domain.metadata.model import Column, ColumnType, Value
from quarantine.domain.metadata.nodes import AUTO_BOUNDS, Node

LONGEST_MASK = 1_000
LONGEST_VALUE = 1_000
MOST_VALUES = 100_000
BOUNDABLE = (ColumnType.INT, ColumnType.FLOAT, ColumnType.DATETIME)
IDENTIFYING = (ColumnType.INT, ColumnType.STRING)

Bound = int | float | None


def read_column(node: Node, table_path: str, faults: Faults) -> Column | None:
    """The column, or None where a fault leaves no type to speak of."""
    raw = node.attributes.get("data", {}).get("name")
    path = join(table_path, "columns", raw) if isinstance(raw, str) and raw else node.path
    fields = Fields(node, path, faults)
    name = check_name(fields, "column", LONGEST_NAME)
    kind = _type(fields)
    if kind is None:
        return None
    private_id = fields.flag("private_id", False)
    if private_id and kind not in IDENTIFYING:
        fields.fault("private_id", "the column that names the person must be of type int or string")
    lower, upper = _bounds(fields, kind)
    allowed = _allowed(fields, kind, lower, upper)
    _check_unused(fields)
    return Column(
        name=name,
        type=kind,
        description=fields.text("description"),
        selectable=fields.flag("selectable", True),
        private_id=private_id,
        nullable=fields.flag("nullable", True),
        unique=_unique(fields, kind),
        lower=lower,
        upper=upper,
        cardinality=_cardinality(fields, allowed),
        allowed_values=allowed,
        mask=_mask(fields, kind),
        is_feature=fields.flag("is_feature", False),
        is_target=fields.flag("is_target", False),
        synthesizable=fields.flag("synthesizable", True),
    )


def _unique(fields: Fields, kind: ColumnType) -> bool:
    unique = fields.flag("unique", False)
    if unique and kind not in IDENTIFYING:
        fields.fault("unique", "a column that rows are looked up by must be of type int or string")
    return unique


def _type(fields: Fields) -> ColumnType | None:
    value = fields.values.get("data_type_name")
    if isinstance(value, str) and value in list(ColumnType):
        return ColumnType(value)
    fields.fault("type", f"must be one of {', '.join(sorted(ColumnType))}")
    return None


def _check_unused(fields: Fields) -> None:
    """Attributes that are part of the format and that nothing here reads: their types are checked all the same."""
    fields.flag("metadata_is_public", False)
    fields.flag("discrete", False)
    fields.number("min_step", 5e-324, math.inf, "must be a positive number")
    automatic = sorted(AUTO_BOUNDS & set(fields.values) - {"use_auto_bounds"})
    if fields.flag("use_auto_bounds", False) or automatic:
        key = automatic[0] if automatic else "use_auto_bounds"
        fields.fault(key, "bounds taken from the data are not private; declare lower and upper instead")


def _bounds(fields: Fields, kind: ColumnType) -> tuple[Bound, Bound]:
    lower, upper = (_bound(fields, key, kind) for key in ("lower", "upper"))
    both = lower is not None and upper is not None
    given = {"lower", "upper"} <= set(fields.values)
    if fields.flag("bounded", False) and not given and kind in BOUNDABLE:
        fields.fault("bounded", "needs both lower and upper")
    if lower is None or upper is None:
        return lower, upper
    if lower >= upper:
        fields.fault("lower", "must be below upper")
        return None, None
    if kind is ColumnType.FLOAT and both:
        scale = Column(name="", type=kind, lower=lower, upper=upper).scale
        if round(lower * scale) == round(upper * scale):
            fields.fault("lower", f"is too close to upper: values are kept in steps of 1/{scale}")
    return lower, upper


def _bound(fields: Fields, key: str, kind: ColumnType) -> Bound:
    value = fields.values.get(key)
    if value is None:
        return None
    if kind not in BOUNDABLE:
        fields.fault(key, f"a {kind} column takes no bounds")
        return None
    found = _typed(value, kind)
    if found is None:
        fields.fault(key, f"must be {WANTED[kind]}")
    return seconds(found) if kind is ColumnType.DATETIME else found  # type: ignore[return-value]


WANTED = {
    ColumnType.INT: "a whole number of at most 64 bits (the column is of type int)",
    ColumnType.FLOAT: f"a finite number within {-EXACT_FLOAT} and {EXACT_FLOAT}",
    ColumnType.DATETIME: "a date or a date and time (ISO 8601)",
    ColumnType.STRING: f"text of 1 to {LONGEST_VALUE} characters (in quotes; the column is of type string)",
}


def _typed(value: Plain, kind: ColumnType) -> int | float | str | None:
    """The value as the column's type keeps it; None where it is of another type or out of range."""
    if kind is ColumnType.DATETIME:
        unix = seconds(value)
        return None if unix is None else moment(unix)
    if kind is ColumnType.STRING:
        return value if isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE and "\x00" not in value else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind is ColumnType.INT:
        return value if isinstance(value, int) and -INT64 <= value < INT64 else None
    # Adding zero makes one zero of the two.
    return float(value) + 0.0 if -EXACT_FLOAT <= value <= EXACT_FLOAT else None


def _allowed(fields: Fields, kind: ColumnType, lower: Bound, upper: Bound) -> tuple[Value, ...] | None:
    given = fields.values.get("allowed_values")
    if given is None:
        return None
    if kind is ColumnType.BOOLEAN:
        fields.fault("allowed_values", "a boolean column has its two values already")
    elif not isinstance(given, list) or not 0 < len(given) <= MOST_VALUES:
        fields.fault("allowed_values", f"must be a list of 1 to {MOST_VALUES} values")
    else:
        return _listed(fields, given, kind, lower, upper)
    return None


def _listed(fields: Fields, given: list[Plain], kind: ColumnType, lower: Bound, upper: Bound) -> tuple[Value, ...]:
    found: dict[Value, None] = {}
    for position, item in enumerate(given):
        value = _typed(item, kind)
        key = f"allowed_values[{position}]"
        if value is None:
            fields.fault(key, f"must be {WANTED[kind]}")
        elif value in found:
            fields.fault(key, "stands twice")
        elif not _within(value, kind, lower, upper):
            fields.fault(key, "must lie within lower and upper")
        else:
            found[value] = None
    return tuple(found)


def _within(value: int | float | str, kind: ColumnType, lower: Bound, upper: Bound) -> bool:
    measure = seconds(value) if kind is ColumnType.DATETIME else value
    if measure is None or isinstance(measure, str):
        return True
    return (lower is None or measure >= lower) and (upper is None or measure <= upper)


def _cardinality(fields: Fields, allowed: tuple[Value, ...] | None) -> int | None:
    count = fields.whole("cardinality", 1, INT64 - 1)
    if count is not None and allowed is not None and count < len(allowed):
        fields.fault("cardinality", "must not be below the number of allowed_values")
    return count


def _mask(fields: Fields, kind: ColumnType) -> str | None:
    mask = fields.text("mask", longest=LONGEST_MASK)
    if not mask:
        return None
    if kind is not ColumnType.STRING:
        fields.fault("mask", "only a string column can be masked")
    try:
        re.compile(mask)
    except (re.error, RecursionError, OverflowError):
        fields.fault("mask", "must be a regular expression")
    return mask
