"""A census with every type of column, public and private keys, hidden columns, and a person with up to three rows."""

import pytest

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table

COLUMNS = (
    Column(name="user_id", type=ColumnType.INT, private_id=True, nullable=False),
    Column(name="sex", type=ColumnType.STRING, nullable=False, allowed_values=("F", "M")),
    Column(name="region", type=ColumnType.STRING, allowed_values=("north", "south")),
    Column(name="town", type=ColumnType.STRING),
    Column(name="active", type=ColumnType.BOOLEAN, nullable=False),
    Column(name="age", type=ColumnType.INT, nullable=False, lower=18, upper=90),
    Column(name="income", type=ColumnType.FLOAT, lower=0, upper=200_000.5),
    Column(name="balance", type=ColumnType.FLOAT, nullable=False, lower=-50, upper=50),
    Column(name="visits", type=ColumnType.INT),
    Column(name="grade", type=ColumnType.INT, allowed_values=(1, 2, 3), lower=1, upper=3),
    Column(name="born", type=ColumnType.DATETIME),
    Column(name="secret", type=ColumnType.STRING, selectable=False),
    Column(name="phone", type=ColumnType.STRING, mask="***"),
)


def census(**changes: object) -> Metadata:
    table: dict[str, object] = {
        "schema": "public",
        "name": "census",
        "columns": COLUMNS,
        "source": Source(),
        "max_ids": 3,
    }
    return Metadata(name="adult", tables=(Table(**(table | changes)),))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def metadata() -> Metadata:
    return census()


@pytest.fixture(scope="session")
def make_metadata() -> object:
    return census
