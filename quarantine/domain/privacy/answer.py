"""From exact aggregates to the answer: noise first, then nothing but arithmetic on what is already private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quarantine.domain.errors import DomainError
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.model import KeyValue, Output, Plan

# Said for every failure after the charge, whatever the cause: a cause could depend on a private value.
FAILED = "the query failed inside the quarantine; its cost stays charged"

AnswerValue = bool | int | float | str | datetime | None
_Group = tuple[tuple[KeyValue, ...], list[int]]


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
        return _release(plan, rows)
    except Exception:
        failed = DomainError(FAILED)
    # Raised out here, so that the cause is not even attached to it.
    raise failed


def _release(plan: Plan, rows: Sequence[Sequence[object]]) -> Answer:
    groups = _noisy(plan, _exact(plan, rows))
    groups.sort(key=lambda group: tuple((value is None, value) for value in group[0]))
    known, off = plan.half_widths(), plan.noise_widths(0.025)
    table = [(keys, *_cells(plan, keys, values, known, off)) for keys, values in groups]
    for term in reversed(plan.order):
        column = 0 if term.is_key else 1

        def place(row: tuple[Sequence[AnswerValue], ...], index: int = term.index, column: int = column) -> AnswerValue:
            return row[column][index]

        present = [row for row in table if place(row) is not None]
        missing = [row for row in table if place(row) is None]
        present.sort(key=place, reverse=term.descending)  # type: ignore[arg-type]
        table = missing + present if term.nulls_first else present + missing
    if plan.limit is not None:
        table = table[: plan.limit]
    columns = tuple(output.label for output in plan.outputs)
    values = tuple(tuple(row[1]) for row in table)
    errors = tuple(tuple(row[2]) for row in table)
    return Answer(columns, values, errors, message(plan, errors))


def _exact(plan: Plan, rows: Sequence[Sequence[object]]) -> dict[tuple[KeyValue, ...], list[int]]:
    """Groups by key. Values that a public key is not declared to have count as NULL, whatever the copy holds."""
    width = len(plan.keys)
    allowed = [None if key.allowed is None else frozenset(key.allowed) for key in plan.keys]
    exact: dict[tuple[KeyValue, ...], list[int]] = {}
    for row in rows:
        keys = tuple(
            value if known is None or value in known else None for value, known in zip(row, allowed, strict=False)
        )
        numbers = [int(number) for number in row[width:]]  # type: ignore[call-overload]
        if len(numbers) != len(plan.measurements):
            raise ValueError("the engine's row has another width than the plan")
        before = exact.get(keys)  # type: ignore[arg-type]
        exact[keys] = numbers if before is None else [a + b for a, b in zip(before, numbers, strict=True)]  # type: ignore[index]
    return exact


def _noisy(plan: Plan, exact: dict[tuple[KeyValue, ...], list[int]]) -> list[_Group]:
    """The groups that may be shown, every number of them with its noise."""
    if plan.threshold is None:
        zeros = [0] * len(plan.measurements)
        cells = list(plan.public_cells())
        columns = [
            noise.add_noise([exact.get(cell, zeros)[i] for cell in cells], mechanism.scale)
            for i, mechanism in enumerate(plan.mechanisms)
        ]
        return [(cell, [column[j] for column in columns]) for j, cell in enumerate(cells)]
    keys = list(exact)
    counts = {index: exact[key][0] for index, key in enumerate(keys)}
    shown = noise.keep_frequent(counts, plan.mechanisms[0].scale, plan.threshold)
    kept = list(shown)
    columns = [list(shown.values())]
    for i, mechanism in enumerate(plan.mechanisms[1:], start=1):
        columns.append(noise.add_noise([exact[keys[index]][i] for index in kept], mechanism.scale))
    return [(keys[index], [column[j] for column in columns]) for j, index in enumerate(kept)]


def _cells(
    plan: Plan, keys: tuple[KeyValue, ...], values: list[int], known: tuple[float | None, ...], off: list[float]
) -> tuple[tuple[AnswerValue, ...], tuple[float | None, ...]]:
    """A row of the answer, and its 95% half-widths: `known` ones, and those of averages from the noise's `off`sets."""
    row: list[AnswerValue] = []
    errors: list[float | None] = []
    for output, width in zip(plan.outputs, known, strict=True):
        if output.kind == "avg":
            value, error = _average(plan, output, values, off)
        else:
            value, error = keys[output.key] if output.kind == "key" else _number(plan, output, values), width
        row.append(value)
        errors.append(error)
    return tuple(row), tuple(errors)


def _number(plan: Plan, output: Output, values: list[int]) -> int | float:
    """A count or a sum."""
    value = values[output.value]
    if output.kind == "count":
        return max(0, value)
    if output.count is not None:
        value += plan.measurements[output.value].centre * values[output.count]
    scale = plan.scales[output.value]
    return value if scale == 1 else value / scale


def _average(plan: Plan, output: Output, values: list[int], off: list[float]) -> tuple[AnswerValue, float | None]:
    """An average between its bounds. Its sum and its count may each err by 2.5%."""
    assert output.count is not None  # noqa: S101 - averages are made with a count
    measured, scale, count = plan.measurements[output.value], plan.scales[output.value], values[output.count]
    distance = values[output.value] / max(1, count)
    average = min(measured.upper, max(measured.lower, measured.centre + distance))
    width = float(measured.upper - measured.lower)
    if count > off[output.count]:
        width = min(width, (off[output.value] + abs(distance) * off[output.count]) / (count - off[output.count]))
    return average / scale, width / scale


def message(plan: Plan, errors: Sequence[Sequence[float | None]] = ()) -> str:
    """The price in words: what is charged, whom it protects, how it is split, and how precise the answer is."""
    cost = plan.cost
    unit = (
        "each row"
        if plan.privacy_unit is None
        else f"each {plan.privacy_unit}, with {plan.contribution_bound} rows at most"
    )
    parts = [f"epsilon {cost.epsilon:.6g} and delta {cost.delta:.3g} were charged to protect {unit}"]
    share = plan.mechanisms[0].epsilon
    split = ", ".join(f"{m.measurement} (Laplace scale {m.scale:.6g})" for m in plan.mechanisms)
    parts.append(f"{share:.6g} of epsilon went into each of: {split}")
    if plan.threshold is not None:
        parts.append(f"groups are shown from a noisy count of {plan.threshold} on")
    elif plan.keys:
        parts.append("all groups are public and shown")
    spans = [_span(output.label, [row[i] for row in errors]) for i, output in enumerate(plan.outputs)]
    known = ", ".join(span for span in spans if span)
    if known:
        parts.append(f"95% of such answers are off by at most: {known}")
    return "; ".join(parts)


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
