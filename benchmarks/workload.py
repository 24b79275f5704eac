"""Thirty questions about the census sample, as data: each peer of `accuracy.py` states them in its own language."""

from typing import NamedTuple

# What every peer is told of a column: the bounds, or the values that it is publicly known to have.
BOUNDS = {"age": (0, 120), "income": (0, 200_000), "educ": (0, 20)}
PUBLIC = {"sex": (0, 1), "married": (0, 1), "race": (1, 2, 3, 4, 5, 6)}


class Question(NamedTuple):
    """Aggregates (kind, column) by keys, of the rows whose column is within [low, high]."""

    aggregates: tuple[tuple[str, str], ...]
    keys: tuple[str, ...] = ()
    where: tuple[str, int, int] | None = None

    @property
    def public(self) -> bool:
        """Whether all groups are known without looking."""
        return all(key in PUBLIC for key in self.keys)

    def sql(self, table: str) -> str:
        """The question with its keys first."""
        words = {"count": "COUNT(*)", "var": "VARIANCE({})", "median": "MEDIAN({})", "persons": "COUNT(DISTINCT {})"}
        asked = [words.get(kind, kind.upper() + "({})").format(column) for kind, column in self.aggregates]
        listed = ", ".join([*self.keys, *(f"{one} AS a{i}" for i, one in enumerate(asked))])
        where = "" if self.where is None else " WHERE {0} >= {1} AND {0} <= {2}".format(*self.where)
        return f"SELECT {listed} FROM {table}{where}" + (f" GROUP BY {', '.join(self.keys)}" if self.keys else "")


COUNT = ("count", "*")
AGE, INCOME = ("avg", "age"), ("avg", "income")
QUESTIONS = (
    Question((COUNT,)),
    Question((COUNT,), where=("age", 65, 120)),
    Question((COUNT,), where=("income", 100_000, 200_000)),
    Question((COUNT,), ("sex",)),
    Question((COUNT,), ("married",)),
    Question((COUNT,), ("race",)),
    Question((COUNT,), ("educ",)),
    Question((COUNT,), ("sex", "married")),
    Question((COUNT,), ("sex", "educ")),
    Question((COUNT,), ("race",), ("age", 18, 40)),
    Question((("persons", "pid"),)),
    Question((("persons", "pid"),), ("sex",)),
    Question((("sum", "age"),)),
    Question((("sum", "income"),)),
    Question((("sum", "income"),), ("sex",)),
    Question((("sum", "income"),), ("educ",)),
    Question((("sum", "income"),), ("married",), ("age", 25, 65)),
    Question((AGE,)),
    Question((INCOME,)),
    Question((AGE,), ("sex",)),
    Question((INCOME,), ("sex",)),
    Question((INCOME,), ("married",)),
    Question((INCOME,), ("educ",)),
    Question((COUNT, AGE, INCOME), ("sex",)),
    Question((COUNT, ("sum", "income")), ("married",)),
    Question((COUNT, INCOME), ("educ",)),
    Question((("var", "age"),)),
    Question((("var", "age"),), ("sex",)),
    Question((("median", "age"),)),
    Question((("median", "income"),)),
)
