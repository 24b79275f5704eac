"""Named parameters are values of the tree: whatever they hold, they never become SQL."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import named_parameters, plan


@pytest.mark.parametrize(
    ("sql", "params", "written"),
    [
        ("age > :a", {"a": 30}, "age > 30"),
        ("age > :a", {"a": "30"}, "age > 30"),
        ("age > $a AND age < :b", {"a": 30, "b": "40"}, "age > 30 AND age < 40"),
        ("age + :a > 3 * :a", {"a": "-2.5"}, "age + -2.5 > 3 * -2.5"),
        ("income BETWEEN :a AND :b", {"a": "1e2", "b": 200.5}, "income BETWEEN 100 AND 200.5"),
        ("age IN (:a, :b)", {"a": "1", "b": "2"}, "age IN (1, 2)"),
        ("town = :t", {"t": "a"}, "town = 'a'"),
        ("town = :t", {"t": "123"}, "town = '123'"),
        ("town IN (:t, 'b')", {"t": "true"}, "town IN ('true', 'b')"),
        ("town LIKE :t", {"t": "5"}, "town LIKE '5'"),
        ("town = :t", {"t": "'123'"}, "town = '123'"),
        ("active = :x", {"x": "True"}, "active = TRUE"),
        ("active = :x", {"x": False}, "active = FALSE"),
        ("born >= :d", {"d": "2020-01-31"}, "born >= '2020-01-31'"),
        ("CASE WHEN age > :a THEN :b ELSE 0 END = 1", {"a": 3, "b": "1"}, "CASE WHEN age > 3 THEN 1 ELSE 0 END = 1"),
    ],
)
def test_a_parameter_is_bound_by_the_type_of_what_it_meets(
    metadata: Metadata, sql: str, params: dict[str, Any], written: str
) -> None:
    made = plan(f"SELECT COUNT(*) FROM census WHERE {sql}", metadata, epsilon=1.0, params=params)
    assert made.where == plan(f"SELECT COUNT(*) FROM census WHERE {written}", metadata, epsilon=1.0).where


def test_parameters_stand_everywhere_that_literals_do(metadata: Metadata) -> None:
    sql = "SELECT :a, sex, COUNT(*) * :a AS n FROM census GROUP BY sex HAVING n > :b ORDER BY n LIMIT :c"
    made = plan(sql, metadata, epsilon=1.0, params={"a": 2, "b": "3", "c": "1"})
    assert (made.limit, made.outputs[0].term.literal) == (1, 2)


@given(value=st.text(max_size=40))
def test_a_parameter_never_becomes_sql(metadata: Metadata, value: str) -> None:
    try:
        made = plan("SELECT COUNT(*) FROM census WHERE town = :t", metadata, epsilon=1.0, params={"t": value})
    except Refused:
        return
    quoted = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
    assert made.statement().endswith('("town" = \'' + quoted.replace("'", "''") + "')")


def test_the_kept_tree_is_not_bound(metadata: Metadata) -> None:
    sql = "SELECT COUNT(*) FROM census WHERE age > :a"
    first, second = (plan(sql, metadata, epsilon=1.0, params={"a": age}) for age in (30, 40))
    assert first.where != second.where


@pytest.mark.parametrize(
    ("sql", "params", "reason"),
    [
        ("age > :a", {}, "`.a`: the parameter :a is not bound"),
        ("age > :a", {"a": 1, "b": 2}, "no parameter :b"),
        ("age > :a", {"a": "old"}, "number is compared with a string"),
        ("age > :a", {"a": "'5'"}, "number is compared with a string"),
        ("active = :a", {"a": 1}, "boolean is compared with a number"),
        ("born > :a", {"a": "yesterday"}, "not a date"),
        ("age > :a", {"a": float("nan")}, "expected a number"),
        ("age > :a", {"a": float("inf")}, "expected a number"),
        ("age > :a", {"a": "1e999"}, "too large"),
        ("age > :a", {"a": None}, "expected text"),
        ("town = :a", {"a": "x\0"}, "expected text"),
        ("age > ?", {}, "parameters have names"),
        ("age > $1", {}, "parameters have names"),
    ],
)
def test_what_cannot_be_bound_is_refused(metadata: Metadata, sql: str, params: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        plan(f"SELECT COUNT(*) FROM census WHERE {sql}", metadata, epsilon=1.0, params=params)


@pytest.mark.parametrize("sql", ["SELECT COUNT(:c) FROM census", "SELECT COUNT(*) FROM census GROUP BY :c"])
def test_a_parameter_cannot_name_a_column(metadata: Metadata, sql: str) -> None:
    try:
        made = plan(sql, metadata, epsilon=1.0, params={"c": "secret"})
    except Refused:
        return
    assert "secret" not in made.statement()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, {}),
        ("", {}),
        ([], {}),
        ("p1=123", {"p1": "123"}),
        (" p1 = 123 , p2=a=b", {"p1": "123", "p2": "a=b"}),
        ("p1=Ulm, at the Danube,p2=x", {"p1": "Ulm, at the Danube", "p2": "x"}),
        (["p1=123", "p2=", "p3='5'"], {"p1": "123", "p2": "", "p3": "'5'"}),
    ],
)
def test_params_are_read_in_all_their_forms(options: Any, expected: dict[str, str]) -> None:
    assert named_parameters(options) == expected


@pytest.mark.parametrize("options", ["p1", "=5", "p 1=5", "1=5", "p1=1,p1=2", [1], [None], {"a": 1}, ["a=1", ["b=2"]]])
def test_other_params_are_refused_with_what_would_be_right(options: Any) -> None:
    with pytest.raises(Refused, match="params: "):
        named_parameters(options)
