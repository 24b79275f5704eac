"""Pages far inside lists of counted tables: found by counts, which are always those of what is there."""

import threading
from collections.abc import Callable
from typing import Any

import counted
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, insert

from quarantine.store import counts, rows
from quarantine.store.engine import Database
from quarantine.store.tables import groups, row_counts, users

PERSON = {"password_hash": "", "state": "waiting"}
instants = st.one_of(st.integers(0, 3), st.integers(250, 260), st.integers(0, 2**26))


def emptied(connection: Connection, table: Table) -> None:
    connection.execute(table.delete())
    counts.count_anew(connection, table)


@given(changed=st.lists(instants, max_size=40), gone=st.sets(st.integers(0, 39)), page_size=st.integers(1, 9))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_counted_table_gives_the_same_pages_without_counting_or_skipping(
    database: Database, monkeypatch: pytest.MonkeyPatch, changed: list[int], gone: set[int], page_size: int
) -> None:
    monkeypatch.setattr(counts, "BLOCK", 4)
    with database.transaction(write=True) as connection:
        emptied(connection, groups)
        there = []
        for n, at in enumerate(changed):
            name = f"{n * 7 % 40:02}"
            number = rows.insert(connection, groups, group_name=name, created_at=5, updated_at=at)
            there.append({"created_at": number, "updated_at": (at, number), "group_name": name})
        for n in {n for n in gone if n < len(changed)}:
            assert rows.delete(connection, groups, group_id=there[n]["created_at"]) == 1
        kept = [row for n, row in enumerate(there) if n not in gone]
        for order in ("created_at", "updated_at", "group_name"):
            wanted = [row["created_at"] for row in sorted(kept, key=lambda row: row[order])]
            assert listed(connection, order, page_size, len(kept)) == wanted
            assert listed(connection, f"-{order}", page_size, len(kept)) == wanted[::-1]


def listed(connection: Connection, order: str, page_size: int, total: int) -> list[int]:
    """The numbers of all pages, and of one more, in turn."""
    found = []
    for page in range(1, total // page_size + 2):
        got = rows.listing(connection, groups, order_by=order, page=page, page_size=page_size)
        assert got.total == total
        found += [row.group_id for row in got.items]
    return found


STEPS: dict[str, Callable[[int], dict[str, Any]]] = {
    "change": lambda at: {"updated_at": at},
    "mark": lambda at: {"deleted_at": 1, "updated_at": at},
    "unmark": lambda at: {"deleted_at": None},
    "rename": lambda at: {"name": f"{at}"},
}


@given(steps=st.lists(st.tuples(st.sampled_from(["come", "go", *STEPS]), st.integers(0, 9), instants)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_rows_the_counts_are_those_of_what_is_there(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    with database.transaction(write=True) as connection:
        emptied(connection, users)
        numbers = [0]
        for n, (step, which, at) in enumerate(steps):
            key = {"user_id": numbers[which % len(numbers)]}
            if step == "come":
                values = {**PERSON, "email": f"{n}@example.org", "created_at": at, "updated_at": at}
                numbers.append(rows.insert(connection, users, **values))
            elif step == "go":
                rows.delete(connection, users, **key)
            else:
                rows.update(connection, users, key, **STEPS[step](at))
        counted.check(connection)


def test_people_changed_at_the_same_time_are_counted_once_each(database: Database) -> None:
    """Each writer changes everybody, in an order of his own."""
    with database.transaction(write=True) as connection:
        values = ({**PERSON, "email": f"{n}@example.org", "created_at": 1, "updated_at": 1} for n in range(6))
        numbers = [rows.insert(connection, users, **each) for each in values]

    def change(writer: int) -> None:
        for turn in range(5):
            for number in numbers[writer:] + numbers[:writer]:
                with database.transaction(write=True) as connection:
                    rows.update(connection, users, {"user_id": number}, updated_at=writer * 1000 + turn)

    writers = [threading.Thread(target=change, args=(writer,)) for writer in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    with database.transaction() as connection:
        counted.check(connection)


def test_what_was_put_in_by_other_ways_is_counted_anew(database: Database) -> None:
    with database.transaction(write=True) as connection:
        people: list[dict[str, Any]] = [
            {**PERSON, "email": f"{n}@example.org", "created_at": n, "updated_at": n * 999, "deleted_at": n % 3 or None}
            for n in range(30)
        ]
        connection.execute(insert(users), people)
        rows.delete(connection, row_counts, table_name="users")
        counts.count_anew(connection, users)
        counted.check(connection)
        assert counts.count(connection, users) == 10
