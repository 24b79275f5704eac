"""Tables as a server writes them: every value comes back, and as pandas and Arrow have it."""

import math
import subprocess
import sys
from datetime import datetime
from typing import Any

import msgspec
import pandas
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dq0.client import Table, UnexpectedAnswer
from quarantine.domain.privacy.answer import Answer

NOTES = '{"epsilon":1.0,"delta":1e-7,"confidence":0.95,"intervals":{"n":[3.0,3.5]}}'
TEXT = "sex,n,mean\r\nF,10,47.5\r\nM,12,\r\n"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
# What looks like another kind comes back as that kind: CSV does not tell them apart.
words = st.builds(lambda text: "w" + text, texts)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))
numbers = st.floats(allow_nan=False)
kinds = st.sampled_from([st.integers(-(2**70), 2**70), numbers, st.booleans(), words, moments])


@st.composite
def answers(draw: Any) -> Answer:
    """A table of columns of one kind each, with gaps."""
    columns = draw(st.lists(texts.filter(bool), min_size=1, max_size=4, unique=True))
    count = draw(st.integers(0, 5))
    values = [[draw(st.none() | kind) for _ in range(count)] for kind in [draw(kinds) for _ in columns]]
    rows = tuple(zip(*values, strict=True))
    return Answer(tuple(columns), rows, tuple((None,) * len(columns) for _ in rows), "")


def same(one: Any, other: Any) -> bool:
    """Whether a value came back: as the same kind, but for whole numbers among others."""
    return one == other and (type(one) is type(other) or isinstance(one, float))


@given(answers())
def test_what_the_server_writes_is_read_as_what_it_was(answer: Answer) -> None:
    table = Table.read(answer.csv())
    assert table.columns == answer.columns
    assert len(table) == len(answer.rows)
    for found, wanted in zip(table.rows, answer.rows, strict=True):
        assert all(same(w, f) for f, w in zip(found, wanted, strict=True)), (found, wanted)


@pytest.mark.parametrize("text", ["007", "1_0", "+1", "0x1", " 1", "1.", ".5", "12e", "True", "1-2", "2024-13-01", "١"])
def test_what_only_looks_like_a_number_stays_text(text: str) -> None:
    assert Table.read(f"a\r\n{text}\r\n")["a"] == [text]


def test_quoted_digits_are_text_and_an_empty_text_is_not_null() -> None:
    table = Table.read('a,b\r\n"12",""\r\n"13",\r\n')
    assert table.records() == [{"a": "12", "b": ""}, {"a": "13", "b": None}]


@given(st.text(max_size=40))
def test_any_text_is_a_table_or_said_to_be_none(text: str) -> None:
    try:
        table = Table.read(text)
    except UnexpectedAnswer:
        return
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_error_bars_belong_to_the_rows() -> None:
    table = Table.read(TEXT, NOTES, "the price")
    assert (table.epsilon, table.delta, table.message) == (1.0, 1e-7, "the price")
    assert dict(table.errors) == {"n": [3.0, 3.5]}
    assert [name for name, _ in table.named()] == ["sex", "n", "n_error", "mean"]
    assert "10 ± 3" in str(table)
    assert "12 ± 3.5" in str(table)
    fewer = Table.read("sex,n\r\nF,10\r\n", NOTES)
    assert dict(fewer.errors) == {}
    with pytest.raises(KeyError, match="the columns are sex, n, mean"):
        table["age"]


def test_a_name_that_is_taken_gives_way() -> None:
    table = Table.read("n,n_error\r\n1,2\r\n3,4\r\n", NOTES)
    assert [name for name, _ in table.named()] == ["n", "n_error_", "n_error"]


@given(answers())
def test_pandas_and_arrow_have_the_same_values(answer: Answer) -> None:
    table = Table.read(answer.csv())
    frame, arrow = table.to_pandas(), table.to_arrow()
    assert isinstance(frame, pandas.DataFrame)
    assert isinstance(arrow, pyarrow.Table)
    assert list(frame.columns) == arrow.column_names == list(table.columns)
    assert len(frame) == arrow.num_rows == len(table)
    for at, name in enumerate(table.columns):
        for value, found, other in zip(table[name], frame.iloc[:, at], arrow.column(at).to_pylist(), strict=True):
            if value is None:
                assert other is None
                assert pandas.isna(found)
            else:
                assert other == pytest.approx(value) if isinstance(value, int | float) else other == value
                assert found == pytest.approx(value) if isinstance(value, int | float) else found == value


def test_columns_keep_their_kinds_where_there_are_gaps() -> None:
    frame = Table.read("a,b,c,d,e\r\n1,true,x,2024-02-29 00:00:00,1.5\r\n,,,,\r\n").to_pandas()
    assert [str(kind) for kind in frame.dtypes[:2]] == ["Int64", "boolean"]
    assert frame["d"].dtype.kind == "M"
    assert math.isnan(frame["e"][1])
    assert list(Table.read(TEXT, NOTES).to_pandas().columns) == ["sex", "n", "n_error", "mean"]
    assert list(Table.read(TEXT, NOTES).to_arrow(errors=False).column_names) == ["sex", "n", "mean"]


def test_a_notebook_shows_a_table_and_no_markup_of_it() -> None:
    table = Table.read("<b>\r\n<script>\r\n")
    assert table._repr_html_() == "<table><tr><th>&lt;b&gt;</th></tr><tr><td>&lt;script&gt;</td></tr></table>"


def test_notes_that_cannot_be_read_are_none() -> None:
    for text in ("{", "[]", '{"intervals": {"n": "x"}}'):
        assert dict(Table.read(TEXT, text).errors) == {}
    assert msgspec.json.decode(NOTES)["intervals"] == {"n": [3.0, 3.5]}


@pytest.mark.parametrize(("method", "module"), [("to_pandas", "pandas"), ("to_arrow", "pyarrow")])
def test_what_is_not_installed_is_named(method: str, module: str) -> None:
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from dq0.client import Table\n"
        f"try: Table.read('a\\r\\n1\\r\\n').{method}()\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{method}() needs {module}, which is not installed; install it: pip install {module}"
