"""What a transform makes of a dataset is never less protected than the dataset, whatever the commit declares."""

import msgspec
import pytest

from quarantine.domain import derivation
from quarantine.domain.derivation import Declared, derived, read_declared, seen
from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import ColumnType, Metadata
from quarantine.domain.metadata.read import read_metadata

META = """
name: visits
s:
  connection: visits.csv
  visit:
    max_ids: 5
    tau: 20
    budget_epsilon: 3.0
    pid: {type: int, private_id: true}
    cost: {type: float, lower: 0.0, upper: 100.0}
    mail: {type: string, mask: "^x"}
    place: {type: string, selectable: false}
    town: {type: string}
  patient:
    max_ids: 2
    tau: 50
    pid: {type: int, private_id: true}
    age: {type: int, lower: 0, upper: 120}
    town: {type: string, cardinality: 9}
  towns:
    rows_are_public: true
    name: {type: string, unique: true}
"""


@pytest.fixture
def source() -> Metadata:
    return read_metadata(META)


def made(source: Metadata, text: str, masked: tuple[str, ...] = ()) -> Metadata:
    return derived(source, seen(source, masked), read_declared(text.encode()), name="n", uri="x.csv")


def test_code_sees_no_column_that_is_masked_not_selectable_or_names_people(source: Metadata) -> None:
    assert seen(source, ["COST"]) == {"s.visit": ["town"], "s.patient": ["age", "town"], "s.towns": ["name"]}


def test_its_persons_are_not_said_to_be_those_of_the_source_who_have_other_names(source: Metadata) -> None:
    tables = [msgspec.structs.replace(each, persons="members") for each in source.tables]
    whole = made(msgspec.structs.replace(source, tables=tuple(tables)), "columns: {pid: , cost: }")
    assert whole.tables[0].persons == ""


def test_bound_threshold_and_budget_are_not_looser_than_the_sources(source: Metadata) -> None:
    whole = made(source, "columns: {pid: , cost: , age: }")
    table = whole.tables[0]
    assert (table.max_ids, table.tau, table.privacy_level) == (5, 50, 2)
    assert (whole.budget_epsilon, table.privacy_unit, table.columns[0].type) == (None, "pid", ColumnType.STRING)
    assert [(each.lower, each.upper) for each in table.columns[1:]] == [(0.0, 100.0), (0, 120)]
    assert made(source, "max_ids: 7\ncolumns: {pid: , cost: }").tables[0].max_ids == 7
    with pytest.raises(Refused, match="at least the source's, 5"):
        made(source, "max_ids: 4\ncolumns: {pid: , cost: }")


def test_without_a_declaration_the_first_tables_columns_are_expected(source: Metadata) -> None:
    assert [each.name for each in made(source, "").tables[0].columns] == ["pid", "cost", "town"]


@pytest.mark.parametrize("text", ["columns: {cost: }", "columns: {pid: , mail: }", "columns: {pid: , Pid: }"])
def test_columns_that_are_missing_unseen_or_described_twice_are_refused(source: Metadata, text: str) -> None:
    with pytest.raises(Refused, match=derivation.FILE):
        made(source, text)


def test_where_each_row_is_a_person_of_its_own_there_is_one_table_and_one_row_each(source: Metadata) -> None:
    columns = tuple(each for each in source.tables[0].columns if each.name != "pid")
    alone = msgspec.structs.replace(source.tables[0], row_privacy=True, columns=columns, max_ids=1)
    one = msgspec.structs.replace(source, tables=(alone,))
    assert made(one, "columns: {cost: }").tables[0].row_privacy is True
    with pytest.raises(Refused, match="a person of its own"):
        made(one, "max_ids: 2\ncolumns: {cost: }")
    for tables in ((alone, source.tables[1]), (alone, alone), (source.tables[2],)):
        with pytest.raises(Refused):
            derived(msgspec.structs.replace(source, tables=tables), seen(source, ()), Declared(), name="n", uri="x.csv")
