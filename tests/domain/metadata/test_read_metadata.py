"""The three written forms, what they default to, and every contradiction that must be named."""

import re
from pathlib import Path

import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.model import ColumnType, Metadata
from quarantine.domain.metadata.read import read_metadata
from quarantine.domain.metadata.write import summary, write_metadata

ROOT = Path(__file__).parents[3]

OLD = """
name: people
type: CSV
{top}
city:
  connection: {uri}
  folk:
    {table}
    id: {{type: int, {private}}}
    age: {{type: int, lower: 0, upper: 100}}
    income: {{type: float, lower: 0, upper: 500000}}
    {column}
"""


def old(
    top: str = "", table: str = "max_ids: 1", column: str = "", uri: str = "a.csv", private: str = "private_id: true"
) -> str:
    return OLD.format(top=top, table=table, column=column, uri=uri, private=private)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_metadata(text)
    return caught.value.message


def simple(column: str, table: str = "", connector: str = "type_name: csv, uri: a.csv") -> str:
    return f"""
meta_dataset:
  format: simple
  specification: dataset_v1
  node:
    dataset:
      attributes: {{data: {{name: people}}, differential_privacy: {{privacy_level: 1}}}}
      child_nodes:
        database:
          attributes: {{data: {{name: d}}, connector: {{{connector}}}}}
          child_nodes:
            schema:
              attributes: {{data: {{name: city}}}}
              child_nodes:
                table:
                  attributes: {{data: {{name: folk}}, {table}}}
                  child_nodes: {{{column}}}
"""


AGE = "column: {attributes: {data: {name: age, data_type_name: int}, private_sql_and_synthesis: {lower: 0, upper: 9}}}"


def full(attribute: str) -> str:
    name = "[{type_name: string, key: name, value: %s}]"
    return f"""
meta_dataset:
  format: full
  node:
    type_name: dataset
    permissions: {{read: !!set {{0d4f5a1e-1b7c-4c52-9d55-0a6d3a0c7a11}}, write_attributes: null}}
    attributes:
    - {{type_name: list, key: data, value: {name % "people"}}}
    - {{type_name: list, key: differential_privacy, value: [{{type_name: int, key: privacy_level, value: 0}}]}}
    child_nodes:
    - type_name: database
      attributes:
      - {{type_name: list, key: data, value: {name % "d"}}}
      - type_name: list
        key: connector
        value: [{{type_name: string, key: type_name, value: csv}}, {{type_name: string, key: uri, value: a.csv}}]
      child_nodes:
      - type_name: schema
        attributes: [{{type_name: list, key: data, value: {name % "city"}}}]
        child_nodes:
        - type_name: table
          attributes: [{{type_name: list, key: data, value: {name % "folk"}}}]
          child_nodes:
          - type_name: column
            attributes:
            - type_name: list
              key: data
              value:
              - {{type_name: string, key: name, value: w}}
              - {{type_name: string, key: data_type_name, value: float}}
            - type_name: list
              key: private_sql_and_synthesis
              value:
              - {{type_name: float, key: upper, value: 9.5}}
              - {attribute}
"""


def test_the_example_of_the_project_is_read() -> None:
    metadata = read_metadata((ROOT / "examples" / "census.yaml").read_text())
    table = metadata.tables[0]
    assert (metadata.name, metadata.budget_epsilon, metadata.budget_delta) == ("census", 10.0, 1e-5)
    assert (table.schema, table.name, table.privacy_unit, table.contribution_bound) == (
        "census",
        "people",
        "user_id",
        3,
    )
    assert table.columns[0].name == "user_id"


def test_the_old_form_in_the_documentation_is_read() -> None:
    text = (ROOT / "docs" / "metadata.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    metadata = read_metadata(example)
    assert metadata.tables[0].privacy_unit == "user_id"
    assert metadata.tables[0].columns[3].allowed_values is not None
    assert len(metadata.tables[0].columns[3].allowed_values) == 7


def test_old_simple_and_full_forms_say_the_same() -> None:
    assert read_metadata(old()).tables[0].privacy_level == 2
    assert read_metadata(simple(AGE)).tables[0].privacy_level == 1
    metadata = read_metadata(full("{type_name: float, key: lower, value: 1.0}"))
    column = metadata.tables[0].columns[0]
    assert (column.type, column.lower, column.upper) == (ColumnType.FLOAT, 1.0, 9.5)
    assert metadata.tables[0].privacy_level == 0


def test_a_lookup_table_does_not_inherit_the_column_that_names_the_person() -> None:
    lookup = "name: d\nprivacy_column: who\nt:\n  connection: t.csv\n"
    lookup += "  t: {rows_are_public: true, %s: {type: int, unique: true}}"
    table = read_metadata(lookup % "id").tables[0]
    assert (table.rows_are_public, table.privacy_unit, table.columns[0].unique) == (True, None, True)
    assert "rows_are_public: contradicts who" in refusal(lookup % "who")


def test_what_is_not_said_has_its_documented_default() -> None:
    table = read_metadata(old()).tables[0]
    assert (table.max_ids, table.sample_max_ids, table.clamp_columns, table.clamp_counts) == (1, True, True, False)
    assert (table.row_privacy, table.synth_allowed, table.source.header_row) == (False, False, 0)
    assert table.columns[1].nullable
    assert table.columns[1].selectable


def test_without_a_column_for_the_person_each_row_protects_itself() -> None:
    table = read_metadata(old(private="selectable: true")).tables[0]
    assert table.row_privacy
    assert table.privacy_unit is None


def test_an_empty_privacy_column_names_nobody() -> None:
    assert read_metadata(old(top="privacy_column: ''", private="selectable: true")).tables[0].row_privacy


def test_the_identifying_column_has_no_bounds() -> None:
    column = read_metadata(old(private="lower: 3, upper: 9, private_id: true")).tables[0].columns[0]
    assert (column.private_id, column.lower, column.upper) == (True, None, None)


def test_a_childs_privacy_level_overrides_its_parents() -> None:
    text = simple(AGE, table="differential_privacy: {privacy_level: 0}")
    assert read_metadata(text).tables[0].privacy_level == 0


def test_a_header_in_the_metadata_without_a_header_row_means_a_file_without_one() -> None:
    source = (
        read_metadata(old(table="header_columns: [id, age, income, more]\n    use_original_header: true"))
        .tables[0]
        .source
    )
    assert (source.header_row, source.use_original_header) == (None, False)
    assert source.header_columns == ("id", "age", "income", "more")


def test_datetime_bounds_are_seconds_in_utc() -> None:
    metadata = read_metadata(old(column="day: {type: datetime, lower: 1970-01-02, upper: '1970-01-03T00:00:00+01:00'}"))
    assert (metadata.tables[0].columns[-1].lower, metadata.tables[0].columns[-1].upper) == (86_400, 169_200)


def test_na_values_may_be_numbers_texts_and_lists() -> None:
    source = read_metadata(old(table="na_values: {age: 99, income: ['?', 1.5]}")).tables[0].source
    assert source.na_values == {"age": ("99",), "income": ("?", "1.5")}


def test_many_files_and_folders_are_named_in_a_list() -> None:
    source = read_metadata(old(uri="[a.csv, folder, more.d/]")).tables[0].source
    assert source.uris == ("a.csv", "folder", "more.d/")


def test_a_database_is_named_by_its_node_or_by_an_address() -> None:
    new = read_metadata(simple(AGE, connector="type_name: postgresql, host: DB.example, username: me, password: pw"))
    server = new.tables[0].source.server
    assert server == Server(host="db.example", port=5432, database="d", username="me", password="pw")
    address = read_metadata(old(uri="postgresql://me:p%40w@db.example:5433/warehouse")).tables[0].source
    assert address.connector == "postgresql"
    assert address.server == Server(host="db.example", port=5433, database="warehouse", username="me", password="p@w")
    assert read_metadata(old(uri="postgres://[::1]/w")).tables[0].source.server == Server(host="::1", database="w")


def test_a_password_is_in_no_representation_and_in_no_refusal() -> None:
    metadata = read_metadata(old(uri="postgresql://me:s3cret@h/db"))
    assert "s3cret" not in repr(metadata) + str(summary(metadata)) + write_metadata(metadata)
    for uri in (
        "postgresql://me:s3cret@h",
        "postgresql://me:s3cret@h:99999/db",
        "postgresql:/me:s3cret",
        "x://s3cret@h/d",
    ):
        assert "s3cret" not in refusal(old(uri=uri))


def test_spark_reads_parquet_or_text_by_what_is_named() -> None:
    for connector, expected in (
        ("uri: a.parquet", "parquet"),
        ("uri: folder", "parquet"),
        ("uri: a.csv", "csv"),
        ("uri: folder, sep: ;", "csv"),
    ):
        source = read_metadata(simple(AGE, connector=f"type_name: spark, {connector}")).tables[0].source
        assert (source.connector, source.file_format) == ("spark", expected)


FAULTS = [
    (old(column="a: {type: int, lower: 5, upper: 5}"), "schemas.city.tables.folk.columns.a.lower: must be below upper"),
    (old(column="a: {type: int, lower: .nan, upper: 5}"), "columns.a.lower: must be a whole number"),
    (old(column="a: {type: float, lower: .nan, upper: 5}"), "columns.a.lower: must be a finite number"),
    (old(column="a: {type: float, lower: -.inf, upper: 5}"), "columns.a.lower: must be a finite number"),
    (old(column="a: {type: int, lower: 1.5, upper: 5}"), "columns.a.lower: must be a whole number"),
    (old(column="a: {type: int, lower: true, upper: 5}"), "columns.a.lower: must be a whole number"),
    (old(column="a: {type: int, lower: 0, upper: 9223372036854775808}"), "columns.a.upper"),
    (old(column="a: {type: float, lower: 0, upper: 1.0e-12}"), "too close to upper"),
    (old(column="a: {type: string, lower: 0, upper: 5}"), "a string column takes no bounds"),
    (old(column="a: {type: datetime, lower: tomorrow}"), "must be a date"),
    (old(column="a: {type: int, unique: true}"), "columns.a.unique: is for tables whose rows are public"),
    (old(table="rows_are_public: true", column="a: {type: float, unique: true}"), "unique: a column that rows are"),
    (old(table="rows_are_public: true"), "rows_are_public: contradicts id"),
    (old(table="persons: 7"), "persons: must be text"),
    (old(column="a: {type: int, bounded: true, lower: 0}"), "bounded: needs both lower and upper"),
    (old(column="a: {type: int, lower: 0, upper: 5, allowed_values: [1, 7]}"), "allowed_values[1]: must lie within"),
    (old(column="a: {type: int, allowed_values: [1, one]}"), "allowed_values[1]: must be a whole number"),
    (old(column="a: {type: string, allowed_values: [x, 1]}"), "allowed_values[1]: must be text"),
    (old(column="a: {type: string, allowed_values: [x, x]}"), "allowed_values[1]: stands twice"),
    (old(column="a: {type: string, allowed_values: []}"), "allowed_values: must be a list of 1"),
    (old(column="a: {type: boolean, allowed_values: [true]}"), "has its two values already"),
    (old(column="a: {type: string, allowed_values: [x, y], cardinality: 1}"), "cardinality: must not be below"),
    (old(column="a: {type: text}"), "columns.a.type: must be one of boolean, datetime, float, int, string"),
    (old(column="a: {tipe: int}"), "columns.a.tipe: unknown; did you mean type?"),
    (old(column="a: {type: int, mask: x}"), "only a string column can be masked"),
    (old(column="a: {type: string, mask: '('}"), "mask: must be a regular expression"),
    (old(column="a: {type: int, private_id: true}"), "one column names the person"),
    (old(column="a: {type: int, use_auto_bounds: true}"), "declare lower and upper"),
    (old(column="a: {type: int, auto_lower: 3}"), "auto_lower: bounds taken from the data are not private"),
    (old(column="AGE: {type: int}"), "columns.AGE: stands twice"),
    (old(private="private_id: maybe"), "private_id: must be true or false"),
    (old(table="row_privacy: true"), "row_privacy: contradicts the column that names the person"),
    (old(table="privacy_column: nobody"), "privacy_column: names no column"),
    (old(table="privacy_column: age"), "privacy_column: contradicts private_id of id"),
    (old(table="privacy_column: income", private="selectable: true"), "must name a column of type int or string"),
    (old(table="max_ids: 0"), "max_ids: must be a whole number from 1"),
    (old(table="max_ids: 2", private="selectable: true"), "max_ids: above 1 needs a column that names the person"),
    (old(table="budget_epsilon: -1"), "budget_epsilon: must be a finite number of at least 0"),
    (old(table="budget_epsilon: .inf"), "budget_epsilon: must be a finite number"),
    (old(table="budget_epsilon: .nan"), "budget_epsilon: must be a finite number"),
    (old(table="budget_delta: 1"), "budget_delta: must be at least 0 and below 1"),
    (old(table="tau: -3"), "tau: must be a finite number"),
    (old(table="privacy_level: 3"), "privacy_level: must be a whole number from 0 to 2"),
    (old(table="max_idz: 3"), "max_idz: unknown; did you mean max_ids?"),
    (old(table="na_values: {agee: 9}"), "na_values.agee: unknown; did you mean age?"),
    (old(table="sep: '::'"), "sep: must be one character"),
    (old(table="decimal: ','"), "decimal: must differ from sep"),
    (old(table="use_original_header: false"), "needs header_columns"),
    (old(table="header_columns: [id, age]"), "columns.income: is not among the connector's header_columns"),
    (old(table="header_row: [0, 1]"), "header_row: must be the number of one line"),
    (old(uri="mysql://me:pw@host/db"), "connection: must be a path in a data folder"),
    (old(uri="postgresql://me:pw@host"), "connection: must be a path in a data folder, or postgresql://"),
    (old(uri="postgresql://me:pw@host/db?sslmode=disable"), "connection: must be a path in a data folder, or"),
    (old(uri="[a.csv, a.csv]"), "connection: must be a path or a list of 1 to 1000 paths"),
    (old(uri="[a.csv, 3]"), "connection: is missing"),
    (old(uri="folder.d"), "connection: a csv file ends in"),
    (old(uri="a.xlsx"), "connection: a csv file ends in"),
    (old(uri="a.parquet"), "connection: a csv file ends in"),
    (old(top="privacy_columm: id"), "privacy_columm: unknown; did you mean privacy_column?"),
    (old().replace("name: people", "name: 'a, b'"), "name: must hold no quotes ,"),
    (old().replace("name: people", 'name: "a\\nb"'), "no control characters"),
    (old().replace("name: people", 'name: "it\'s"'), "no quotes"),
    (old().replace("name: people", f"name: {'n' * 300}"), "name: must be at most 255 bytes"),
    (old().replace("name: people", "description: x"), "name: is missing"),
    (old().replace("city:", "a/b:"), "name: must hold no quotes"),
    (old().replace("folk:", "a.b:"), "name: must hold no quotes"),
    (old().replace("type: CSV", "type: IMAGE"), "type: must be one of CSV, PARQUET"),
    ("name: x\ntype: CSV\ns: {connection: a.csv}", "declare at least one table"),
    ("name: x", "declare at least one table"),
    ("- 1", "must be a YAML mapping"),
    ("meta_dataset: {format: other}", "meta_dataset.format: must be simple or full"),
    (simple(AGE).replace("dataset_v1", "dataset_v9"), "meta_dataset.specification: must be dataset_v1"),
    (simple(AGE.replace("column", "column_1")), "column_0 is missing"),
    (simple(f"{AGE}, {AGE.replace('column', 'column_2').replace('age', 'b')}"), "column_1 is missing"),
    (simple(AGE.replace("column", "colum_0")), "must be column or column_0"),
    (simple(AGE.replace("lower: 0", "lower: 0.0")), "columns.age.lower: must be a whole number"),
    (
        simple(AGE.replace("private_sql_and_synthesis", "private_sgl")),
        "private_sgl: unknown; did you mean private_sql?",
    ),
    (simple(AGE, connector="type_name: postgresql"), "databases.d.host: must be the name or the number of one host"),
    (simple(AGE, connector="type_name: postgresql, host: 'a,b'"), "databases.d.host: must be the name"),
    (simple(AGE, connector="type_name: postgresql, host: /tmp"), "databases.d.host: must be the name"),
    (simple(AGE, connector="type_name: postgresql, host: h, port: 0"), "port: must be a whole number from 1 to 65535"),
    (simple(AGE, connector="type_name: postgresql, host: h, password: x"), "password: needs a username"),
    (simple(AGE, connector="type_name: postgresql, host: h, uri: a.csv"), "uri: has no meaning for a table in a data"),
    (simple(AGE, connector="type_name: spark, uri: [a.csv, b.parquet]"), "must name csv files or parquet files"),
    (simple(AGE, connector="type_name: spark, uri: a.csv, header_row: 2"), "reads a header from the first line"),
    (simple(AGE, connector="type_name: mysql, uri: a.csv"), "must be one of csv, parquet, postgresql, spark"),
    (simple(AGE, connector="type_name: csv, uri: a.csv, password: x"), "password: has no meaning for a csv file"),
    (simple(AGE, connector="type_name: parquet, uri: a.parquet, sep: ;"), "sep: has no meaning for a parquet file"),
    (full("{type_name: float, key: lower, value: 1}"), "a float attribute takes floats only"),
    (full("{type_name: int, key: lower, value: true}"), "must be a whole number"),
    (full("{type_name: number, key: lower, value: 1}"), "type_name must be one of boolean"),
    (full("{type_name: float, keys: lower, value: 1.0}"), "keys: unknown; did you mean key?"),
    (full("{type_name: float, key: upper, value: 1.0}"), "each key stands once"),
    (full("{type_name: float, key: lower, value: 1.0, permissions: {reed: []}}"), "reed: unknown; did you mean read?"),
    (full("{type_name: float, key: lower, value: 1.0, permissions: {read: [me]}}"), "must be a set of role uuids"),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[expected[:60] for _, expected in FAULTS])
def test_a_contradiction_is_refused_with_the_place_and_what_would_be_right(text: str, expected: str) -> None:
    assert expected in refusal(text)


def test_several_faults_come_in_one_message_and_no_more_than_ten() -> None:
    columns = "\n    ".join(f"c{n}: {{type: bad}}" for n in range(14))
    message = refusal(old(column=columns))
    assert message.count("must be one of boolean") == 10
    assert message.endswith("and 4 more")


def test_tables_with_different_budgets_are_refused() -> None:
    table = "{connection: a.csv, t: {budget_epsilon: %s, a: {type: int}}}"
    assert "a dataset has one budget" in refusal(f"name: x\ns: {table % 1}\nr: {table % 2}")
    same: Metadata = read_metadata(f"name: x\ns: {table % 2}\nr: {table % 2}")
    assert same.budget_epsilon == 2.0


def test_two_tables_of_one_name_are_refused() -> None:
    table = "{connection: a.csv, t: {a: {type: int}}}"
    assert "stands twice" in refusal(f"name: x\ns: {table}\nS: {table}")
