"""Joins, UNION ALL and sums per person: they mean what SQL means, and one person changes no more than the plan says."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import KINDS, QUERIES, TABLES, Row, metadata

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy import Plan, Policy, compile, plan, release, sources, stacks, views
from quarantine.domain.privacy.model import relation_name
from quarantine.store import datasets

METADATA = metadata()
EXACT = 1e6
Rows = dict[str, list[Row]]


class Tables:
    """The bounded copies of the tables, and the tables as they are (floats in their own unit)."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA s; CREATE SCHEMA plain")
        for table in METADATA.tables:
            kinds = ", ".join(f'"{column.name}" {KINDS[column.type]}' for column in table.columns)
            self.connection.execute(f"CREATE TABLE s.{table.name} ({kinds})")
            shown = ", ".join(
                f'"{c.name}" / {c.scale} AS "{c.name}"' if c.type is ColumnType.FLOAT else f'"{c.name}"'
                for c in table.columns
            )
            self.connection.execute(f"CREATE VIEW plain.{table.name} AS SELECT {shown} FROM s.{table.name}")

    def fill(self, rows: Rows) -> None:
        for name in TABLES:
            self.connection.execute(f"DELETE FROM s.{name}")
            found = rows.get(name, [])
            marks = ", ".join(["?"] * len(TABLES[name]["columns"]))
            if found:
                self.connection.executemany(f"INSERT INTO s.{name} VALUES ({marks})", found)

    def exact(self, made: Plan) -> list[Any]:
        for number, copied in enumerate(made.copies):
            view = f"CREATE OR REPLACE TEMP VIEW {relation_name(number)} AS SELECT * FROM s.{copied.table}"
            self.connection.execute(view)
        return self.connection.execute(made.statement("duckdb")).fetchall()

    def measured(self, made: Plan) -> dict[Row, list[int]]:
        width = len(made.keys)
        return {tuple(row[:width]): [int(number) for number in row[width:]] for row in self.exact(made)}


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    made = Tables()
    yield made
    made.connection.close()


TOWNS: list[Row] = [(1, "north", 5, "a"), (2, "south", 900, None), (3, None, 3, "c"), (None, "north", 7, "d")]
REGIONS: list[Row] = [("north", True), ("south", False), (None, True)]
PUBLIC: Rows = {"towns": TOWNS, "regions": REGIONS}
CONTENT: Rows = PUBLIC | {
    "people": [
        (user, "FM"[user % 2], None if user % 7 == 0 else 18 + (user * 13 + turn) % 70, user % 5, "x", "y")
        for user in range(60)
        for turn in range(1 + user % 2)
    ],
    "visits": [
        (
            user,
            (user * 7 + turn) % 65 * 1_000_000 - 5_000_000,
            "abc"[turn],
            None if user % 6 == 0 else (user + turn) % 31,
        )
        for user in range(10, 70)
        for turn in range(user % 4)
    ],
    "rows": [(n % 5, n % 10) for n in range(40)],
}


@pytest.mark.parametrize("sql", QUERIES)
def test_several_tables_give_the_answer_of_sql(tables: Tables, sql: str) -> None:
    tables.fill(CONTENT)
    made = plan(sql, METADATA, epsilon=EXACT, delta=1e-5)
    found = [
        row for row in release(made, tables.exact(made)).rows if any(isinstance(v, int | float) and v for v in row)
    ]
    wanted = tables.connection.execute(re.sub(r"\bs\.", "plain.", sql)).fetchall()
    keys = len(made.keys)
    close = {row[:keys]: [pytest.approx(float(n or 0), abs=0.01) for n in row[keys:]] for row in map(tuple, wanted)}
    for row in found:
        if any(abs(float(value or 0)) > 0.01 for value in row[keys:]):
            assert [float(value or 0) for value in row[keys:]] == close.pop(row[:keys])
    least = made.threshold or 0
    counts = [row for row in wanted if row[:keys] in close and max(row[keys:]) > least]
    assert not counts


WILD = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-10, 100)
PERSON = st.tuples(st.sampled_from("FM"), WILD, st.none() | st.integers(0, 4))
VISIT = st.tuples(WILD, st.sampled_from(["a", "b", None]), WILD)


def theirs(user: int, people: Sequence[Row], visits: Sequence[Row]) -> Rows:
    return {"people": [(user, *row, "x", "y") for row in people], "visits": [(user, *row) for row in visits]}


def together(*parts: Rows) -> Rows:
    return PUBLIC | {name: [row for part in parts for row in part[name]] for name in ("people", "visits")}


@settings(deadline=None, max_examples=150)
@given(
    sql=st.sampled_from([sql for sql in QUERIES if "s.rows" not in sql]),
    others=st.lists(st.tuples(st.lists(PERSON, max_size=2), st.lists(VISIT, max_size=3)), max_size=3),
    person=st.tuples(st.lists(PERSON, max_size=2), st.lists(VISIT, max_size=3)),
)
def test_one_person_in_all_tables_changes_each_measurement_by_its_sensitivity_at_most(
    tables: Tables, sql: str, others: list[Any], person: Any
) -> None:
    made = plan(sql, METADATA, epsilon=1.0)
    rest = [theirs(user, *rows) for user, rows in enumerate(others)]
    changed(tables, made, together(*rest), together(*rest, theirs(99, *person)))


def changed(tables: Tables, made: Plan, one: Rows, other: Rows) -> None:
    tables.fill(one)
    without = tables.measured(made)
    tables.fill(other)
    within = tables.measured(made)
    zeros = [0] * len(made.measurements)
    for at, measurement in enumerate(made.measurements):
        groups = without.keys() | within.keys()
        distance = sum(abs(without.get(key, zeros)[at] - within.get(key, zeros)[at]) for key in groups)
        assert distance <= measurement.sensitivity


@pytest.mark.parametrize(
    ("sql", "sensitivities"),
    [
        ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = id", [2]),
        ("SELECT COUNT(*) FROM s.people LEFT JOIN s.towns ON town = id", [2]),
        ("SELECT COUNT(*), SUM(minutes) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id", [6, 360_000_000]),
        ("SELECT COUNT(*) FROM s.people a JOIN s.people b ON a.user_id = b.user_id", [4]),
        ("SELECT COUNT(*) FROM (SELECT user_id FROM s.people UNION ALL SELECT user_id FROM s.visits)", [5]),
        ("SELECT SUM(t) FROM (SELECT SUM(minutes) AS t FROM s.visits GROUP BY user_id)", [180_000_000]),
        ("SELECT COUNT(*) FROM (SELECT user_id, place FROM s.visits GROUP BY user_id, place)", [3]),
        ("SELECT SUM(m) FROM (SELECT AVG(minutes) AS m FROM s.visits GROUP BY user_id)", [600_000_000]),
        ("SELECT COUNT(*) FROM (SELECT user_id FROM s.visits GROUP BY user_id HAVING AVG(age) < 4)", [1]),
    ],
)
def test_the_sensitivity_is_that_of_the_worst_person_and_is_reached(
    tables: Tables, sql: str, sensitivities: list[int]
) -> None:
    made = plan(sql, METADATA, epsilon=1.0)
    assert [m.sensitivity for m in made.measurements] == sensitivities
    worst = theirs(1, [("F", 30, 1)] * 2, [(10**12, place, 3) for place in "abc"])
    tables.fill(together(worst))
    assert list(tables.measured(made).values()) == [sensitivities]


VISITS_PER_PERSON = "(SELECT user_id, SUM(age) AS t, COUNT(*) AS n FROM s.visits GROUP BY user_id)"
CHOSEN = "(SELECT user_id, AVG(minutes) AS mean FROM s.visits GROUP BY user_id HAVING AVG(age) > 3)"
JOINED = "s.people p JOIN s.visits v ON p.user_id = v.user_id"
STACKED = "(SELECT user_id, age AS x FROM s.people UNION ALL SELECT user_id, town FROM s.people)"


@pytest.mark.parametrize(
    ("sql", "policy", "reason"),
    [
        (f"SELECT SUM(v.minutes) FROM {JOINED}", Policy(hidden=("minutes",)), "hidden"),
        (f"SELECT COUNT(*) FROM {JOINED} WHERE v.age > 3", Policy(private=("age",)), "aggregated only"),
        (f"SELECT COUNT(*) FROM {JOINED} AND p.age = v.age", Policy(private=("age",)), "aggregated only"),
        (f"SELECT COUNT(*) FROM {JOINED}", Policy(hidden=("user_id",)), "hidden"),
        ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = id", Policy(hidden=("id",)), "hidden"),
        (f"SELECT t, COUNT(*) FROM {VISITS_PER_PERSON} GROUP BY t", Policy(private=("age",)), "aggregated only"),
        (f"SELECT COUNT(*) FROM {VISITS_PER_PERSON} WHERE t > 3", Policy(private=("age",)), "aggregated only"),
        (f"SELECT SUM(t) FROM {VISITS_PER_PERSON}", Policy(hidden=("age",)), "hidden"),
        ("SELECT COUNT(*) FROM (SELECT user_id FROM s.visits GROUP BY user_id, age)", Policy(private=("age",)), "only"),
        (f"SELECT COUNT(*) FROM {STACKED} WHERE x > 3", Policy(private=("town",)), "aggregated only"),
        (f"SELECT SUM(x) FROM {STACKED}", Policy(hidden=("town",)), "hidden"),
        (f"SELECT COUNT(*) FROM {CHOSEN}", Policy(private=("age",)), "aggregated only"),
        (f"SELECT COUNT(*) FROM {CHOSEN}", Policy(hidden=("age",)), "hidden"),
        (f"SELECT SUM(mean) FROM {CHOSEN}", Policy(hidden=("minutes",)), "hidden"),
        ("WITH c AS (SELECT age FROM s.visits) SELECT COUNT(*) FROM s.people", Policy(hidden=("age",)), "hidden"),
    ],
)
def test_the_policy_holds_for_every_table_of_a_query(sql: str, policy: Policy, reason: str) -> None:
    plan(sql, METADATA, epsilon=1.0) if "x)" not in sql else None
    with pytest.raises(Refused, match=reason):
        plan(sql, METADATA, epsilon=1.0, policy=policy)


def test_what_may_only_be_aggregated_is_still_aggregated_per_person() -> None:
    assert plan(f"SELECT SUM(t) FROM {VISITS_PER_PERSON}", METADATA, epsilon=1.0, policy=Policy(private=("age",)))


def test_thresholds_follow_a_column_into_joins_unions_and_sums() -> None:
    policy = Policy(thresholds={"place": 700})
    for sql in (
        f"SELECT place, COUNT(*) FROM {JOINED} GROUP BY place",
        "SELECT y, COUNT(*) FROM (SELECT user_id, place AS y FROM s.visits GROUP BY 1, 2) GROUP BY y",
        "SELECT y, COUNT(*) FROM (SELECT user_id, secret AS y FROM s.people UNION ALL SELECT user_id, place "
        "FROM s.visits) GROUP BY y",
    ):
        made = plan(sql, METADATA, epsilon=1.0, policy=Policy(thresholds=policy.thresholds, public=("secret",)))
        assert made.threshold == 700
    asked = plan(
        f"SELECT place, COUNT(*) FROM {JOINED} GROUP BY place",
        METADATA,
        epsilon=1.0,
        policy=Policy(thresholds={"place": 700}, requested={"place": 900}),
    )
    assert asked.threshold == 900
    taus = metadata(visits={"tau": 800.0})
    assert plan(f"SELECT p.town, COUNT(*) FROM {JOINED} GROUP BY p.town", taus, epsilon=1.0).threshold == 800


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("sql", QUERIES)
def test_the_statement_can_be_read_in_every_dialect(sql: str, dialect: str) -> None:
    made = plan(sql, METADATA, epsilon=1.0)
    names = [("bounded schema", copied.table) for copied in made.copies]
    tree = sqlglot.parse_one(made.statement(dialect, *names), dialect=dialect)
    assert len(tree.selects) == len(made.keys) + len(made.measurements)
    assert sorted(table.name for table in tree.find_all(sqlglot.exp.Table)) == sorted(name for _, name in names)


MUTANTS: dict[str, tuple[Any, str, Callable[[Any], Any], str]] = {
    "a join multiplies nothing": (sources, "limited", lambda original: lambda node, rows: 3, QUERIES[5]),
    "a union adds nothing": (stacks, "limited", lambda original: lambda node, rows: 3, QUERIES[9]),
    "any column is unique": (
        sources,
        "_rows_per_unit",
        lambda original: lambda left, *rest, **more: left.table.contribution_bound,
        "SELECT COUNT(*) FROM s.people p JOIN s.towns t ON p.age = t.size",
    ),
    "one row per person": (
        views,
        "_sum",
        lambda original: lambda one, most: original(one, 1),
        "SELECT SUM(t) FROM (SELECT SUM(age) AS t FROM s.visits GROUP BY user_id)",
    ),
}
WORST = [
    theirs(99, [("F", 5, 1)] * 2, [(10**12, place, 5) for place in "abc"]),
    theirs(99, [("M", 90, 2), ("F", 18, 1)], [(-(10**12), "a", 30)] * 3),
]


def audit(tables: Tables, sql: str) -> None:
    made = plan(sql, METADATA, epsilon=1.0)
    crowd = theirs(1, [("F", 40, 1)], [(1_000_000, "a", 3)])
    several = {"towns": [(n, "north", 5, "a") for n in range(1, 5)]}
    for person in WORST:
        changed(tables, made, together(crowd) | several, together(crowd, person) | several)
    for measured in made.measurements:
        per_row = max(measured.upper - measured.centre, measured.centre - measured.lower, 1)
        assert measured.sensitivity >= per_row * made.contribution_bound or measured.kind == "persons"
    clamped = [m for m in made.measurements if m.kind == "sum" and "SUM(age)" in sql]
    assert all(m.upper == 90 for m in clamped), "a sum per person is cut off below what a person may have"


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_bounds_is_caught(tables: Tables, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, attribute, mutate, sql = MUTANTS[name]
    compile._planned.cache_clear()
    if name != "any column is unique":
        audit(tables, sql)
    compile._planned.cache_clear()
    original = getattr(where, attribute)
    monkeypatch.setattr(where, attribute, mutate(original))
    if attribute == "_sum":
        monkeypatch.setitem(views._AGGREGATES, "sum", mutate(original))
    with pytest.raises(AssertionError):
        audit(tables, sql)
    compile._planned.cache_clear()


def test_who_may_change_a_description_does_not_make_rows_public() -> None:
    bare = tuple(Column(name=column.name, type=column.type) for column in TABLES["towns"]["columns"])
    for changes in ({"rows_are_public": False}, {"columns": bare}):
        assert datasets.protection(metadata(towns=changes)) != datasets.protection(METADATA)
