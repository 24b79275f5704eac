"""Private SQL over several datasets: like one dataset of their tables, where their owners let persons be the same."""

from typing import Any

import msgspec
import pytest
from tables import QUERIES, metadata

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Plan, Policy, plan

WHOLE = metadata()
JOINED = "SELECT region, COUNT(*) FROM s.people JOIN s.towns ON town = id GROUP BY region"
BOTH = "SELECT COUNT(*) FROM s.people p JOIN s.visits v ON p.user_id = v.user_id"
STACKED = "SELECT COUNT(*) FROM (SELECT user_id FROM s.people UNION ALL SELECT user_id FROM s.visits)"


def part(name: str, *tables: str, whole: Metadata = WHOLE, **changes: Any) -> Metadata:
    """A dataset of some of the tables."""
    kept = tuple(msgspec.structs.replace(t, **changes) for t in whole.tables if t.name in tables)
    return Metadata(name=name, tables=kept)


def asked(sql: str, *datasets: Metadata, policies: tuple[Policy, ...] = (), **more: Any) -> Plan:
    first, *beside = zip(datasets, policies or (Policy(),) * len(datasets), strict=True)
    return plan(sql, first[0], epsilon=1.0, policy=first[1], beside=beside, **more)


PEOPLE = part("people", "people", persons="citizens")
VISITS = part("visits", "visits", persons="citizens")
PLACES = part("places", "towns", "regions")
ROWS = part("rows", "rows")


@pytest.mark.parametrize("sql", [sql for sql in QUERIES if "s.rows" not in sql])
def test_a_query_over_several_datasets_is_planned_like_one_over_one_dataset_of_their_tables(sql: str) -> None:
    one, several = asked(sql, WHOLE), asked(sql, PEOPLE, VISITS, PLACES)
    assert several.statement() == one.statement()
    assert several.measurements == one.measurements
    assert several.mechanisms == one.mechanisms
    assert several.contribution_bound == one.contribution_bound


def test_every_dataset_pays_whose_private_tables_are_read() -> None:
    assert asked(JOINED, PEOPLE, PLACES).paying == (0,)
    assert asked(JOINED, PLACES, PEOPLE).paying == (1,)
    assert asked(BOTH, PLACES, PEOPLE, VISITS).paying == (1, 2)
    assert asked(STACKED, VISITS, PEOPLE).paying == (0, 1)
    assert asked("SELECT COUNT(*) FROM s.towns", PEOPLE, PLACES).paying == (1,), "a lookup table alone"
    assert asked(JOINED, PEOPLE, VISITS, PLACES).datasets == (0, 2)


@pytest.mark.parametrize("sql", [BOTH, STACKED])
@pytest.mark.parametrize(
    ("one", "other"),
    [("", ""), ("citizens", ""), ("citizens", "patients"), ("citizens", "Citizens")],
)
def test_persons_are_the_same_only_where_both_owners_say_so_in_one_word(sql: str, one: str, other: str) -> None:
    with pytest.raises(Refused, match=r"same persons.*`persons`"):
        asked(sql, part("a", "people", persons=one), part("b", "visits", persons=other))


def test_rows_that_are_about_nobody_in_particular_do_not_meet_persons_of_another_dataset() -> None:
    sql = "SELECT COUNT(*) FROM (SELECT user_id FROM s.people) p JOIN s.rows r ON r.town = p.user_id"
    with pytest.raises(Refused):
        asked(sql, PEOPLE, ROWS)


def test_words_that_differ_keep_persons_of_one_dataset_apart() -> None:
    tables = (*PEOPLE.tables, msgspec.structs.replace(VISITS.tables[0], persons="patients"))
    with pytest.raises(Refused, match="name the same person differently"):
        asked(BOTH, Metadata(name="d", tables=tables))


def test_names_that_several_datasets_have_are_refused_with_what_would_be_right() -> None:
    again = part("again", "people")
    for name in ("people", "s.people"):
        with pytest.raises(Refused, match=r"several datasets.*folk\.s\.people or again\.s\.people"):
            asked(f"SELECT COUNT(*) FROM {name}", part("folk", "people"), again)
    for name in ("again.people", "again.s.people", "AGAIN.People"):
        assert asked(f"SELECT COUNT(*) FROM {name}", PEOPLE, again).paying == (1,)
    assert asked("SELECT COUNT(*) FROM again.people WHERE again.people.age > 3", PEOPLE, again).paying == (1,)
    with pytest.raises(Refused, match="no such table"):
        asked("SELECT COUNT(*) FROM other.people", PEOPLE, again)
    with pytest.raises(Refused, match="two tables have one name"):
        asked("SELECT COUNT(*) FROM people.people JOIN again.people ON user_id = user_id", PEOPLE, again)


def test_every_dataset_s_own_policy_applies_and_no_other() -> None:
    free = Policy()
    sql = "SELECT note, COUNT(*) FROM s.people JOIN s.towns ON town = id GROUP BY note"
    asked(sql, PEOPLE, PLACES, policies=(Policy(hidden=("note",)), free))
    with pytest.raises(Refused, match="hidden"):
        asked(sql, PEOPLE, PLACES, policies=(free, Policy(hidden=("note",))))
    with pytest.raises(Refused, match="aggregated only"):
        asked(sql, PEOPLE, PLACES, policies=(free, Policy(private=("note",))))
    made = asked(sql, PEOPLE, PLACES, policies=(free, Policy(thresholds={"note": 1_000})))
    assert made.threshold == 1_000
    requested = Policy(requested={"note": 2_000})
    made = asked(sql, PEOPLE, PLACES, policies=(requested, msgspec.structs.replace(requested, thresholds={"note": 9})))
    assert made.threshold == 2_000


def test_datasets_of_several_engines_do_not_meet() -> None:
    source = msgspec.structs.replace(PLACES.tables[0].source, connector="spark", uri="x")
    with pytest.raises(Refused, match="engines"):
        asked(JOINED, PEOPLE, part("places", "towns", source=source))


def test_the_same_names_in_other_datasets_are_another_question() -> None:
    again = part("again", "people")
    one, other = (asked(f"SELECT COUNT(*) FROM {name}.people", PEOPLE, again) for name in ("people", "again"))
    assert repr(one) != repr(other)
