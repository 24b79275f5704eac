"""Rows to predict from: JSON text of nested lists or CSV, read as what the model's columns are."""

import csv
import io
import math
from collections.abc import Sequence

import msgspec

from quarantine.domain.errors import Invalid
from quarantine.domain.training.encoding import Input

MOST_ROWS = 100_000
_JSON = "input_data: expected JSON text of nested lists, a list of cells for each row"


class Card(msgspec.Struct, frozen=True):
    """What predicting needs of a trained model's card; of any other model nothing is known."""

    inputs: tuple[Input, ...] = ()
    target: Input | None = None


def read_card(content: bytes) -> Card:
    """The card that the trainer wrote, or an empty one."""
    return msgspec.json.decode(content, type=Card) if content else Card()


def read_rows(text: str, form: str, inputs: Sequence[Input]) -> list[list[float]]:
    """The rows in the columns' own units, a value of a list as its place in it; raises Invalid.

    Without `inputs` every cell is a number. CSV may begin with a line of names, which then say what is where.
    """
    cells = _csv(text, inputs) if form == "csv" else _json(text)
    if not 0 < len(cells) <= MOST_ROWS:
        raise Invalid(f"input_data: expected 1 to {MOST_ROWS} rows")
    width = len(inputs) or len(cells[0])
    if any(len(row) != width for row in cells) or not width:
        wanted = ", ".join(each.column for each in inputs)
        raise Invalid(f"input_data: expected rows of {width} cells{f': {wanted}' if wanted else ''}")
    known: Sequence[Input | None] = inputs or [None] * width
    return [[_cell(cell, each) for cell, each in zip(row, known, strict=True)] for row in cells]


def _json(text: str) -> list[list[object]]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise Invalid(_JSON) from None
    if not isinstance(found, list):
        raise Invalid(_JSON)
    # One row alone is a row.
    cells = [found] if found and not any(isinstance(row, list) for row in found) else found
    if not all(isinstance(row, list) for row in cells):
        raise Invalid(_JSON)
    return cells


def _csv(text: str, inputs: Sequence[Input]) -> list[list[object]]:
    try:
        found = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error:
        raise Invalid("input_data: expected CSV, cells apart from each other by commas") from None
    names = [each.column for each in inputs]
    if found and names and sorted(found[0]) == sorted(names):
        places = [found[0].index(name) for name in names]
        if any(len(row) != len(names) for row in found):
            raise Invalid("input_data: expected as many cells in each row as there are names")
        return [[row[place] for place in places] for row in found[1:]]
    return [list(row) for row in found]


def _cell(cell: object, each: Input | None) -> float:
    if each is not None and each.values:
        return float(_place(cell, each))
    try:
        number = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Invalid(f"input_data: {each.column if each else 'every cell'}: expected a finite number")
    return number


def _place(cell: object, each: Input) -> int:
    """The place of a value in the list of those that there are; booleans may be written as 0 and 1, too."""
    words = {str(value).lower(): place for place, value in enumerate(each.values)}
    if each.values == (False, True):
        words |= {"0": 0, "1": 1, "0.0": 0, "1.0": 1}
    place = words.get(str(cell).lower()) if each.values == (False, True) else None
    if place is None and cell in each.values:
        place = each.values.index(cell)
    if place is None:
        shown = ", ".join(map(str, each.values[:30]))
        raise Invalid(f"input_data: {each.column}: expected one of {shown}")
    return place
