import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quarantine.domain.errors import Invalid
from quarantine.store import rows
from quarantine.store.engine import Database
from quarantine.store.tables import login_attempts as table
from quarantine.store.tables import sessions, users


class Attempt(msgspec.Struct, kw_only=True):
    attempts: int
    key_hash: str | msgspec.UnsetType = msgspec.UNSET
    revoked_at: int | msgspec.UnsetType = msgspec.UNSET


def test_a_row_can_be_put_in_found_changed_and_removed(database: Database) -> None:
    with database.transaction(write=True) as connection:
        assert rows.insert(connection, table, key_hash="a", attempts=1, window_start=5) == "a"
        assert rows.update(connection, table, {"key_hash": "a", "attempts": 1}, attempts=2, window_start=6) == 1
        assert rows.update(connection, table, {"key_hash": "a", "attempts": 1}, attempts=3) == 0
        row = rows.get(connection, table, key_hash="a")
        assert row is not None
        assert row._asdict() == {"key_hash": "a", "attempts": 2, "window_start": 6}
        assert rows.delete(connection, table, key_hash="a") == 1
        assert rows.get(connection, table, key_hash="a") is None


def test_numbers_of_people_are_never_given_out_twice(database: Database) -> None:
    values = {"password_hash": "", "state": "waiting", "created_at": 1, "updated_at": 1}
    with database.transaction(write=True) as connection:
        first = rows.insert(connection, users, email="a@b", **values)
        rows.delete(connection, users, user_id=first)
        assert rows.insert(connection, users, email="a@b", **values) > first


def test_none_finds_null_and_null_leaves_a_field_unset(database: Database) -> None:
    with database.transaction(write=True) as connection:
        user_id = rows.insert(
            connection, users, email="a@b", password_hash="", state="waiting", created_at=1, updated_at=1
        )
        values = {"token_hash": "t", "user_id": user_id, "created_at": 1, "expires_at": 2}
        rows.insert(connection, sessions, **values)
        row = rows.get(connection, sessions, token_hash="t", revoked_at=None)
        assert row is not None
        assert rows.get(connection, sessions, token_hash=None) is None
    read = rows.into(row, Attempt, attempts=7)
    assert (read.attempts, read.key_hash, read.revoked_at) == (7, msgspec.UNSET, msgspec.UNSET)


def test_an_order_outside_the_list_is_refused(database: Database) -> None:
    with database.transaction() as connection:
        for wanted in ("window_start; DROP TABLE users", "key_hash", "--attempts"):
            with pytest.raises(Invalid, match="order_by: expected one of attempts"):
                rows.page(connection, select(table), key=table.c.key_hash, orders=[table.c.attempts], order_by=wanted)


@given(
    counts=st.lists(st.integers(0, 3), max_size=30),
    page_size=st.integers(1, 7),
    order_by=st.sampled_from([None, "attempts", "-attempts"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_put_together_are_the_whole_list_in_order(
    database: Database, counts: list[int], page_size: int, order_by: str | None
) -> None:
    with database.transaction(write=True) as connection:
        rows.delete(connection, table)
        for number, count in enumerate(counts):
            rows.insert(connection, table, key_hash=f"{number:03}", attempts=count, window_start=0)
        found = []
        for page in range(1, len(counts) + 2):
            got = rows.page(
                connection,
                select(table),
                key=table.c.key_hash,
                orders=[table.c.attempts],
                order_by=order_by,
                page=page,
                page_size=page_size,
            )
            assert (got.total, got.page, got.page_size) == (len(counts), page, page_size)
            assert len(got.items) <= page_size
            found += [(row.attempts, row.key_hash) for row in got.items]
    sign = {None: 0, "attempts": 1, "-attempts": -1}[order_by]
    everything = [(count, f"{number:03}") for number, count in enumerate(counts)]
    # Ties go the way of the order, so that one index serves both.
    assert found == sorted(everything, key=lambda pair: (sign * pair[0], pair[1]) if sign >= 0 else pair)[:: sign or 1]
