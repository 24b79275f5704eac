from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from quarantine.store import audit, rows
from quarantine.store.engine import Database


def test_an_audit_row_says_who_did_what(database: Database) -> None:
    with database.transaction(write=True) as connection:
        assert audit.record(connection, actor="a@b.org", action="DataGet", object="u", request_id="r") == 1
        assert audit.record(connection, actor="a@b.org", action="DataDelete", outcome="Forbidden", description="d") == 2
    with database.transaction() as connection:
        first, second = listed(connection, newest=False)
    assert (first.actor, first.action, first.object, first.outcome, first.request_id) == (
        "a@b.org", "DataGet", "u", "ok", "r",
    )  # fmt: skip
    assert (second.outcome, second.description) == ("Forbidden", "d")
    assert first.timestamp > 0


@pytest.mark.parametrize(
    "forged", ["x\nadmin logged in", "x\r\n", "\x1b[2K", "\u2028", "\u202e", "\x00", "\ud800", "\x85"]
)
def test_a_text_cannot_begin_a_line_of_its_own(database: Database, forged: str) -> None:
    with database.transaction(write=True) as connection:
        audit.record(connection, actor=forged, action=forged, object=forged, request_id=forged, description=forged)
        (row,) = listed(connection)
        assert audit.verify(connection) is None
    for shown in (row.actor, row.action, row.object, row.request_id, row.description):
        assert shown.isprintable()
        assert "\\u" in shown


@given(st.text(alphabet=st.characters(codec=None), max_size=50) | st.text(min_size=990, max_size=1100))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_stays_on_its_line_and_in_its_length(database: Database, said: str) -> None:
    shown = audit.plain(said)
    assert len(shown) <= audit.LONGEST
    assert shown.splitlines() in ([], [shown])
    with database.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b", description=said)
        assert audit.verify(connection) is None


def test_a_log_that_was_touched_names_its_first_broken_row(database: Database) -> None:
    with database.transaction(write=True) as connection:
        for _ in range(4):
            audit.record(connection, actor="a", action="b")
        connection.execute(text("UPDATE audits SET actor = 'c' WHERE audit_id = 2"))
        assert audit.verify(connection) == 2
        connection.execute(text("DELETE FROM audits WHERE audit_id = 1"))
        assert audit.verify(connection) == 1


def test_the_log_is_listed_page_by_page(database: Database) -> None:
    with database.transaction(write=True) as connection:
        for number in range(5):
            audit.record(connection, actor=str(number), action="b")
        got = audit.entries(connection, audit.Wanted(), newest=True, page=2, page_size=2)
        assert [row.actor for row in got.items] == ["2", "1"]
        assert got.total == 5
        assert [row.actor for row in listed(connection, actor="3")] == ["3"]
        assert listed(connection, actor="3", action="c") == []
        assert len(listed(connection, action="b", since=1, until=2**40)) == 5
        assert listed(connection, since=2**40) == listed(connection, until=1) == []


def listed(connection: Connection, *, newest: bool = True, **wanted: Any) -> list[rows.AnyRow]:
    return audit.entries(connection, audit.Wanted(**wanted), newest=newest, page=1, page_size=100).items
