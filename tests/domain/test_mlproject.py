"""The MLproject file: what is read of it, and that arguments stay arguments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.mlproject import EntryPoint, argument_vector, arguments, read_mlproject

PROJECT = b"""
name: census
conda_env: conda.yaml
entry_points:
  main:
    parameters:
      epochs: {type: int, default: 10}
      rate: {type: float, default: 0.5}
      title: {type: string, default: a title}
      table: {type: path, default: data/x.csv}
      where: uri
    command: "python run.py --epochs {epochs} '--title={title}' {table} {where} {rate}"
  train_use_dq0_makedp:
    command: "python -m dq0.makedp my_model.py"
"""


def main() -> EntryPoint:
    return read_mlproject(PROJECT)["main"]


def test_entry_points_come_with_types_and_defaults() -> None:
    found = read_mlproject(PROJECT)
    assert sorted(found) == ["main", "train_use_dq0_makedp"]
    assert [(each.name, each.type, each.default) for each in found["main"].parameters] == [
        ("epochs", "int", "10"),
        ("rate", "float", "0.5"),
        ("title", "string", "a title"),
        ("table", "path", "data/x.csv"),
        ("where", "uri", None),
    ]


def test_arguments_take_the_place_of_their_names() -> None:
    values = arguments(main(), {"epochs": 3, "where": "s3://x/y", "rate": "1e-3"})
    assert argument_vector(main(), values) == [
        *("python", "run.py", "--epochs", "3", "--title=a title", "data/x.csv", "s3://x/y", "1e-3")
    ]


@given(st.text(max_size=200).filter(lambda text: "\0" not in text))
def test_whatever_an_argument_holds_it_stays_in_its_word(text: str) -> None:
    vector = argument_vector(main(), arguments(main(), {"title": text, "where": "a:b"}))
    assert len(vector) == 8
    assert vector[4] == f"--title={text}"


def test_an_argument_that_looks_like_a_place_is_not_filled_in() -> None:
    values = arguments(main(), {"title": "{epochs}", "where": "a:b"})
    assert argument_vector(main(), values)[4] == "--title={epochs}"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({}, "where is missing"),
        ({"where": "a:b", "other": 1}, "declares no parameter 'other'"),
        ({"where": "a:b", "epochs": "1; rm -rf /"}, "epochs: expected an integer"),
        ({"where": "a:b", "epochs": True}, "epochs: expected an integer"),
        ({"where": "a:b", "epochs": 1.5}, "epochs: expected an integer"),
        ({"where": "a:b", "epochs": "9" * 5000}, "epochs: expected an integer"),
        ({"where": "a:b", "rate": "nan"}, "rate: expected a finite number"),
        ({"where": "a:b", "rate": "1e999"}, "rate: expected a finite number"),
        ({"where": "a:b", "table": "/etc/passwd"}, "table: expected a relative path"),
        ({"where": "a:b", "table": "a/../../b"}, "table: expected a relative path"),
        ({"where": "no scheme"}, "where: expected a URI"),
        ({"where": "a:b", "title": "x\0y"}, "title: expected text"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(args: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        arguments(main(), args)


@pytest.mark.parametrize(
    "command",
    ["python a.py; rm -rf /", "a | b", "a && b", "a > /tmp/x", "a `id`", "a $(id)", "echo $HOME", "a 'b", "", "a < b"],
)
def test_commands_that_need_a_shell_are_refused(command: str) -> None:
    with pytest.raises(Refused, match=r"main\.command"):
        read_mlproject(f"entry_points:\n  main:\n    command: {command!r}\n".encode())


def test_marks_in_quotes_are_ordinary_text() -> None:
    project = read_mlproject(b"""entry_points: {main: {command: "python -c 'print(1 | 2); $x'"}}""")
    assert project["main"].words == ("python", "-c", "print(1 | 2); $x")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"name: x",
        b"entry_points: []",
        b"entry_points: {main: python}",
        b"entry_points: {main: {command: 'a {b}'}}",
        b"entry_points: {main: {command: a, shell: true}}",
        b"entry_points: {main: {command: a, parameters: {x: {type: file}}}}",
        b"entry_points: {main: {command: a, parameters: {x: {type: int, default: y}}}}",
        b"entry_points: {main: {command: a, parameters: {'x y': int}}}",
        b"entry_points: {'../x.py': {command: a}}",
        b"entry_points: {main: {command: !!python/object/apply:os.system [id]}}",
        b"a: &a [x]\nb: *a",
        b"entry_points: {main: {command: a}}\nother: 1",
        b"\xff\xfe",
        b"#" * 70_000,
        b"[" * 60_000,
    ],
)
def test_anything_else_is_refused_with_the_place(content: bytes) -> None:
    with pytest.raises(Refused, match="MLproject"):
        read_mlproject(content)
