"""How a dataset's profile is made: as ordinary private queries, one a table, so that nothing here sees private data.

Its owner buys it once, and everybody who may use the dataset sees it.
"""

from collections.abc import Mapping, Sequence

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import ColumnType, Metadata, Table
from quarantine.domain.privacy.answer import Answer, AnswerValue
from quarantine.domain.privacy.compile import plan
from quarantine.domain.privacy.cost import Cost
from quarantine.domain.privacy.model import Plan
from quarantine.domain.privacy.names import named
from quarantine.domain.privacy.noise import shares
from quarantine.domain.privacy.policy import Policy
from quarantine.domain.profile import ColumnProfile, Profile, TableProfile
from quarantine.domain.quoting import quoted

NOTHING = "the dataset has no table whose rows are protected, so there is nothing to buy"
_NUMBERS = (ColumnType.INT, ColumnType.FLOAT)


def plans(metadata: Metadata, policy: Policy, *, epsilon: float, delta: float = 0.0) -> dict[str, Plan]:
    """The plan for each protected table; together they cost `epsilon` at most, and `delta` where that buys anything.

    Raises Refused where there is nothing to buy or too little to buy it for.
    """
    tables = [table for table in metadata.tables if not table.rows_are_public]
    if not tables:
        raise Refused(NOTHING)
    parts = shares(epsilon, [1.0] * len(tables))
    return {
        f"{table.schema}.{table.name}": plan(
            statement(table, policy), metadata, epsilon=part, gaussian_delta=delta / len(tables), policy=policy
        )
        for table, part in zip(tables, parts, strict=True)
    }


def price(made: Mapping[str, Plan], epsilon: float) -> Cost:
    """What the plans cost together: their shares of `epsilon` add up to that at most."""
    return Cost(epsilon, sum(one.cost.delta for one in made.values()))


def columns(table: Table, policy: Policy) -> list[str]:
    """The columns that have a mean: numbers with declared bounds that nobody has hidden, and not the privacy unit."""
    hidden = {column.name for name in policy.hidden for column in named(table.columns, name)}
    return [
        column.name
        for column in table.columns
        if column.type in _NUMBERS and column.bounded and not column.private_id and column.name not in hidden
    ]


def statement(table: Table, policy: Policy) -> str:
    """The table's query: the count, and each column's mean and deviation in turn."""
    asked = ["COUNT(*)"]
    for name in columns(table, policy):
        asked += [f"AVG({quoted(name)})", f"STDDEV({quoted(name)})"]
    return f"SELECT {', '.join(asked)} FROM {quoted(table.schema)}.{quoted(table.name)}"  # noqa: S608 - a plan's text


def profile(metadata: Metadata, policy: Policy, cost: Cost, answers: Mapping[str, Answer]) -> Profile:
    """What the answers to the plans of these tables say."""
    known = {f"{table.schema}.{table.name}": columns(table, policy) for table in metadata.tables}
    tables = {name: _table(known[name], answer) for name, answer in answers.items()}
    return Profile(epsilon=cost.epsilon, delta=cost.delta, tables=tables)


def _table(names: Sequence[str], answer: Answer) -> TableProfile:
    values, errors = map(_number, answer.rows[0]), answer.errors[0]
    (rows, rows_error), *cells = zip(values, errors, strict=True)
    return TableProfile(
        rows=rows,
        rows_error=rows_error,
        columns={
            name: ColumnProfile(mean=mean, mean_error=mean_error, std=std, std_error=std_error)
            for name, (mean, mean_error), (std, std_error) in zip(names, cells[::2], cells[1::2], strict=True)
        },
    )


def _number(value: AnswerValue) -> float | None:
    return float(value) if isinstance(value, int | float) else None
