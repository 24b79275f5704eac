"""Which runs wait to be mirrored, on either database: those of which more is released than was brought over."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from quarantine.store import jobs, mirrors, rows, runs
from quarantine.store.context import Actor
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow
from quarantine.store.run_tables import run_mirrors
from quarantine.store.run_tables import runs as runs_table

Person = Callable[..., Actor]


@pytest.fixture
def run(database: Database, person: Person) -> str:
    """A run that has ended and holds a log and a file."""
    user_id = person("user@dq0.io").user_id
    with database.transaction(write=True) as connection:
        key = jobs.create(connection, job_type="commit.run", user_id=user_id)
        rows.insert(connection, runs_table, run_uuid=key, entry_point="main", arguments={"epochs": "1"})
        runs.hold(connection, key, [runs.Written("log", "log", b"said"), runs.Written("file", "a.txt", b"made")])
    return key


def release(database: Database, run_uuid: str, kind: str) -> None:
    with database.transaction(write=True) as connection:
        wanted = [row.output_id for row in runs.outputs(connection, run_uuid) if row.kind == kind]
        runs.release(connection, run_uuid, wanted, user_id=None)


def claim(database: Database) -> AnyRow | None:
    with database.transaction(write=True) as connection:
        return mirrors.claim(connection)


def end(database: Database, how: Callable[..., None], claimed: AnyRow) -> int:
    """When it is looked at again."""
    with database.transaction(write=True) as connection:
        how(connection, claimed)
        row = rows.get(connection, run_mirrors, run_uuid=claimed.run_uuid)
        assert row is not None
        return int(row.next_at)


def later(database: Database) -> None:
    """All pauses are over."""
    with database.transaction(write=True) as connection:
        connection.execute(run_mirrors.update().values(next_at=1))


def test_a_run_is_claimed_once_for_what_is_released_and_again_for_what_is_released_later(
    database: Database, run: str
) -> None:
    assert claim(database) is None
    release(database, run, "log")
    claimed = claim(database)
    assert claimed is not None
    assert (claimed.run_uuid, claimed.released) == (run, 1)
    assert claim(database) is None
    assert end(database, mirrors.done, claimed) == 0
    assert claim(database) is None
    release(database, run, "file")
    again = claim(database)
    assert again is not None
    assert again.released == 2
    with database.transaction() as connection:
        shown = mirrors.shown(connection, run)
    assert shown is not None
    assert (shown.params, shown.paths, shown.job.job_logs) == ({"epochs": "1"}, ["a.txt"], "said")


def test_what_could_not_be_brought_over_is_tried_again_after_longer_and_longer_pauses(
    database: Database, run: str
) -> None:
    release(database, run, "log")
    pauses = []
    for _ in range(12):
        claimed = claim(database)
        assert claimed is not None
        with database.transaction() as connection:
            before = rows.get(connection, run_mirrors, run_uuid=run)
        assert before is not None
        pauses.append(end(database, mirrors.failed, claimed) - (before.next_at - mirrors.LEASE_SECONDS))
        assert claim(database) is None
        later(database)
    assert pauses[0] in (10, 11)
    assert all(one <= other + 1 for one, other in pairwise(pauses))
    assert pauses[-1] in (3600, 3601)


def test_a_worker_that_died_leaves_a_run_that_another_takes(database: Database, run: str) -> None:
    release(database, run, "log")
    assert claim(database) is not None
    later(database)
    assert claim(database) is not None
