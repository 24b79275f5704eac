"""From exact aggregates to the answer: noise first, then nothing but arithmetic on what is already private."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from quarantine.domain.errors import DomainError
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.guesses import guess, losses, rank_errors
from quarantine.domain.privacy.model import KeyValue, Kind, Measurement, Mechanism, Order, Output, Plan
from quarantine.domain.privacy.terms import AnswerValue, Row, Term, evaluate
from quarantine.domain.privacy.uninterrupted import uninterrupted

# Said for every failure after the charge, whatever the cause: a cause could depend on a private value.
FAILED = "the query failed inside the quarantine; its cost stays charged"

_Group = tuple[tuple[KeyValue, ...], list[int]]
_Exact = dict[tuple[KeyValue, ...], list[int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The released table. `errors` holds, cell by cell, the half-width of a 95% interval around it (None for keys)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[AnswerValue, ...], ...]
    errors: tuple[tuple[float | None, ...], ...]
    message: str

    @property
    def half_widths(self) -> tuple[float | None, ...]:
        """The widest 95% half-width in each column."""
        return tuple(_widest([row[i] for row in self.errors]) for i in range(len(self.columns)))

    def csv(self) -> str:
        """The table as CSV (RFC 4180) with a header; NULL is an empty field, an empty string a quoted one."""
        lines = [self.columns, *self.rows]
        return "".join(",".join(_field(value) for value in line) + "\r\n" for line in lines)


def release(plan: Plan, rows: Sequence[Sequence[object]]) -> Answer:
    """The private answer from the statement's rows; whatever fails here fails with one constant message."""
    try:
        with uninterrupted():
            return _release(plan, rows)
    except Exception:
        failed = DomainError(FAILED)
    # Raised out here, so that the cause is not even attached to it.
    raise failed


def _release(plan: Plan, rows: Sequence[Sequence[object]]) -> Answer:
    groups = _noisy(plan, *_exact(plan, rows))
    groups.sort(key=lambda group: tuple((value is None, value) for value in group[0]))
    exact = plan.no_widths
    table = [_line(plan, group, exact) for group in groups]
    if plan.having is not None:
        table = [line for line in table if evaluate(plan.having, line.row).value is True]
    for term in reversed(plan.order):
        table = _ordered(table, term)
    table = table[plan.offset : None if plan.limit is None else plan.offset + plan.limit]
    known = plan.half_widths()
    wide = [_widths(plan, output) for output in plan.outputs]
    cells = [
        [_cell(plan, output.term, line, known[i], wide[i]) for i, output in enumerate(plan.outputs)] for line in table
    ]
    columns = tuple(output.label for output in plan.outputs)
    values = tuple(tuple(value for value, _ in line) for line in cells)
    errors = tuple(tuple(error for _, error in line) for line in cells)
    return Answer(columns, values, errors, message(plan, errors))


class _Line(NamedTuple):
    """A group: its noisy measurements, and what terms see of it."""

    numbers: list[int]
    row: Row


def _line(plan: Plan, group: _Group, exact: list[float]) -> _Line:
    keys, numbers = group
    shown = [key.shown(value) for key, value in zip(plan.keys, keys, strict=True)]
    guesses = [guess(plan, one, numbers, exact) for one in plan.aggregates]
    return _Line(numbers, Row(shown, guesses))


def _ordered(table: list[_Line], order: Order) -> list[_Line]:
    keyed = [(evaluate(order.term, line.row).value, line) for line in table]
    present = [pair for pair in keyed if pair[0] is not None]
    missing = [line for value, line in keyed if value is None]
    present.sort(key=lambda pair: pair[0], reverse=order.descending)  # type: ignore[arg-type,return-value]
    found = [line for _, line in present]
    return missing + found if order.nulls_first else found + missing


def _widths(plan: Plan, output: Output) -> list[float]:
    """How far each measurement may be off, so that all that an output is made of are within it in 95% of answers."""
    needed = {part for index in output.term.aggregates() for part in plan.aggregates[index].parts}
    return plan.noise_widths(0.05 / max(1, len(needed)))


def _cell(
    plan: Plan, term: Term, line: _Line, known: float | None, widths: list[float]
) -> tuple[AnswerValue, float | None]:
    """A value of the answer with its 95% half-width: the `known` one, or what the noise's `widths` come to."""
    if term.op == "key":
        return line.row.keys[term.index], None
    if known is not None:
        return line.row.aggregates[term.index].value, known
    guesses = list(line.row.aggregates)
    for index in term.aggregates():
        guesses[index] = guess(plan, plan.aggregates[index], line.numbers, widths)
    found = evaluate(term, Row(line.row.keys, guesses))
    if found.value is None or isinstance(found.value, bool | str | datetime):
        return found.value, None
    error = max(found.high - found.value, found.value - found.low)
    return found.value, error if math.isfinite(error) else None


def _exact(plan: Plan, rows: Sequence[Sequence[object]]) -> tuple[_Exact, list[_Exact]]:
    """Numbers by group, and counts by bin for each histogram."""
    histograms = plan.histograms
    count = len(plan.numbers)
    if not histograms:
        return _added(plan, rows, count), []
    width, parts = len(plan.keys), len(histograms) + 1
    split: list[list[Sequence[object]]] = [[] for _ in range(parts)]
    for row in rows:
        split[int(row[0])].append(row[1:])  # type: ignore[call-overload]
    numbers = _added(plan, [row[: width + count] for row in split[0]], count)
    return numbers, [_binned(plan, one, found) for one, found in zip(histograms, split[1:], strict=True)]


def _binned(plan: Plan, histogram: Measurement, rows: Sequence[Sequence[object]]) -> _Exact:
    width, bins = len(plan.keys), histogram.bins
    spread = []
    for row in rows:
        if row[width] is not None:
            counts = [0] * bins
            counts[min(bins - 1, max(0, int(row[width])))] = int(row[width + 1])  # type: ignore[call-overload]
            spread.append([*row[:width], *counts])
    return _added(plan, spread, bins)


def _added(plan: Plan, rows: Sequence[Sequence[object]], count: int) -> _Exact:
    """Groups by key. Values that a public key is not declared to have count as NULL, whatever the copy holds."""
    width = len(plan.keys)
    allowed = [None if key.allowed is None else frozenset(key.allowed) for key in plan.keys]
    public = any(known is not None for known in allowed)
    exact: _Exact = {}
    for row in rows:
        keys = tuple(row[:width])
        if public:
            pairs = zip(keys, allowed, strict=True)
            keys = tuple(value if known is None or value in known else None for value, known in pairs)
        numbers = [int(number) for number in row[width:]]  # type: ignore[call-overload]
        if len(numbers) != count:
            raise ValueError("the engine's row has another width than the plan")
        before = exact.get(keys)  # type: ignore[arg-type]
        exact[keys] = numbers if before is None else [a + b for a, b in zip(before, numbers, strict=True)]  # type: ignore[index]
    return exact


def _noisy(plan: Plan, exact: _Exact, histograms: list[_Exact]) -> list[_Group]:
    """The groups that may be shown, every number of them with its noise."""
    first: list[int] = []
    if plan.threshold is None:
        groups = list(plan.public_cells())
    else:
        keys = list(exact)
        counts = {index: exact[key][0] for index, key in enumerate(keys)}
        shown = noise.keep_frequent(counts, plan.mechanisms[0].scale, plan.threshold)
        groups, first = [keys[index] for index in shown], list(shown.values())
    zeros = [0] * len(plan.numbers)
    found = [exact.get(group, zeros) for group in groups]
    places = {one.fragments: place for place, one in enumerate(plan.histograms)}
    columns: list[list[int]] = []
    at = 0
    for one, mechanism in zip(plan.measurements, plan.mechanisms, strict=True):
        if one.kind is Kind.QUANTILE:
            empty, counted = [0] * one.bins, histograms[places[one.fragments]]
            columns.append([_bin(one, mechanism, counted.get(group, empty)) for group in groups])
            continue
        shown_already = at == 0 and plan.threshold is not None
        columns.append(first if shown_already else _noised([each[at] for each in found], mechanism))
        at += 1
    made = [(group, [column[j] for column in columns]) for j, group in enumerate(groups)]
    return [group for group in made if group[1][0] >= plan.least] if plan.least else made


def _noised(values: list[int], mechanism: Mechanism) -> list[int]:
    return (noise.add_gaussian if mechanism.gaussian else noise.add_noise)(values, mechanism.scale)


def _bin(one: Measurement, mechanism: Mechanism, counts: list[int]) -> int:
    assert one.share is not None  # noqa: S101 - quantiles have one
    return noise.select(losses(counts, one.share, mechanism.scale), mechanism.scale)


def message(plan: Plan, errors: Sequence[Sequence[float | None]] = ()) -> str:
    """The price in words: what is charged, whom it protects, how it is split, and how precise the answer is."""
    cost = plan.cost
    unit = (
        "each row"
        if plan.privacy_unit is None
        else f"each {plan.privacy_unit}, with {plan.contribution_bound} rows at most"
    )
    parts = [f"epsilon {cost.epsilon:.6g} and delta {cost.delta:.3g} were charged to protect {unit}"]
    parts.append(f"of epsilon went {', '.join(_priced(m) for m in plan.mechanisms)}")
    if plan.threshold is not None:
        parts.append(f"groups are shown from a noisy count of {plan.threshold} on")
    elif plan.least:
        parts.append(f"all groups are public; those with a noisy count of rows below {plan.least} are left out")
    elif plan.keys:
        parts.append("all groups are public and shown")
    spans = [_span(output.label, [row[i] for row in errors]) for i, output in enumerate(plan.outputs)]
    known = ", ".join(span for span in spans if span)
    if known:
        parts.append(f"95% of such answers are off by at most: {known}")
    ranks = zip(plan.outputs, rank_errors(plan), strict=True)
    off = ", ".join(f"{output.label} {rank} rows" for output, rank in ranks if rank is not None)
    if off:
        parts.append(f"between 95% of such values and the true ones lie at most: {off}")
    return "; ".join(parts)


def _priced(mechanism: Mechanism) -> str:
    kind = next((kind for kind in ("Laplace", "Gaussian") if kind in mechanism.name), "selection")
    return f"{mechanism.epsilon:.6g} into the {mechanism.measurement} ({kind} scale {mechanism.scale:.6g})"


def _span(label: str, widths: Sequence[float | None]) -> str:
    known = sorted(width for width in widths if width is not None)
    if not known:
        return ""
    least, most = f"{known[0]:.4g}", f"{known[-1]:.4g}"
    return f"{label} {most}" if least == most else f"{label} {least} to {most} by group"


def _widest(widths: Sequence[float | None]) -> float | None:
    known = [width for width in widths if width is not None]
    return max(known) if known else None


def _field(value: AnswerValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    text = repr(value) if isinstance(value, float) else str(value)
    if not isinstance(value, str) or (text and not any(mark in text for mark in ',"\r\n')):
        return text
    return '"' + text.replace('"', '""') + '"'


__all__ = ["FAILED", "Answer", "AnswerValue", "message", "release"]
