"""A profile is nothing but private queries: their price, their columns, their names."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import Policy, profiling
from quarantine.domain.profile import ColumnProfile, Profile, TableProfile


def table(name: str, *columns: Column, **more: Any) -> Table:
    person = Column(name="pid", type=ColumnType.INT, private_id=True, lower=0, upper=9)
    return Table(schema="s", name=name, columns=(person, *columns), source=Source(), max_ids=3, **more)


def number(name: str, **more: Any) -> Column:
    return Column(**{"name": name, "type": ColumnType.INT, "lower": 0, "upper": 100, **more})


TWO = Metadata(
    name="two",
    tables=(
        table("one", number("age"), number("free", lower=None), Column(name="city", type=ColumnType.STRING)),
        table("other", number("income", type=ColumnType.FLOAT)),
        table("lookup", number("price"), rows_are_public=True),
    ),
)


@settings(deadline=None)
@given(epsilon=st.floats(1e-3, 1e3), delta=st.sampled_from([0.0, 1e-7, 1e-5]))
def test_all_tables_together_cost_what_was_asked_for_at_most(epsilon: float, delta: float) -> None:
    made = profiling.plans(TWO, Policy(), epsilon=epsilon, delta=delta)
    assert list(made) == ["s.one", "s.other"]
    assert sum(plan.cost.epsilon for plan in made.values()) <= profiling.price(made, epsilon).epsilon == epsilon
    assert profiling.price(made, epsilon).delta <= delta


def test_numbers_with_bounds_are_asked_for_and_nothing_else() -> None:
    one, other, _ = TWO.tables
    assert profiling.columns(one, Policy()) == ["age"]
    assert profiling.columns(one, Policy(hidden=("AGE",))) == []
    assert profiling.columns(other, Policy(private=("income",))) == ["income"]
    assert profiling.statement(one, Policy()) == 'SELECT COUNT(*), AVG("age"), STDDEV("age") FROM "s"."one"'


def test_a_dataset_of_public_rows_has_nothing_to_buy() -> None:
    with pytest.raises(Refused, match="nothing to buy"):
        profiling.plans(Metadata(name="public", tables=TWO.tables[2:]), Policy(), epsilon=1.0)


@given(name=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(str.isprintable))
def test_a_column_of_any_name_is_a_name_in_the_query(name: str) -> None:
    if name.casefold() == "pid":
        return
    found = profiling.statement(table("t", number(name)), Policy())
    assert re.sub(r'"(?:[^"]|"")*"', "NAME", found) == "SELECT COUNT(*), AVG(NAME), STDDEV(NAME) FROM NAME.NAME"


def test_of_several_tables_a_column_is_named_with_its_table() -> None:
    found = {
        name: TableProfile(rows=-1.0, rows_error=None, columns={"a": ColumnProfile(mean=2.0)}) for name in ("t", "u")
    }
    profile = Profile(epsilon=1.0, delta=0.0, tables=found)
    assert profile.values("mean") == {"t.a": 2.0, "u.a": 2.0}
    assert profile.values("std") == {}
    assert profile.rows == 0
    assert profile.without(["A"]).values("mean") == {}
