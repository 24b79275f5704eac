"""The bounded copy: whatever the source holds, the copy keeps every promise that sensitivities are computed from."""

import csv
import datetime
import io
import os
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Conflict, DomainError, Refused
from quarantine.domain.metadata.model import Column, ColumnType, Source, Table
from quarantine.domain.metadata.read import read_metadata
from quarantine.store.sources.bounded import Built, build
from quarantine.store.sources.running import Stopped

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]

INT, FLOAT, STRING, BOOLEAN, DATETIME = (
    ColumnType.INT,
    ColumnType.FLOAT,
    ColumnType.STRING,
    ColumnType.BOOLEAN,
    ColumnType.DATETIME,
)


def rows(path: Path) -> list[dict[str, object]]:
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def table(*columns: Column, source: Source | None = None, max_ids: int = 1) -> Table:
    private = any(column.private_id for column in columns)
    made = source or Source(uri="t.csv")
    return Table(schema="s", name="t", columns=columns, source=made, max_ids=max_ids, row_privacy=not private)


def copied(
    text: str | bytes, *columns: Column, source: Source | None = None, max_ids: int = 1
) -> list[dict[str, object]]:
    """The rows of the bounded copy of a csv text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        target = Path(folder) / "out" / "t.parquet"
        build(table(*columns, source=source, max_ids=max_ids), (path,), target)
        assert [entry.name for entry in target.parent.iterdir()] == ["t.parquet"]
        return rows(target)


def pums(max_ids: int, uri: str) -> Table:
    return read_metadata(f"""
name: pums
type: CSV
privacy_column: pid
pums:
  connection: {uri}
  people:
    max_ids: {max_ids}
    age: {{type: int, lower: 20, upper: 80}}
    sex: {{type: string, allowed_values: ['0', '1']}}
    educ: {{type: int, allowed_values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}}
    race: {{type: string}}
    income: {{type: float, lower: 0, upper: 100000}}
    married: {{type: boolean, nullable: false}}
    pid: {{type: int}}
""").tables[0]


def source_rows(uri: str) -> list[dict[str, str]]:
    with (DATA / uri).open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_file_in_which_nobody_has_too_many_rows_is_kept_whole(tmp_path: Path) -> None:
    build(pums(1, "PUMS_pid.csv"), (DATA / "PUMS_pid.csv",), tmp_path / "t.parquet")
    source = source_rows("PUMS_pid.csv")
    copy = {row["pid"]: row for row in rows(tmp_path / "t.parquet")}
    assert len(copy) == len(source)
    for row in source:
        kept = copy[int(row["pid"])]
        assert kept["age"] == min(80, max(20, int(row["age"])))
        assert kept["income"] == round(min(100_000.0, max(0.0, float(row["income"]))) * 10_000)
        assert (kept["sex"], kept["race"]) == (row["sex"], row["race"])
        assert kept["married"] is (row["married"] == "1")


@pytest.mark.parametrize("uri", ["PUMS_dup.csv", "PUMS_null.csv"])
@pytest.mark.parametrize("max_ids", [1, 2, 1000])
def test_each_person_keeps_as_many_rows_as_allowed_and_no_more(tmp_path: Path, uri: str, max_ids: int) -> None:
    build(pums(max_ids, uri), (DATA / uri,), tmp_path / "t.parquet")
    source = Counter(int(float(row["pid"])) for row in source_rows(uri) if row["pid"])
    copy = Counter(row["pid"] for row in rows(tmp_path / "t.parquet"))
    assert copy == {pid: min(count, max_ids) for pid, count in source.items()}


def test_missing_cells_stay_missing_unless_the_metadata_says_there_are_none(tmp_path: Path) -> None:
    build(pums(1000, "PUMS_null.csv"), (DATA / "PUMS_null.csv",), tmp_path / "t.parquet")
    source = [row for row in source_rows("PUMS_null.csv") if row["pid"]]
    copy = rows(tmp_path / "t.parquet")
    for name in ("age", "sex", "educ", "race", "income"):
        assert sum(row[name] is None for row in copy) == sum(not row[name] for row in source) > 0
    assert not any(row["married"] is None for row in copy)


def test_the_example_is_copied_with_every_row(tmp_path: Path) -> None:
    namespace: dict[str, object] = {"__name__": "example", "__file__": str(ROOT / "examples" / "make_census.py")}
    exec(compile((ROOT / "examples" / "make_census.py").read_text(), "make_census.py", "exec"), namespace)
    namespace["main"](tmp_path)  # type: ignore[operator]
    metadata = read_metadata((ROOT / "examples" / "census.yaml").read_text())
    build(metadata.tables[0], (tmp_path / "census.csv",), tmp_path / "t.parquet")
    with (tmp_path / "census.csv").open() as stream:
        source = list(csv.DictReader(stream))
    copy = rows(tmp_path / "t.parquet")
    assert len(copy) == len(source) > 19_000
    assert max(Counter(row["user_id"] for row in copy).values()) == 3
    assert not any(row[name] is None for row in copy for name in ("age", "sex", "education", "married"))
    assert any(row["income"] is None for row in copy)


def test_the_options_of_the_file_are_followed() -> None:
    source = Source(uri="t.csv", separator=";", decimal=",", header_row=1, skip_initial_space=True)
    columns = (Column(name="a", type=FLOAT), Column(name="b", type=STRING))
    assert copied("a comment\na; b\n1,5; x\n", *columns, source=source) == [{"a": 1_500_000, "b": "x"}]
    named = Source(uri="t.csv", header_row=None, header_columns=("z", "b", "a"), use_original_header=False)
    assert copied("0,x,1\r\n", *columns, source=named) == [{"a": 1_000_000, "b": "x"}]


def test_quoted_line_breaks_short_rows_and_unused_columns_are_read() -> None:
    text = 'z,a,b,z\n1,"x\ny",2,3\n1,"say ""hi"""\n'
    found = copied(text, Column(name="b", type=INT), Column(name="a", type=STRING))
    assert sorted(str(row["a"]) for row in found) == ['say "hi"', "x\ny"]
    assert {row["b"] for row in found} == {2, None}
    assert [list(row) for row in found] == [["b", "a"]] * 2


def test_names_with_quotes_inside_the_file_and_case_twins_do_no_harm() -> None:
    text = 'p0,P0,"weird ""name",v0\n1,2,3,4\n'
    found = copied(text, Column(name="P0", type=INT), Column(name="v0", type=INT), Column(name="p0", type=FLOAT))[0]
    assert list(found.values()) == [2, 4, 1_000_000]


def test_persons_are_compared_by_what_the_identifier_says() -> None:
    text = "id,a\n7,1\n 7,2\n07,3\n,4\nx,5\n8,6\n"
    found = copied(text, Column(name="id", type=INT, private_id=True), Column(name="a", type=INT))
    assert sorted(str(row["id"]) for row in found) == ["7", "8"]
    found = copied(text, Column(name="id", type=STRING, private_id=True), Column(name="a", type=INT))
    assert sorted(str(row["id"]) for row in found) == [" 7", "07", "7", "8", "x"]


def test_a_person_with_ten_thousand_rows_among_persons_with_one() -> None:
    text = "id,a\n" + "many,1\n" * 10_000 + "".join(f"p{n},1\n" for n in range(100))
    columns = (Column(name="id", type=STRING, private_id=True), Column(name="a", type=INT, lower=0, upper=1))
    count = Counter(row["id"] for row in copied(text, *columns, max_ids=3))
    assert count["many"] == 3
    assert sum(count.values()) == 103


def test_which_rows_are_kept_is_drawn_and_not_the_first_ones() -> None:
    text = "id,a\n" + "".join(f"one,{n}\n" for n in range(1000))
    columns = (Column(name="id", type=STRING, private_id=True), Column(name="a", type=INT))
    drawn = {tuple(sorted(int(str(row["a"])) for row in copied(text, *columns, max_ids=3))) for _ in range(3)}
    assert len(drawn) > 1


def test_parquet_is_read_by_name_whatever_its_types_are(tmp_path: Path) -> None:
    source = tmp_path / "it's.parquet"
    duckdb.execute(
        "COPY (SELECT 7::DOUBLE AS p1, 'nan'::FLOAT AS p0, 2.5::DECIMAL(4, 2) AS d, "
        "TIMESTAMPTZ '2020-01-01 00:00+00' AS t, [1, 2] AS l, true AS b, DATE '2020-01-02' AS e, 'x' AS s) TO '"
        + str(source).replace("'", "''")
        + "'"
    )
    kinds = {"p0": FLOAT, "p1": INT, "d": FLOAT, "t": DATETIME, "l": INT, "b": BOOLEAN, "e": DATETIME, "s": STRING}
    columns = [Column(name=name, type=kind) for name, kind in kinds.items()]
    made = table(*columns, source=Source(connector="parquet", uri="x.parquet", na_values={"s": ("x",)}))
    build(made, (source,), tmp_path / "t.parquet")
    assert rows(tmp_path / "t.parquet") == [
        {
            "p0": None,
            "p1": 7,
            "d": 2_500_000,
            "t": datetime.datetime(2020, 1, 1),
            "l": None,
            "b": True,
            "e": datetime.datetime(2020, 1, 2),
            "s": None,
        }
    ]


BROKEN = {
    "a row with too many cells": b"id,a\nx,1,CANARY\n",
    "a quote that never closes": b'id,a\n"CANARY,1\nx,2\n',
    "a quote in the middle": b'id,a\n"CANARY"x,1\n',
    "bytes that are not UTF-8": b"id,a\nCANARY\xff\xfe,1\n",
    "a line without end": b"id,a\nx," + b"CANARY" * 500_000 + b"\n",
    "no such column": b"id,CANARY\nx,1\n",
    "an empty file": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_not_as_declared_is_refused_without_a_word_of_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(BROKEN[name])
    target = tmp_path / "out" / "t.parquet"
    target.parent.mkdir()
    target.write_bytes(b"the older copy")
    with pytest.raises(Refused) as caught:
        build(table(Column(name="id", type=STRING, private_id=True), Column(name="a", type=INT)), (path,), target)
    error: BaseException | None = caught.value
    while error is not None:
        assert "CANARY" not in str(error)
        error = error.__cause__ or error.__context__
    assert target.read_bytes() == b"the older copy"
    assert list(target.parent.iterdir()) == [target]


def test_a_stopped_build_leaves_the_older_copy_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out" / "t.parquet"
    build(pums(1, "PUMS_pid.csv"), (DATA / "PUMS_pid.csv",), target)
    before = target.read_bytes()
    with pytest.raises(Stopped) as caught:
        build(pums(1, "PUMS_dup.csv"), (DATA / "PUMS_dup.csv",), target, stop=lambda: True)
    assert isinstance(caught.value, Conflict)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


def test_what_a_killed_build_left_is_swept_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".t.parquet.0123456789abcdef.part"
    left.mkdir()
    (left / "stage.parquet").write_text("private")
    other = tmp_path / ".u.parquet.0123456789abcdef.part"
    other.mkdir()
    build(pums(1, "PUMS_pid.csv"), (DATA / "PUMS_pid.csv",), tmp_path / "t.parquet")
    assert not left.exists()
    assert other.exists()


def test_progress_runs_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    built = build(pums(2, "PUMS_dup.csv"), (DATA / "PUMS_dup.csv",), tmp_path / "t.parquet", progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert built.path == tmp_path / "t.parquet"
    assert built.path.stat().st_mode & 0o777 == 0o600


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")
    with pytest.raises(Refused, match="changed while it was read"):
        build(
            table(Column(name="a", type=INT)),
            (path,),
            tmp_path / "t.parquet",
            progress=lambda share: os.utime(path, (1, 1)),
        )
    assert not (tmp_path / "t.parquet").exists()


def test_a_place_that_cannot_be_written_is_a_domain_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DomainError):
        build(pums(1, "PUMS_pid.csv"), (DATA / "PUMS_pid.csv",), tmp_path / "file" / "t.parquet")


def test_an_empty_table_has_an_empty_copy() -> None:
    assert copied("a\n", Column(name="a", type=INT, nullable=False)) == []


cells = st.one_of(
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(repr),
    st.sampled_from(
        ["", " ", "nan", "-inf", "1e400", "NULL", "true", "F", "x", "y", "2020-01-01", "9999-12-31 23:59:59.9"]
    ),
    st.datetimes().map(str),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n", exclude_categories=["Cs"]), max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", "3", "", "u"]), *[cells] * 5), max_size=30),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_any_file_becomes_a_copy_within_all_bounds(
    content: list[tuple[str, ...]], max_ids: int, nullable: bool, numbered: bool, decimal_comma: bool
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("id", "i", "f", "s", "b", "d"), *content])
    columns = (
        Column(name="id", type=INT if numbered else STRING, private_id=True),
        Column(name="i", type=INT, lower=-5, upper=1000, nullable=nullable),
        Column(name="f", type=FLOAT, lower=-0.25, upper=1e6, nullable=nullable),
        Column(name="s", type=STRING, allowed_values=("x", "y", "0"), nullable=nullable),
        Column(name="b", type=BOOLEAN, nullable=nullable),
        Column(name="d", type=DATETIME, lower=0, upper=10**9, nullable=nullable),
    )
    source = Source(uri="t.csv", separator=";", decimal="," if decimal_comma else ".")
    found = copied(stream.getvalue(), *columns, source=source, max_ids=max_ids)
    scale = columns[2].scale
    epoch = datetime.datetime(1970, 1, 1)
    for row in found:
        assert row["id"] is not None
        assert row["i"] is None or -5 <= int(str(row["i"])) <= 1000
        assert row["f"] is None or -0.25 * scale <= int(str(row["f"])) <= 1e6 * scale
        assert row["s"] in ("x", "y", "0", None)
        assert row["b"] in (True, False, None)
        assert row["d"] is None or epoch <= row["d"] <= epoch + datetime.timedelta(seconds=10**9)  # type: ignore[operator]
        assert nullable or None not in row.values()
    expected = Counter(row[0] for row in content if row[0] and not (numbered and row[0] == "u"))
    assert Counter(str(row["id"]) for row in found) == {one: min(count, max_ids) for one, count in expected.items()}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), cells), min_size=1, max_size=12), st.integers(0, 11))
def test_a_row_becomes_the_same_with_and_without_its_neighbours(content: list[tuple[str, str]], index: int) -> None:
    columns = (Column(name="id", type=INT), Column(name="f", type=FLOAT, lower=-9.0, upper=9.0, nullable=False))

    def copy(of: list[tuple[str, str]]) -> Counter[object]:
        stream = io.StringIO()
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("id", "f"), *of])
        return Counter(tuple(row.values()) for row in copied(stream.getvalue(), *columns))

    one = content[index % len(content)]
    rest = [row for number, row in enumerate(content) if number != index % len(content)]
    assert copy(content) == copy(rest) + copy([one])


def test_a_built_copy_tells_the_state_of_its_source_and_nothing_of_its_rows() -> None:
    assert [field.name for field in msgspec.structs.fields(Built)] == ["path", "source"]


def test_numbers_beyond_64_bits_are_nobody_and_not_one_person() -> None:
    ids = ["9223372036854775808", "9223372036854775809", "-9223372036854775809", "9223372036854775807", "1"]
    text = "pid\n" + "".join(f"{number}\n" for number in ids)
    found = copied(text, Column(name="pid", type=INT, private_id=True), max_ids=5)
    assert sorted(row["pid"] for row in found) == [1, 2**63 - 1]  # type: ignore[type-var]


def test_a_folder_named_like_a_column_changes_no_value(tmp_path: Path) -> None:
    path = tmp_path / "pid=9" / "t.parquet"
    path.parent.mkdir()
    duckdb.execute(f"COPY (SELECT 1 AS pid UNION ALL SELECT 2) TO '{path}' (FORMAT parquet)")
    made = table(Column(name="pid", type=INT, private_id=True), source=Source(connector="parquet", uri="t.parquet"))
    target = tmp_path / "out" / "t.parquet"
    build(made, (path,), target)
    assert sorted(row["pid"] for row in rows(target)) == [1, 2]  # type: ignore[type-var]


def test_an_identifier_that_is_no_whole_number_is_nobody_and_not_its_neighbour() -> None:
    text = "pid\n" + "".join(f"{number}\n" for number in ["1", "1.4", "0.9", "2.0", "3e0", "1.5e0", "007", "x"])
    found = copied(text, Column(name="pid", type=INT, private_id=True), max_ids=5)
    assert sorted(row["pid"] for row in found) == [1, 2, 3, 7]  # type: ignore[type-var]


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize("allowed", [None, (2**53 + 1, 7)])
def test_whole_numbers_stay_whole_whatever_is_declared_of_them(nullable: bool, allowed: tuple[int, ...] | None) -> None:
    for kind, bounds in ((INT, {}), (INT, {"lower": 0, "upper": 2**62}), (FLOAT, {"lower": 0, "upper": 9})):
        column = Column(name="n", type=kind, nullable=nullable, allowed_values=allowed, **bounds)
        (row, *_) = copied(f'n\n{2**53 + 1}\n7\n""\n', column)
        assert type(row["n"]) is int
        if kind is INT:
            assert {row["n"] for row in copied(f"n\n{2**53 + 1}\n", column)} == {2**53 + 1}
