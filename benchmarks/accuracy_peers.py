"""The questions of `workload.py` in SmartNoise SQL and in OpenDP's Polars context, each in a Python that has it.

    python benchmarks/accuracy_peers.py smartnoise|opendp FILE REPEATS EPSILON...

Prints one JSON line per answer: [number of the question, epsilon, {"key|key": [values]}]. What a peer cannot answer is
left out. Every answer costs its epsilon as a whole, with a delta of at most 1e-7 where groups are not public.
"""

import itertools
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

from workload import BOUNDS, PUBLIC, QUESTIONS, Question

warnings.filterwarnings("ignore")
DELTA = 1e-7
Answers = dict[str, list[float | None]]


def smartnoise(path: str) -> Callable[[Question, float], Answers]:
    """Ask SmartNoise SQL; its epsilon is per statistic, so that it is asked for a share."""
    import pandas
    from snsql import Privacy, from_df

    frame = pandas.read_csv(path)
    columns = {name: {"type": "float", "lower": low, "upper": high} for name, (low, high) in BOUNDS.items()}
    columns["educ"] = {"type": "int"}
    columns |= {name: {"type": "int"} for name in PUBLIC} | {"pid": {"type": "int", "private_id": True}}
    table = {"max_ids": 1, "rows": len(frame), **columns}

    def reader(epsilon: float, public: bool) -> Any:
        metadata = {"": {"pums": {"person": {**table, "censor_dims": not public}}}}
        return from_df(frame, privacy=Privacy(epsilon=epsilon, delta=DELTA), metadata=metadata)

    def ask(question: Question, epsilon: float) -> Answers:
        sql = question.sql("pums.person")
        price = reader(1.0, question.public).get_privacy_cost(sql)[0]
        found = reader(epsilon / price, question.public).execute(sql)
        return keyed(question, found[1:])

    return ask


class OpenDP:
    """OpenDP's context; an average is a sum over a count, as its documentation advises."""

    def __init__(self, path: str) -> None:
        import opendp.prelude as dp
        import polars as pl

        dp.enable_features("contrib")
        self.path, self.dp, self.pl = path, dp, pl

    def __call__(self, question: Question, epsilon: float) -> Answers:
        """The noisy answers."""
        if any(kind in ("var", "persons") for kind, _ in question.aggregates):
            raise NotImplementedError
        lines = []
        for row in self.query(question, epsilon).release().collect().to_dicts():
            values = [value(row, kind, column) for kind, column in question.aggregates]
            lines.append([*(row[key] for key in question.keys), *values])
        return keyed(question, lines)

    def query(self, question: Question, epsilon: float) -> Any:
        """The question in its words."""
        pl, query = self.pl, self.context(question, epsilon).query()
        if question.where is not None:
            column, low, high = question.where
            query = query.filter((pl.col(column) >= low) & (pl.col(column) <= high))
        # Groups that are not public are released by their count.
        asked = question.aggregates if question.public else (("count", "*"), *question.aggregates)
        parts = {str(part.meta.output_name()): part for one in asked for part in self.measured(*one)}
        if not question.keys:
            return query.select(*parts.values())
        query = query.group_by(*question.keys).agg(*parts.values())
        if not question.public:
            return query
        cells = list(itertools.product(*(PUBLIC[key] for key in question.keys)))
        return query.with_keys(pl.LazyFrame(cells, schema=list(question.keys), orient="row"))

    def context(self, question: Question, epsilon: float) -> Any:
        """What may be spent, on whose data."""
        dp = self.dp
        return dp.Context.compositor(
            data=self.pl.scan_csv(self.path),
            privacy_unit=dp.unit_of(contributions=1),
            privacy_loss=dp.loss_of(epsilon=epsilon) if question.public else dp.loss_of(epsilon=epsilon, delta=DELTA),
            split_evenly_over=1,
            margins=[dp.polars.Margin(max_length=10_000)],
        )

    def measured(self, kind: str, column: str) -> list[Any]:
        """The statistics that an aggregate is made of."""
        dp, pl = self.dp, self.pl
        if kind == "count":
            return [dp.len(signed=True).alias("count")]
        low, high = BOUNDS[column]
        filled = pl.col(column).cast(pl.Int64).fill_null(low)
        if kind == "median":
            candidates = list(range(low, high + 1, max(1, (high - low) // 1000)))
            return [filled.dp.median(candidates).alias(f"median {column}")]
        total = filled.dp.sum(bounds=(low, high)).alias(f"sum {column}")
        return [total, dp.len(signed=True).alias("count")] if kind == "avg" else [total]


def value(row: dict[str, Any], kind: str, column: str) -> float | None:
    """An aggregate of a row of its answer."""
    if kind == "avg":
        return row[f"sum {column}"] / row["count"] if row["count"] > 0 else None
    return row["count"] if kind == "count" else row[f"{kind} {column}"]


def keyed(question: Question, lines: Any) -> Answers:
    """Rows by their keys."""
    width = len(question.keys)
    return {
        "|".join(str(int(key)) for key in line[:width]): [None if one is None else float(one) for one in line[width:]]
        for line in lines
    }


def main() -> None:
    """Ask, and print."""
    peer, path, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ask = {"smartnoise": smartnoise, "opendp": OpenDP}[peer](path)
    for number, question in enumerate(QUESTIONS):
        for epsilon in map(float, sys.argv[4:]):
            for _ in range(repeats):
                try:
                    print(json.dumps([number, epsilon, ask(question, epsilon)]))
                except Exception as error:
                    print(f"{question.sql('person')}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
                    break


if __name__ == "__main__":
    main()
