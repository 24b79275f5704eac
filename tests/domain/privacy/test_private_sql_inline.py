"""Subqueries and common table expressions mean what they mean written out, and hide nothing from the rules."""

import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Policy, plan

SAME = [
    ("SELECT COUNT(*) FROM (SELECT * FROM census)", "SELECT COUNT(*) FROM census"),
    ("SELECT COUNT(*) FROM (SELECT age FROM census WHERE age > 3)", "SELECT COUNT(*) FROM census WHERE (age > 3)"),
    (
        "SELECT SUM(x) FROM (SELECT age * 2 AS x, sex FROM census WHERE age > 3 OR active) s "
        "WHERE s.sex = 'F' OR x < 5",
        "SELECT SUM((age * 2)) FROM census WHERE (age > 3 OR active) AND (sex = 'F' OR (age * 2) < 5)",
    ),
    (
        "WITH a AS (SELECT age + 1 AS x, town FROM census), b AS (SELECT x * 2 AS y, town AS t FROM a WHERE x > 3) "
        "SELECT t, COUNT(*), AVG(y) FROM b AS c WHERE c.y < 100 GROUP BY t ORDER BY t",
        "SELECT town AS t, COUNT(*), AVG(((age + 1) * 2)) FROM census "
        "WHERE ((age + 1) > 3) AND (((age + 1) * 2) < 100) GROUP BY town ORDER BY town",
    ),
    (
        "SELECT FLOOR(x / 10) AS d, COUNT(*) AS n FROM (SELECT age AS x FROM census) "
        "GROUP BY d HAVING n > 5 ORDER BY n",
        "SELECT FLOOR(age / 10) AS d, COUNT(*) AS n FROM census GROUP BY d HAVING n > 5 ORDER BY n",
    ),
    (
        "SELECT COUNT(DISTINCT who) FROM (SELECT user_id AS who FROM census)",
        "SELECT COUNT(DISTINCT user_id) FROM census",
    ),
    # A name of the subquery covers the table's column of that name.
    (
        "SELECT town, COUNT(*) FROM (SELECT sex AS town FROM census) GROUP BY town",
        "SELECT sex AS town, COUNT(*) FROM census GROUP BY sex",
    ),
    (
        "SELECT sex AS town, COUNT(*) FROM (SELECT sex FROM census) GROUP BY town ORDER BY town",
        "SELECT sex AS town, COUNT(*) FROM census GROUP BY sex ORDER BY town",
    ),
    (
        "WITH census AS (SELECT * FROM census WHERE active) SELECT COUNT(*) FROM census",
        "SELECT COUNT(*) FROM census WHERE active",
    ),
]


@pytest.mark.parametrize(("nested", "flat"), SAME)
def test_a_subquery_means_what_it_means_written_out(metadata: Metadata, nested: str, flat: str) -> None:
    made, wanted = (plan(sql, metadata, epsilon=1.0) for sql in (nested, flat))
    assert made.statement() == wanted.statement().replace("WHERE (active)", "WHERE active")
    assert (made.keys, made.having, made.order, made.cost) == (wanted.keys, wanted.having, wanted.order, wanted.cost)
    assert [m.sensitivity for m in made.measurements] == [m.sensitivity for m in wanted.measurements]


def test_columns_of_the_answer_keep_the_names_of_the_outer_query(metadata: Metadata) -> None:
    sql = "SELECT t, COUNT(x), SUM(x) AS s FROM (SELECT town AS t, age AS x FROM census) GROUP BY t"
    assert [output.label for output in plan(sql, metadata, epsilon=1.0).outputs] == ["t", "COUNT(x)", "s"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) FROM (SELECT age, town FROM census)",
        "SELECT COUNT(x) FROM (SELECT town AS x FROM census)",
        "SELECT COUNT(*) FROM (SELECT age FROM census WHERE town = 'a')",
        "SELECT COUNT(*) FROM (SELECT town FROM (SELECT * FROM census))",
        "SELECT COUNT(TOWN) FROM (SELECT * FROM census)",
        "WITH c AS (SELECT LOWER(town) AS age FROM census) SELECT COUNT(*) FROM c",
        "WITH c AS (SELECT town FROM census) SELECT COUNT(*) FROM census",
    ],
)
def test_a_subquery_cannot_name_a_hidden_column(metadata: Metadata, sql: str) -> None:
    with pytest.raises(Refused, match="the data owner has hidden this column"):
        plan(sql, metadata, epsilon=1.0, policy=Policy(hidden=("town",)))


def test_a_subquery_cannot_filter_or_show_a_private_column_under_another_name(metadata: Metadata) -> None:
    policy = Policy(private=("age",))
    inner = "(SELECT age AS x FROM census)"
    assert plan(f"SELECT AVG(x) FROM {inner}", metadata, epsilon=1.0, policy=policy)
    for sql in (
        f"SELECT x, COUNT(*) FROM {inner} GROUP BY x",
        f"SELECT COUNT(*) FROM {inner} WHERE x > 3",
        "SELECT COUNT(*) FROM (SELECT sex FROM census WHERE age > 3)",
        f"SELECT SUM(CASE WHEN x > 3 THEN 1 END) FROM {inner}",
        f"SELECT COUNT(*) FILTER (WHERE x > 3) FROM {inner}",
    ):
        with pytest.raises(Refused, match="aggregated only"):
            plan(sql, metadata, epsilon=1.0, policy=policy)


def test_names_that_grow_without_end_are_refused(metadata: Metadata) -> None:
    levels = [f"c{i + 1} AS (SELECT x + x AS x FROM c{i})" for i in range(40)]
    sql = f"WITH c0 AS (SELECT age AS x FROM census), {', '.join(levels)} SELECT SUM(x) FROM c40"
    with pytest.raises(Refused, match="too long"):
        plan(sql, metadata, epsilon=1.0)


def test_the_kept_tree_is_not_changed(metadata: Metadata) -> None:
    sql = SAME[3][0]
    assert plan(sql, metadata, epsilon=1.0) == plan(sql, metadata, epsilon=1.0)
