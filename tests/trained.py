"""A table with one column of each kind for the trusted trainer, and what is trained on it."""

from collections.abc import Callable, Sequence
from typing import Any

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import Policy
from quarantine.domain.training.declaration import Declaration
from quarantine.domain.training.measures import Row, Sums
from quarantine.domain.training.training import Training, plan

Over = Callable[[Sequence[dict[str, Any]]], Callable[[Sums], list[Row]]]
TARGETS = {"LinearRegression": "income", "Ridge": "income", "KMeans": None, "PCA": None}
COLUMNS = (
    Column(name="id", type=ColumnType.INT, private_id=True, selectable=False),
    Column(name="age", type=ColumnType.INT, lower=18, upper=90, is_feature=True),
    Column(name="x", type=ColumnType.FLOAT, lower=-3.0, upper=3.0, is_feature=True),
    Column(name="sex", type=ColumnType.STRING, allowed_values=("f", "m"), is_feature=True),
    Column(name="town", type=ColumnType.STRING, allowed_values=("it's", "b", "c"), is_feature=True),
    Column(name="rich", type=ColumnType.BOOLEAN, is_target=True),
    Column(name="grade", type=ColumnType.INT, allowed_values=(1, 3, 7)),
    Column(name="income", type=ColumnType.FLOAT, lower=0.0, upper=120_000.0),
    Column(name="name", type=ColumnType.STRING),
    Column(name="secret", type=ColumnType.INT, lower=0, upper=9, selectable=False),
    Column(name="wide", type=ColumnType.INT, lower=-(2**60), upper=2**60),
    Column(name="open", type=ColumnType.INT),
    Column(name="seen", type=ColumnType.DATETIME),
)
TYPES = {"int": "BIGINT", "float": "BIGINT", "string": "VARCHAR", "boolean": "BOOLEAN", "datetime": "TIMESTAMP"}


def described(**more: Any) -> Metadata:
    """The table as its owner describes it."""
    table = Table(schema="main", name="people", columns=COLUMNS, source=Source(), **more)
    return Metadata(name="people", tables=(table,))


def trained(name: str, *, epsilon: float = 1.0, policy: Policy | None = None, k: int = 3, **more: Any) -> Training:
    """The training of an estimator on the table; its usual target unless told another."""
    target = more.pop("target", TARGETS.get(name, "rich"))
    declared = Declaration(estimator=name, target=target, **more)
    return plan(described(max_ids=k), policy or Policy(), declared, epsilon)
