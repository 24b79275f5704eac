"""Tables and fields: aligned whatever is in them, within the terminal, and nothing in them acts on it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dq0.cli.binding import converted
from dq0.cli.failures import Failure
from dq0.cli.tables import cell, fields, listed, table
from dq0.cli.texts import cut, shown, shown_json, width
from generated.console import Option

UUID = "6af92043-33db-4c27-8b38-e8733f4713c2"
texts = st.text(max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3), max_leaves=6)


@given(texts)
def test_a_shown_text_prints_and_loses_no_character(text: str) -> None:
    assert all(c.isprintable() or c in " \u00a0\u3000" or c.isspace() for c in shown(text))
    assert not set(shown(text)) & set("\n\r\t\x1b\x07\x9b\u202e\u2028")
    assert not text.isalnum() or not text.isascii() or shown(text) == text


@given(values)
def test_shown_json_is_the_same_value(value: object) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        assert json.loads(shown_json(text)) == value
        assert not set(shown_json(text)) & set("\x7f\x9b\u202e\u2028\U000e0001")


@given(texts, st.integers(1, 40))
def test_a_text_is_cut_to_its_room(text: str, room: int) -> None:
    known = shown(text)
    assert width(cut(known, room)) <= room
    assert width(known) > room or cut(known, room) == known


@given(st.lists(st.lists(texts.map(shown), min_size=3, max_size=3), max_size=5), st.integers(30, 120))
def test_columns_stand_under_each_other_and_lines_fit(rows: list[list[str]], room: int) -> None:
    lines = table(rows, ["A", "B", "C"], room)
    assert len(lines) == len(rows) + 1
    assert all(width(line) <= room for line in lines)
    wide = table(rows, ["A", "B", "C"], 0)
    for row, line in zip(rows, wide[1:], strict=True):
        assert all(text.strip() in line for text in row)


def test_uuids_stay_whole_while_there_is_anything_else_to_cut() -> None:
    lines = table([[UUID, "a name that is far too long for this terminal"]], ["UUID", "NAME"], 60)
    assert UUID in lines[1]
    assert lines[1].endswith("…")
    assert len(lines[1]) == 60


def test_numbers_stand_to_the_right() -> None:
    assert table([["1", "a"], ["12", "b"]], ["N", "X"], 0) == [" N  X", " 1  a", "12  b"]
    assert table([["a", "± 0.5"], ["b", "± 12"]], ["X", "95%"], 0)[1] == "a  ± 0.5"


def test_columns_are_those_of_the_contract_without_the_contexts_own_name() -> None:
    items = [{"data_id": 1, "data_name": "census", "other": 2}]
    assert listed(items, ("data_id", "data_name", "data_state"), "data")[0].split() == ["ID", "NAME"]
    assert listed([], ("data_id",), "data") == ["nothing"]


@given(st.dictionaries(texts, values, max_size=5))
def test_any_item_has_a_form(item: dict[str, object]) -> None:
    for line in fields(item):
        assert not set(line) & set("\n\r\t\x1b\x9b\u202e\u2028")


@given(st.sampled_from(["created_at", "timestamp", "run_start_time"]), st.integers(-(2**70), 2**70))
def test_any_number_may_stand_where_a_time_should(name: str, number: int) -> None:
    assert cell(name, number)
    assert cell("created_at", 0) == "1970-01-01 00:00:00"
    assert cell("run_start_time", 1795530566310) == cell("created_at", 1795530566)


@given(texts, st.sampled_from(["string", "integer", "number", "boolean", "object", "any"]), st.booleans())
def test_any_text_is_a_value_of_the_type_or_refused(text: str, kind: str, many: bool) -> None:
    types = {"string": str, "integer": int, "number": float, "boolean": bool, "object": dict, "any": object}
    option = Option("x", "x", "body", kind, many=many)
    try:
        value = converted(option, text)
    except Failure as failure:
        assert failure.status == 2
        return
    one = value[0] if many and kind != "object" else value
    assert isinstance(one, types[kind])
    json.dumps(value, allow_nan=False)


def test_objects_are_pairs_or_json() -> None:
    option = Option("args", "args", "body", "object")
    assert converted(option, ["a=1", "b=0.5", "c=x", "d=true", "e=", "f=a=b", "g=null"]) == {
        "a": 1,
        "b": 0.5,
        "c": "x",
        "d": True,
        "e": "",
        "f": "a=b",
        "g": "null",
    }
    assert converted(option, ['{"a": {"b": [1]}}']) == {"a": {"b": [1]}}


def test_a_level_may_be_named_or_numbered() -> None:
    option = Option("permission", "permission", "body", "integer", choices=(0, 1, 2), names=("none", "see", "use"))
    assert [converted(option, text) for text in ("use", "2", "none")] == [2, 2, 0]
