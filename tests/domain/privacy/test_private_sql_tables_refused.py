"""What is not a sum over bounded rows of persons is refused, with the piece, the reason, and what would be right."""

import pytest
from tables import QUERIES, TABLES, metadata

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source
from quarantine.domain.privacy import plan

METADATA = metadata()
EXACT = 1e6

REFUSED = [
    ("SELECT COUNT(*) FROM s.people p JOIN s.patients v ON p.user_id = v.patient", "patients", "differently"),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, age FROM s.people UNION ALL SELECT patient, age FROM s.patients) AS u",
        "patient",
        "differently",
    ),
    ("SELECT COUNT(*) FROM s.people, s.visits", "visits", "join"),
    ("SELECT COUNT(*) FROM s.people CROSS JOIN s.towns", "CROSS JOIN", "join"),
    ("SELECT COUNT(*) FROM s.people NATURAL JOIN s.visits", "NATURAL", "join"),
    ("SELECT COUNT(*) FROM s.people FULL JOIN s.visits ON people.user_id = visits.user_id", "FULL", "join"),
    ("SELECT COUNT(*) FROM s.towns RIGHT JOIN s.people ON town = id", "RIGHT", "join"),
    ("SELECT COUNT(*) FROM s.people JOIN s.visits USING (age)", "visits", "another"),
    ("SELECT COUNT(*) FROM s.people JOIN s.visits USING (sex)", "sex", "no such column"),
    ("SELECT COUNT(*) FROM s.people JOIN s.named USING (user_id)", "user_id", "int is compared with a string"),
    ("SELECT COUNT(v.user_id) FROM s.people LEFT JOIN s.visits v USING (user_id)", "v.user_id", "no such column"),
    ("SELECT SUM(age) FROM s.people JOIN s.visits USING (user_id)", "age", "several tables"),
    ("SELECT COUNT(*) FROM s.people p JOIN s.rows r USING (town)", "rows", "names the person"),
    ("SELECT COUNT(*) FROM s.people SEMI JOIN s.towns ON town = id", "SEMI", "join"),
    ("SELECT COUNT(*) FROM s.towns LEFT JOIN s.people ON town = id", "people", "nobody"),
    ("SELECT COUNT(*) FROM s.people p JOIN s.visits v ON p.age = v.age", "visits", "another"),
    (
        "SELECT COUNT(*) FROM s.people p JOIN s.named n ON p.user_id = n.user_id",
        "user_id",
        "int is compared with a string",
    ),
    ("SELECT COUNT(*) FROM s.people p JOIN s.rows r ON p.town = r.town", "rows", "names the person"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON age = size", "towns", "several rows of the lookup table"),
    ("SELECT COUNT(*) FROM s.people JOIN s.regions ON sex = name AND phone = name", "phone", "masked"),
    ("SELECT COUNT(*) FROM s.people JOIN s.regions ON secret = name", "secret", "selectable"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON user_id = id", "user_id", "protected persons"),
    ("SELECT COUNT(*) FROM s.people p JOIN s.visits v ON p.user_id = v.age", "user_id", "protected persons"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town < id", "town < id", "equal columns"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = id OR age = size", "OR", "equal columns"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town + 1 = id", "town + 1", "equal columns"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = 5", "town = 5", "equal columns"),
    ("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = age", "town = age", "one side"),
    ("SELECT COUNT(*) FROM s.people JOIN s.regions ON town = name", "town = name", "int is compared with a string"),
    ("SELECT COUNT(*) FROM s.people JOIN s.people ON people.user_id = people.user_id", "people", "one name"),
    ("SELECT SUM(age) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id", "age", "several tables"),
    ("SELECT SUM(x.age) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id", "x.age", "no such table"),
    (
        "SELECT v.user_id, COUNT(*) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id GROUP BY v.user_id",
        "v.user_id",
        "protected persons",
    ),
    ("SELECT p.* FROM s.people p JOIN s.visits v ON p.user_id = v.user_id", "p.*", "star"),
    ("SELECT COUNT(phone) FROM s.people JOIN s.towns ON town = id", "phone", "masked"),
    ("SELECT COUNT(*) FROM s.towns a JOIN s.towns b ON a.size = b.size", "towns", "several rows of the lookup table"),
    # After a join with several rows, what was unique is not.
    (
        "SELECT COUNT(*) FROM s.people p JOIN (SELECT a.id AS one, b.id AS two FROM s.towns a JOIN s.towns b "
        "ON a.size = b.id) t ON p.town = t.two",
        "JOIN",
        "several rows of the lookup table",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, age FROM s.people UNION SELECT user_id, age FROM s.visits)",
        "UNION",
        "UNION ALL",
    ),
    ("SELECT COUNT(*) FROM (SELECT user_id FROM s.people EXCEPT SELECT user_id FROM s.visits)", "EXCEPT", "combined"),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, age FROM s.people UNION ALL SELECT user_id FROM s.visits)",
        "UNION",
        "numbers",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, age FROM s.people UNION ALL SELECT age, user_id FROM s.visits)",
        "UNION",
        "one branch only",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, age FROM s.people UNION ALL SELECT user_id, place FROM s.visits)",
        "UNION",
        "int in one branch and a string",
    ),
    ("SELECT COUNT(*) FROM (SELECT town FROM s.people UNION ALL SELECT town FROM s.rows)", "UNION", "whose"),
    ("SELECT COUNT(*) FROM (SELECT town FROM s.people UNION ALL SELECT id FROM s.towns)", "UNION", "whose"),
    (
        "SELECT COUNT(*) FROM (SELECT user_id FROM s.people UNION ALL SELECT user_id FROM s.named)",
        "UNION",
        "int in one",
    ),
    (
        "SELECT COUNT(phone) FROM (SELECT user_id, phone FROM s.people UNION ALL SELECT user_id, place FROM s.visits)",
        "phone",
        "masked",
    ),
    (
        "SELECT COUNT(place) FROM (SELECT user_id, place FROM s.visits UNION ALL SELECT user_id, secret FROM s.people)",
        "place",
        "selectable",
    ),
    ("SELECT SUM(n) FROM (SELECT COUNT(*) AS n FROM s.visits GROUP BY place)", "GROUP BY place", "one person"),
    ("SELECT SUM(n) FROM (SELECT town, COUNT(*) AS n FROM s.rows GROUP BY town)", "GROUP BY town", "one person"),
    ("SELECT SUM(n) FROM (SELECT user_id, COUNT(*) FROM s.visits GROUP BY user_id) AS v", "COUNT(*)", "no name"),
    (
        "SELECT SUM(n) FROM (SELECT user_id, MEDIAN(age) AS n FROM s.visits GROUP BY user_id)",
        "MEDIAN(age)",
        "per person",
    ),
    (
        "SELECT SUM(n) FROM (SELECT user_id, SUM(age) / COUNT(*) AS n FROM s.visits GROUP BY user_id)",
        "SUM(age)",
        "neither",
    ),
    ("SELECT SUM(n) FROM (SELECT user_id, age AS n FROM s.visits GROUP BY user_id)", "age AS n", "neither"),
    ("SELECT COUNT(*) FROM (SELECT user_id FROM s.visits HAVING user_id > 1)", "HAVING", "condition of groups"),
    (
        "SELECT COUNT(*) FROM (SELECT place FROM s.visits GROUP BY place HAVING COUNT(*) > 1)",
        "HAVING",
        "one person",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id FROM s.visits GROUP BY user_id HAVING user_id > 1)",
        "user_id",
        "never shown, filtered",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, SUM(age) AS age FROM s.visits GROUP BY user_id HAVING age > 1)",
        "age",
        "neither grouped",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id FROM s.visits GROUP BY user_id HAVING MEDIAN(age) > 1)",
        "MEDIAN(age)",
        "per person",
    ),
    (
        "SELECT COUNT(*), SUM(h) FROM (SELECT user_id FROM s.visits GROUP BY user_id HAVING COUNT(*) > 1)",
        "h",
        "no such column",
    ),
    (
        "SELECT COUNT(*) FROM (SELECT user_id FROM s.people GROUP BY user_id HAVING MAX(phone) > 1)",
        "phone",
        "masked",
    ),
    ("SELECT SUM(t) FROM (SELECT SUM(town) AS t FROM s.people GROUP BY user_id)", "SUM(town)", "bound"),
    ("SELECT SUM(t) FROM (SELECT COUNT(phone) AS t FROM s.people GROUP BY user_id)", "phone", "masked"),
    (
        "SELECT COUNT(*) FROM (SELECT user_id, COUNT(*) AS n FROM s.visits GROUP BY user_id LIMIT 5)",
        "LIMIT",
        "every person",
    ),
    (
        "SELECT x, COUNT(*) FROM (SELECT user_id AS x, COUNT(*) AS n FROM s.visits GROUP BY user_id) GROUP BY x",
        "x",
        "protected persons",
    ),
    ("SELECT COUNT(*) FROM s.people WHERE town IN (SELECT id FROM s.towns)", "SELECT id", "not supported"),
]


@pytest.mark.parametrize(("sql", "piece", "reason"), REFUSED, ids=[row[0][:80] for row in REFUSED])
def test_what_could_mix_or_multiply_persons_is_refused(sql: str, piece: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(sql, METADATA, epsilon=1.0)
    assert piece.lower() in refused.value.message.lower()
    assert reason.lower() in refused.value.message.lower()


def test_a_table_is_public_only_by_the_owner_s_word() -> None:
    private = metadata(towns={"rows_are_public": False})
    with pytest.raises(Refused, match="names the person"):
        plan("SELECT COUNT(*) FROM s.people JOIN s.towns ON town = id", private, epsilon=1.0)
    columns = (Column(name="id", type=ColumnType.INT), *TABLES["towns"]["columns"][1:])
    with pytest.raises(Refused, match="several rows of the lookup table"):
        plan(
            "SELECT COUNT(*) FROM s.people JOIN s.towns ON town = id", metadata(towns={"columns": columns}), epsilon=1.0
        )


def test_tables_of_several_engines_do_not_meet() -> None:
    mixed = Metadata(
        name="d",
        tables=(*metadata().tables[:2], *metadata(Source(connector="spark", uri="x")).tables[2:]),
    )
    for sql in (
        QUERIES[0],
        "SELECT COUNT(*) FROM (SELECT user_id FROM s.people UNION ALL SELECT user_id FROM s.named)",
    ):
        with pytest.raises(Refused, match="engines"):
            plan(sql, mixed, epsilon=1.0)
