"""Tables that queries join, stack and add up per person: two of the same persons, two of others, two public ones."""

from typing import Any

from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table

INT, FLOAT, STRING, BOOLEAN = ColumnType.INT, ColumnType.FLOAT, ColumnType.STRING, ColumnType.BOOLEAN
Row = tuple[Any, ...]


def _person(kind: ColumnType = INT, name: str = "user_id") -> Column:
    return Column(name=name, type=kind, private_id=True, nullable=False)


PEOPLE = (
    _person(),
    Column(name="sex", type=STRING, allowed_values=("F", "M"), nullable=False),
    Column(name="age", type=INT, lower=18, upper=90),
    Column(name="town", type=INT),
    Column(name="secret", type=STRING, selectable=False),
    Column(name="phone", type=STRING, mask="***"),
)
VISITS = (
    _person(),
    Column(name="minutes", type=FLOAT, lower=-5, upper=60),
    Column(name="place", type=STRING),
    Column(name="age", type=INT, lower=0, upper=30),
)
TOWNS = (
    Column(name="id", type=INT, unique=True),
    Column(name="region", type=STRING, allowed_values=("north", "south")),
    Column(name="size", type=INT, lower=0, upper=1000),
    Column(name="note", type=STRING),
)
REGIONS = (Column(name="name", type=STRING, unique=True), Column(name="rich", type=BOOLEAN, nullable=False))
ROWS = (Column(name="town", type=INT), Column(name="n", type=INT, lower=0, upper=9))
NAMED = (_person(STRING), Column(name="minutes", type=FLOAT, lower=0, upper=600))
TABLES: dict[str, dict[str, Any]] = {
    "people": {"columns": PEOPLE, "max_ids": 2},
    "visits": {"columns": VISITS, "max_ids": 3},
    "towns": {"columns": TOWNS, "rows_are_public": True, "row_privacy": True},
    "regions": {"columns": REGIONS, "rows_are_public": True, "row_privacy": True},
    "rows": {"columns": ROWS, "row_privacy": True},
    "named": {"columns": NAMED, "max_ids": 4},
    "patients": {"columns": (_person(name="patient"), *VISITS[1:]), "max_ids": 3},
}
KINDS = {INT: "BIGINT", FLOAT: "BIGINT", STRING: "VARCHAR", BOOLEAN: "BOOLEAN"}


def metadata(source: Source | None = None, **changes: dict[str, Any]) -> Metadata:
    """The dataset of these tables, all in one place."""
    made = [
        Table(schema="s", name=name, source=source or Source(), **{**table, **changes.get(name, {})})
        for name, table in TABLES.items()
    ]
    return Metadata(name="d", tables=tuple(made))


# SQL that has the same answer over the tables as they are.
QUERIES = [
    "SELECT region, COUNT(*), SUM(size), COUNT(note) FROM s.people JOIN s.towns ON town = id GROUP BY region",
    "SELECT region, COUNT(*), SUM(p.age) FROM s.people p LEFT JOIN s.towns AS t ON p.town = t.id GROUP BY region",
    "SELECT region, COUNT(*), SUM(age) FROM s.towns JOIN s.people ON towns.id = people.town GROUP BY region",
    "SELECT rich, COUNT(*), COUNT(DISTINCT user_id) FROM s.people p LEFT JOIN s.towns t ON p.town = t.id "
    "JOIN s.regions r ON r.name = t.region WHERE size > 3 GROUP BY rich",
    "SELECT n, region, COUNT(*) FROM s.rows JOIN s.towns ON rows.town = towns.id GROUP BY n, region",
    "SELECT sex, COUNT(*), SUM(v.age + p.age), SUM(minutes), COUNT(DISTINCT p.user_id) FROM s.people p "
    "JOIN s.visits v ON p.user_id = v.user_id GROUP BY sex",
    "SELECT COUNT(*), COUNT(minutes), SUM(p.age), COUNT(DISTINCT v.place) FROM s.people AS p "
    "LEFT JOIN s.visits AS v ON v.user_id = p.user_id AND p.age = v.age",
    "SELECT COUNT(*) FROM s.people a JOIN s.people b ON a.user_id = b.user_id WHERE a.age < b.age",
    "SELECT region, SUM(minutes), COUNT(*) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id "
    "LEFT JOIN s.towns t ON p.town = t.id GROUP BY region",
    "SELECT origin, COUNT(*), SUM(x) FROM (SELECT user_id, 'p' AS origin, age AS x FROM s.people WHERE sex = 'F' "
    "UNION ALL SELECT user_id, 'v', age FROM s.visits UNION ALL SELECT user_id, 'w', age + 1 FROM s.visits) AS u "
    "GROUP BY origin",
    "SELECT sex, COUNT(*), SUM(minutes), COUNT(DISTINCT user_id), COUNT(DISTINCT v.user_id) FROM s.people p "
    "JOIN s.visits v USING (user_id) GROUP BY sex",
    "SELECT COUNT(*), COUNT(minutes), SUM(age) FROM s.people LEFT JOIN s.visits USING (user_id, age)",
    "SELECT region, COUNT(*), SUM(age) FROM s.people p JOIN (SELECT id AS town, region FROM s.towns) t USING (town) "
    "WHERE town > 0 AND t.town < 9 GROUP BY region",
    "SELECT sex, SUM(minutes) FROM (SELECT * FROM (SELECT user_id, sex FROM s.people) a JOIN (SELECT user_id, minutes "
    "FROM s.visits) b USING (user_id)) AS j GROUP BY sex",
    "WITH u AS (SELECT minutes, user_id FROM s.visits UNION ALL SELECT minutes * 3 / 8, user_id FROM s.visits) "
    "SELECT COUNT(*), SUM(minutes), COUNT(DISTINCT user_id) FROM u WHERE minutes > -1",
    "SELECT n, COUNT(*), SUM(total), SUM(high - low) FROM (SELECT user_id, COUNT(*) AS n, SUM(minutes) AS total, "
    "MAX(age) AS high, MIN(age) AS low FROM s.visits WHERE age < 25 GROUP BY user_id) GROUP BY n",
    "SELECT COUNT(*), SUM(t), COUNT(DISTINCT user_id) FROM (SELECT user_id, place, SUM(minutes) AS t FROM s.visits "
    "GROUP BY user_id, place) AS v WHERE place <> 'b'",
    "SELECT f, SUM(d), COUNT(*) FROM (SELECT COUNT(*) FILTER (WHERE age > 5) AS f, COUNT(DISTINCT place) AS d "
    "FROM s.visits GROUP BY user_id) GROUP BY f",
    "WITH v AS (SELECT user_id AS who, SUM(minutes) AS total FROM s.visits GROUP BY 1) "
    "SELECT sex, COUNT(*), SUM(total) FROM s.people JOIN v ON v.who = people.user_id GROUP BY sex",
    "WITH j AS (SELECT p.age AS a, t.region AS r FROM s.people p JOIN s.towns t ON p.town = t.id WHERE t.size > 2) "
    "SELECT r, SUM(a), COUNT(*) FROM j WHERE a > 20 GROUP BY r",
    "SELECT region, COUNT(*), SUM(n) FROM (SELECT p.user_id, region, COUNT(*) AS n FROM s.people p JOIN s.towns t "
    "ON p.town = t.id GROUP BY p.user_id, region) GROUP BY region",
    "SELECT size, COUNT(*) FROM s.people JOIN (SELECT id, size FROM s.towns WHERE region = 'north') t ON town = t.id "
    "GROUP BY size",
    "SELECT ROUND(mean / 10) AS tens, COUNT(*), SUM(mean), SUM(low) FROM (SELECT user_id, AVG(age) AS mean, "
    "AVG(minutes) AS low FROM s.visits GROUP BY user_id) GROUP BY ROUND(mean / 10)",
    "SELECT COUNT(*), SUM(t), COUNT(DISTINCT user_id) FROM (SELECT user_id, SUM(minutes) AS t FROM s.visits "
    "GROUP BY user_id HAVING COUNT(*) > 1 AND AVG(minutes) < 40) AS v",
    "SELECT place, COUNT(*), SUM(high) FROM (SELECT user_id AS who, place, MAX(age) AS high FROM s.visits "
    "WHERE age > 1 GROUP BY 1, place HAVING high > 7 AND (place <> 'b' OR MIN(age) < 20)) GROUP BY place",
    "SELECT sex, COUNT(*), SUM(mean) FROM s.people p JOIN (SELECT user_id, AVG(CASE WHEN age > 3 THEN minutes END) AS "
    "mean FROM s.visits GROUP BY user_id HAVING COUNT(DISTINCT place) >= 2 OR AVG(age) IS NULL) v USING (user_id) "
    "GROUP BY sex",
    "WITH u AS (SELECT user_id, age AS x FROM s.people UNION ALL SELECT user_id, age FROM s.visits), "
    "m AS (SELECT user_id, AVG(x) AS mean FROM u GROUP BY user_id HAVING COUNT(x) > 0) "
    "SELECT COUNT(*), SUM(mean) FROM m",
]
