# Generated from generator/runtime/client/tables.py: do not edit.
"""A table that a server answered with, as plain rows, as pandas or as Arrow; and how far off its numbers may be."""

import html
import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from .errors import UnexpectedAnswer

Cell: TypeAlias = str | int | float | bool | datetime | None

_FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^,"\r\n]*))(,|\r\n|\n|\Z)')
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?|-?inf|nan")
_SHOWN = 60


class Notes(Struct):
    """What a server says beside a table: its price, and the half-width of each number's interval, column by column."""

    epsilon: float = 0.0
    delta: float = 0.0
    confidence: float = 0.95
    intervals: dict[str, list[float]] = {}


class Table:
    """Columns and rows. `errors[column][i]` is how far row i may be off, with the probability `confidence`."""

    def __init__(
        self, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], notes: Notes, message: str = ""
    ) -> None:
        self.columns = tuple(columns)
        self.rows = list(rows)
        self.errors: Mapping[str, Sequence[float]] = notes.intervals
        self.epsilon = notes.epsilon
        self.delta = notes.delta
        self.confidence = notes.confidence
        self.message = message

    @classmethod
    def read(cls, text: str, notes: str = "", message: str = "") -> "Table":
        """The table of CSV text; empty fields are None, whole columns of numbers, booleans or moments are read so."""
        lines = parsed(text)
        columns = [name or "" for name, _ in lines[0]] if lines else []
        if any(len(line) != len(columns) for line in lines):
            raise UnexpectedAnswer("the table's lines differ in length")
        values = [_typed([line[i] for line in lines[1:]]) for i in range(len(columns))]
        known = _notes(notes)
        # Half-widths are of rows: without one for each, which is whose is not known.
        fitting = {name: found for name, found in known.intervals.items() if len(found) == len(lines) - 1}
        known.intervals = fitting
        return cls(columns, list(zip(*values, strict=True)), known, message)

    @classmethod
    def of(cls, outcome: Any, status: Any, names: Mapping[str, str]) -> "Table":
        """The table in the fields of an outcome, or of the status of the work, by the names that the contract gives."""
        found = {}
        for part, name in names.items():
            value = getattr(outcome, name, getattr(status, name, ""))
            found[part] = value if isinstance(value, str) else ""
        return cls.read(found.get("csv", ""), found.get("notes", ""), found.get("message", ""))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        return iter(self.records())

    def __getitem__(self, column: str) -> list[Cell]:
        if column not in self.columns:
            raise KeyError(f"{column!r}: the columns are {', '.join(self.columns)}")
        at = self.columns.index(column)
        return [row[at] for row in self.rows]

    def records(self) -> list[dict[str, Cell]]:
        """Every row as a dictionary."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def named(self, *, errors: bool = True) -> list[tuple[str, list[Cell]]]:
        """The columns by name; with `errors`, half-widths follow the column that they belong to, as `NAME_error`."""
        out: list[tuple[str, list[Cell]]] = []
        for at, name in enumerate(self.columns):
            out.append((name, [row[at] for row in self.rows]))
            if errors and name in self.errors:
                other = f"{name}_error"
                while other in self.columns:
                    other += "_"
                out.append((other, list(self.errors[name])))
        return out

    def to_pandas(self, *, errors: bool = True) -> Any:
        """A pandas.DataFrame; with `errors`, half-widths are columns of their own."""
        pandas = _needed("pandas", "to_pandas")
        series = [pandas.Series(values, name=name, dtype=_dtype(values)) for name, values in self.named(errors=errors)]
        return pandas.concat(series, axis=1) if series else pandas.DataFrame()

    def to_arrow(self, *, errors: bool = True) -> Any:
        """A pyarrow.Table; with `errors`, half-widths are columns of their own."""
        pyarrow = _needed("pyarrow", "to_arrow")
        named = self.named(errors=errors)
        arrays = [pyarrow.array(_floats(values) if _wide(values) else values) for _, values in named]
        return pyarrow.Table.from_arrays(arrays, names=[name for name, _ in named])

    def shown(self) -> list[list[str]]:
        """The cells as a person reads them: a number and, after ±, how far it may be off."""
        lines = []
        for i, row in enumerate(self.rows[:_SHOWN]):
            cells = []
            for name, value in zip(self.columns, row, strict=True):
                error = f" ± {_figure(self.errors[name][i], 4)}" if name in self.errors else ""
                cells.append(_written(value) + error)
            lines.append(cells)
        return lines

    def __str__(self) -> str:
        lines = [list(self.columns), *self.shown()]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        more = len(self.rows) - _SHOWN
        return "\n".join([*text, *([f"... and {more} more rows"] if more > 0 else [])])

    def __repr__(self) -> str:
        return f"<Table of {len(self.rows)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        def line(kind: str, cells: Sequence[str]) -> str:
            return "<tr>" + "".join(f"<{kind}>{html.escape(cell)}</{kind}>" for cell in cells) + "</tr>"

        rows = "".join(line("td", cells) for cells in self.shown())
        return f"<table>{line('th', self.columns)}{rows}</table>"


def parsed(text: str) -> list[list[tuple[str | None, bool]]]:
    """The fields of CSV text, line by line, each with whether it was quoted; an empty one that was not is None."""
    lines: list[list[tuple[str | None, bool]]] = []
    at, line = 0, list[tuple[str | None, bool]]()
    while at < len(text) or line:
        found = _FIELD.match(text, at)
        if found is None:
            raise UnexpectedAnswer(f"the table is no CSV at character {at}")
        quoted = found[1] is not None
        line.append((found[1].replace('""', '"') if quoted else found[2] or None, quoted))
        at = found.end()
        if found[3] != ",":
            lines.append(line)
            line = []
    return lines


def _typed(cells: Sequence[tuple[str | None, bool]]) -> list[Cell]:
    """The values of a column, which are all of one kind."""
    if not any(quoted for _, quoted in cells):
        for read in (_integer, _float, _boolean, _moment):
            try:
                return [None if text is None else read(text) for text, _ in cells]
            except ValueError:
                continue
    return [text for text, _ in cells]


def _integer(text: str) -> int:
    number = int(text) if len(text) < 100 else -1
    if str(number) != text:  # 007 is a text
        raise ValueError
    return number


def _float(text: str) -> float:
    # Python reads more than it prints, such as 1_0 and 01.
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return float(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError
    return text == "true"


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError
    return datetime.fromisoformat(text)


def _notes(text: str) -> Notes:
    try:
        return msgspec.json.decode(text, type=Notes) if text else Notes()
    except msgspec.MsgspecError:
        return Notes()


def _written(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return _figure(value, 6)
    return f"{value:,}" if type(value) is int else str(value)


def _figure(value: float, digits: int) -> str:
    return f"{value:,.0f}" if 10**digits <= abs(value) < 1e15 else f"{value:,.{digits}g}"


def _needed(module: str, method: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError(
            f"{method}() needs {module}, which is not installed; install it: pip install {module}"
        ) from None


def _wide(values: Sequence[Cell]) -> bool:
    return any(type(v) is int and not -(2**63) <= v < 2**63 for v in values)


def _floats(values: Sequence[Any]) -> list[float | None]:
    return [None if v is None else float(v) for v in values]


def _dtype(values: Sequence[Cell]) -> str | None:
    """pandas' own kind of column where a plain one would turn whole numbers with gaps into others."""
    kinds = {type(v) for v in values if v is not None}
    if None not in values or len(kinds) != 1 or _wide(values):
        return None
    known: dict[Callable[..., Any], str] = {int: "Int64", bool: "boolean"}
    return known.get(kinds.pop())
