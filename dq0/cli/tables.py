"""Answers as people read them: aligned tables, one item's fields, times; cut to the terminal where there is one."""

import datetime
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dq0.cli.texts import cut, shown, width

_GAP = "  "
_NARROWEST = 8
_TIMES = frozenset({"timestamp", "run_start_time", "run_end_time"})
# Larger numbers are milliseconds: as seconds they would be in the year 5138.
_LATEST = 100_000_000_000


def say(text: str) -> None:
    """One line, or several, on standard output."""
    sys.stdout.write(text + "\n")


def terminal_width() -> int:
    """Cells in a line of the terminal; 0 where standard output is none, and nothing has to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def cell(name: str, value: Any) -> str:
    """A value on one line, escaped."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _TIMES and isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and (name.endswith("_at") or name in _TIMES):
        return moment(value / 1000 if value > _LATEST else value)
    if isinstance(value, float):
        return f"{value:.0%}" if name == "job_progress" else f"{value:.10g}"
    if isinstance(value, str | int):
        return shown(str(value).strip("\n"))
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value)
    return _short(value)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        if set(value) >= {"key", "value"}:
            return f"{cell('', value['key'])}={cell('', value['value'])}"
        if all(not isinstance(each, Mapping | list) for each in value.values()):
            return ", ".join(f"{shown(name)}={cell(name, each)}" for name, each in value.items())
        return shown(json.dumps(value, ensure_ascii=False))
    return cell("", value)


def moment(seconds: float) -> str:
    """A time in UTC, to the second."""
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def header(name: str, context: str) -> str:
    """A column's heading: its name without the context's own."""
    return shown(name.removeprefix(f"{context}_").replace("_", " ").upper())


def table(rows: Sequence[Sequence[str]], heads: Sequence[str], room: int | None = None) -> list[str]:
    """Lines of a table, numbers to the right; columns that could be shortened are, until a line fits the room."""
    whole = [list(heads), *map(list, rows)]
    widths = [max(width(line[i]) for line in whole) for i in range(len(heads))]
    numeric = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(heads))]
    fixed = [number or _all_uuids(rows, i) for i, number in enumerate(numeric)]
    _narrow(widths, fixed, terminal_width() if room is None else room)
    out = []
    for line in whole:
        cells = [_aligned(cut(text, w), w, right) for text, w, right in zip(line, widths, numeric, strict=True)]
        out.append(_GAP.join(cells).rstrip())
    return out


def _narrow(widths: list[int], fixed: list[bool], room: int) -> None:
    """Take from the widest until all fit, from those that can be read in part first."""
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    while room and excess > 0:
        able = [i for i, w in enumerate(widths) if w > _NARROWEST and not fixed[i]]
        able = able or [i for i, w in enumerate(widths) if w > _NARROWEST]
        if not able:
            return
        widest = max(able, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1


def _aligned(text: str, to: int, right: bool) -> str:
    filling = " " * (to - width(text))
    return filling + text if right else text + filling


def _is_number(text: str) -> bool:
    bare = text.replace("±", "").strip()
    return not bare or bare.removeprefix("-").replace(".", "", 1).replace("e+", "").replace("e-", "").isdecimal()


def _all_uuids(rows: Sequence[Sequence[str]], column: int) -> bool:
    return bool(rows) and all(len(row[column]) == 36 and row[column].count("-") == 4 for row in rows)


def listed(items: Sequence[Mapping[str, Any]], columns: Sequence[str], context: str) -> list[str]:
    """Lines of a list's items; where no columns are named, the scalars of the items, as many as fit."""
    if not items:
        return ["nothing"]
    names = [name for name in columns if any(name in item for item in items)] or _scalars(items)
    rows = [[cell(name, item.get(name)) for name in names] for item in items]
    return table(rows, [header(name, context) for name in names])


def _scalars(items: Iterable[Mapping[str, Any]]) -> list[str]:
    names = dict.fromkeys(k for item in items for k, v in item.items() if not isinstance(v, Mapping | list))
    return list(names)


def fields(item: Mapping[str, Any], *, among: Sequence[str] = ()) -> list[str]:
    """Lines of one item, a field each; lists of objects and long texts stand below their names."""
    names = [name for name in (among or item) if item.get(name) not in (None, "", [], {})]
    room = max((width(shown(name)) for name in names), default=0)
    out = []
    for name in names:
        below = _below(item[name])
        first = f"{shown(name).ljust(room)}{_GAP}{'' if below else cell(name, item[name])}"
        out += [first.rstrip(), *(_GAP + line for line in below)]
    return out


def _below(value: Any) -> list[str]:
    if isinstance(value, str) and "\n" in value.strip():
        return [shown(line) for line in value.replace("\r\n", "\n").strip("\n").split("\n")]
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        if all(set(each) == {"key", "value"} for each in value):
            return []
        room = terminal_width()
        names = _scalars(value) or list(value[0])
        rows = [[cell(name, each.get(name)) for name in names] for each in value]
        return table(rows, [header(name, "") for name in names], max(room - 2, 20) if room else 0)
    return []
