"""Until the suite runs on PostgreSQL too: every table and every prepared statement is at least valid in its dialect."""

import pytest
from sqlalchemy import ClauseElement
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from quarantine.store import accounts, chain, jobs, ledger, permissions, rows, sessions, tables, throttle
from quarantine.store.context import Actor

ADMIN, USER = Actor(1, "a@b", 4, 1), Actor(2, "c@d", 2, 2)
STATEMENTS = {
    "head": chain._HEAD,
    "sums": ledger._SUMS,
    "next": jobs._CLAIMED,
    "recover": jobs._RECOVER,
    "actor": sessions._ACTOR,
    "count": throttle._COUNT,
    "people": accounts.people(),
    "batch": chain._batch(tables.audits),
    "select": rows._select(tables.jobs, (("job_uuid", False), ("data_id", True))),
    "update": rows._update(tables.jobs, (("job_uuid", False),)),
} | {
    f"{listing.__name__} of {actor.email}": listing(actor)
    for listing in (permissions.datasets, permissions.started_jobs, permissions.asked_queries)
    for actor in (ADMIN, USER)
}


def _compiled(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_prepared_statement_compiles_for_postgresql(name: str) -> None:
    assert _compiled(STATEMENTS[name])


def test_the_statements_that_need_a_lock_take_one_on_postgresql() -> None:
    assert "FOR UPDATE" in _compiled(STATEMENTS["head"])
    assert "FOR UPDATE SKIP LOCKED" in _compiled(STATEMENTS["next"])


@pytest.mark.parametrize("name", sorted(tables.METADATA.tables))
def test_a_table_and_its_indexes_compile_for_postgresql(name: str) -> None:
    table = tables.METADATA.tables[name]
    assert _compiled(CreateTable(table))
    for index in table.indexes:
        assert _compiled(CreateIndex(index))


def test_a_name_is_unique_among_undeleted_datasets_on_postgresql_too() -> None:
    tables.complete_for_postgresql()
    index = next(index for index in tables.data.indexes if index.unique)
    assert "WHERE deleted_at IS NULL" in _compiled(CreateIndex(index))
