"""Any metadata, written in any form, is read back as the same."""

import datetime
import json
import string

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.fields import EXACT_FLOAT, seconds
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.metadata.read import read_metadata
from quarantine.domain.metadata.synthetic import sample
from quarantine.domain.metadata.write import summary, write_metadata

# Names that YAML 1.1 would read as something else are meant: `on`, `null`, `1`, `1e3`, `2020-01-01`.
names = st.sampled_from(["on", "null", "1", "1e3", "2020-01-01", "na-me", "a b", "ä", "=", "~x"]) | st.text(
    string.ascii_letters + string.digits + "_- é漢", min_size=1, max_size=12
).filter(lambda name: name == name.strip() and name not in TOP)
TOP = {"name", "description", "tags", "type", "privacy_column", "metadata_is_public", "privacy_level", "connection"}
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
floats = st.floats(-1e9, 1e9).map(lambda value: value + 0.0)
UNITS = (ColumnType.INT, ColumnType.STRING)


@st.composite
def columns(draw: st.DrawFn, name: str) -> Column:
    kind = draw(st.sampled_from(list(ColumnType)))
    lower, upper = None, None
    if kind is ColumnType.INT and draw(st.booleans()):
        lower, upper = sorted(draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=2, unique=True)))
    if kind is ColumnType.FLOAT and draw(st.booleans()):
        lower = draw(st.floats(-1e9, 1e9).map(lambda value: value + 0.0))
        upper = lower + draw(st.floats(2.0, 1e9))
    if kind is ColumnType.DATETIME and draw(st.booleans()):
        lower, upper = sorted(draw(st.lists(st.integers(-(10**10), 10**10), min_size=2, max_size=2, unique=True)))
    allowed = None
    if kind in UNITS and lower is None and draw(st.booleans()):
        item = (
            st.text(string.printable.strip() + "é", min_size=1, max_size=8)
            if kind is ColumnType.STRING
            else st.integers(0, 99)
        )
        allowed = tuple(draw(st.lists(item, min_size=1, max_size=5, unique=True)))
    return Column(
        name=name,
        type=kind,
        description=draw(texts),
        selectable=draw(st.booleans()),
        nullable=draw(st.booleans()),
        lower=lower,
        upper=upper,
        cardinality=draw(st.none() | st.integers(5, 10**6)),
        allowed_values=allowed,
        mask=draw(st.sampled_from([None, "(.*)@(.*)"])) if kind is ColumnType.STRING else None,
        is_feature=draw(st.booleans()),
        is_target=draw(st.booleans()),
        synthesizable=draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn, schema: str, name: str) -> Table:
    unique = st.lists(names, min_size=1, max_size=5, unique_by=str.casefold)
    made = [draw(columns(column)) for column in draw(unique) if column != "na_values"] or [draw(columns("c"))]
    candidates = [n for n, column in enumerate(made) if column.type in UNITS and column.lower is None]
    unit = draw(st.sampled_from([None, *candidates]))
    public = unit is None and draw(st.booleans())
    if public:
        made = [msgspec.structs.replace(one, unique=one.type in UNITS and draw(st.booleans())) for one in made]
    if unit is not None:
        made[unit] = msgspec.structs.replace(made[unit], private_id=True)
    return Table(
        schema=schema,
        name=name,
        description=draw(texts),
        columns=tuple(made),
        source=draw(sources([column.name for column in made])),
        privacy_level=draw(st.integers(0, 2)),
        row_privacy=unit is None,
        rows_are_public=public,
        persons="" if unit is None else draw(st.sampled_from(["", "citizens"])),
        max_ids=1 if unit is None else draw(st.integers(1, 50)),
        tau=draw(st.none() | st.floats(0, 1e6)),
        clamp_counts=draw(st.booleans()),
        clamp_columns=draw(st.booleans()),
        censor_dims=draw(st.booleans()),
        sample_max_ids=draw(st.booleans()),
        rows=draw(st.none() | st.integers(0, 10**9)),
        synth_allowed=draw(st.booleans()),
    )


@st.composite
def sources(draw: st.DrawFn, declared: list[str]) -> Source:
    na_values = draw(
        st.dictionaries(st.sampled_from(declared), st.lists(texts, min_size=1, max_size=2).map(tuple), max_size=2)
    )
    further = draw(st.sampled_from([(), ("b", "c.d/")]))
    if draw(st.booleans()):
        return Source(connector="parquet", uri="folder/a.parquet", further=further, na_values=na_values)
    if draw(st.booleans()):
        server = Server(
            host=draw(st.sampled_from(["db.example", "::1", "127.0.0.1"])),
            port=draw(st.sampled_from([5432, 6000])),
            database=draw(st.sampled_from(["warehouse", "ä b", "x%2F", "postgres"])),
            username=draw(st.sampled_from(["", "me", "m@e:/"])),
        )
        return Source(connector="postgresql", server=server, na_values=na_values)
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    named = draw(st.booleans())
    return Source(
        uri=draw(st.sampled_from(["a.csv", "b/ü.csv.gz", "t.tsv", "folder"])),
        further=further,
        separator=separator,
        decimal=draw(st.sampled_from([".", ","] if separator != "," else ["."])),
        header_row=draw(st.sampled_from([0, 3, None] if named else [0, 3])),
        header_columns=(*declared, "rest of it") if named else (),
        use_original_header=not named,
        index_column=draw(st.sampled_from([None, 0, "a"])),
        na_values=na_values,
        skip_initial_space=draw(st.booleans()),
    )


@st.composite
def datasets(draw: st.DrawFn) -> Metadata:
    plain = names.filter(lambda name: not set("./\\") & set(name))
    schemas = draw(st.lists(plain, min_size=1, max_size=3, unique_by=str.casefold))
    made = tuple(draw(tables(schema, draw(plain))) for schema in schemas)
    connectors = {table.source.connector for table in made}
    return Metadata(
        name=draw(names),
        description=draw(texts),
        type=connectors.pop().upper() if len(connectors) == 1 else "CSV",
        tags=tuple(draw(st.lists(texts, max_size=3))),
        metadata_is_public=draw(st.booleans()),
        tables=made,
        budget_epsilon=draw(st.none() | st.floats(0, 100)),
        budget_delta=draw(st.none() | st.floats(0, 0.5)),
    )


@pytest.mark.parametrize("form", ["simple", "full", "old"])
@settings(deadline=None)
@given(metadata=datasets())
def test_what_is_written_in_a_form_is_read_back_the_same(form: str, metadata: Metadata) -> None:
    assert read_metadata(write_metadata(metadata, form)) == metadata  # type: ignore[arg-type]


@settings(deadline=None)
@given(datasets())
def test_the_summary_is_json_and_holds_no_values_paths_or_budgets(metadata: Metadata) -> None:
    told = json.loads(json.dumps(summary(metadata)))
    for table in told["tables"]:
        assert set(table) == {"schema", "name", "description", "privacy_level", "privacy_unit", "max_ids", "columns"}
        for column in table["columns"]:
            assert not {"allowed_values", "lower", "upper", "mask", "na_values"} & set(column)


@settings(deadline=None)
@given(datasets())
def test_made_up_rows_fit_the_metadata_they_are_made_of(metadata: Metadata) -> None:
    for table in metadata.tables:
        rows = sample(table, rows=3)
        assert len(rows) == 3
        json.dumps(rows)
        for column in table.columns:
            assert all((column.name in row) == column.selectable for row in rows)
            for row in rows if column.selectable else []:
                fits(column, row[column.name])


def fits(column: Column, value: object) -> None:
    types = {"boolean": bool, "datetime": str, "float": float, "int": int, "string": str}
    assert type(value) is types[column.type]
    if column.mask is not None:
        assert value == "***"
    elif column.allowed_values:
        assert value in column.allowed_values
    elif column.lower is not None and column.upper is not None:
        measure = seconds(value) if column.type is ColumnType.DATETIME else value  # type: ignore[arg-type]
        assert isinstance(measure, int | float)
        assert column.lower <= measure <= column.upper


def test_a_float_bound_at_the_edge_of_exactness_is_kept() -> None:
    column = Column(name="a", type=ColumnType.FLOAT, lower=-float(EXACT_FLOAT), upper=float(EXACT_FLOAT))
    table = Table(schema="s", name="t", columns=(column,), source=Source(uri="a.csv"), row_privacy=True)
    metadata = Metadata(name="x", tables=(table,))
    assert read_metadata(write_metadata(metadata)) == metadata


def test_dates_and_texts_of_dates_are_the_same_second() -> None:
    assert seconds(datetime.date(1970, 1, 2)) == seconds("1970-01-02") == seconds("1970-01-02T01:00:00+01:00") == 86_400
    assert seconds("soon") is None
    assert seconds(5) is None
