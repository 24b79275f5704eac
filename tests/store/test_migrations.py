import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from databases import Kind
from quarantine.domain.errors import Conflict
from quarantine.domain.settings import Settings
from quarantine.store import rows
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import HEAD, SCRIPTS, migrate
from quarantine.store.schema import complete_for_postgresql
from quarantine.store.tables import METADATA, jobs, roles, run_outputs, runs, users


def test_the_head_that_the_code_expects_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def _described(connection: Connection) -> dict[str, list[str]]:
    """What the database says of every table: columns, keys, indexes, checks."""
    look = inspect(connection)
    return {
        name: sorted(
            re.sub(r"0x[0-9a-f]+", "", str(part))
            for kind in ("columns", "foreign_keys", "indexes", "unique_constraints", "check_constraints")
            for part in getattr(look, f"get_{kind}")(name)
        )
        for name in METADATA.tables
    }


def test_the_migrated_database_is_the_one_that_the_tables_describe(
    database: Database, kind: Kind, tmp_path: Path
) -> None:
    with kind.empty(tmp_path / "declared") as settings:
        declared = open_database(settings)
        complete_for_postgresql()
        with declared.transaction(write=True) as connection:
            METADATA.create_all(connection)
            wanted = _described(connection)
        declared.close()
    with database.transaction() as connection:
        assert _described(connection) == wanted


def test_the_built_in_roles_have_their_levels(database: Database) -> None:
    with database.transaction() as connection:
        found = {row.role_name: row.permission for row in connection.execute(select(roles))}
    assert found == {"admins": 4, "owners": 3, "users": 2, "auditors": 1}


def test_migrating_down_and_up_again_gives_the_same_schema(database: Database) -> None:
    def schema() -> list[object]:
        with database.transaction() as connection:
            if not database.sqlite:
                names = inspect(connection).get_table_names()
                return [_described(connection)] if set(names) > {"alembic_version"} else []
            # The text says more than a look at the parts: whether numbers are given out twice.
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"))
            return [tuple(row) for row in found if not row[0].startswith(("sqlite_", "alembic"))]

    before = schema()
    assert migrate(database, "base")
    assert schema() == []
    assert migrate(database)
    assert schema() == before


def test_what_runs_wrote_outlives_every_version_that_knows_its_kind(database: Database) -> None:
    key, now = "3fa85f64-5717-4562-b3fc-2c963f66afa6", {"created_at": 1, "updated_at": 1}
    output = {"run_uuid": key, "size": 1, "digest": "0" * 64, "content": b"x"}
    with database.transaction(write=True) as connection:
        user_id = rows.insert(connection, users, email="a@b", password_hash="", state="confirmed", **now)
        rows.insert(connection, jobs, job_uuid=key, job_type="commit.transform", user_id=user_id, **now)
        rows.insert(connection, runs, run_uuid=key, entry_point="preprocess", arguments={})
        for kind in ("file", "table"):
            rows.insert(connection, run_outputs, kind=kind, name=kind, **output)
    for target in ("0009", HEAD):
        migrate(database, target)
        with database.transaction() as connection:
            found = connection.execute(text("SELECT output_id, kind, content FROM run_outputs")).all()
            assert [(number, kind, bytes(content)) for number, kind, content in found] == [(1, "file", b"x")]
    with database.transaction(write=True) as connection:
        # Of those that are forgotten no number is given out again.
        assert rows.insert(connection, run_outputs, kind="table", name="t", **output) == 3


def test_a_migrated_database_has_nothing_to_do(database: Database) -> None:
    assert not migrate(database)


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.transaction(write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="9999"):
        migrate(database)


def test_processes_that_start_at_once_migrate_once(kind: Kind, tmp_path: Path) -> None:
    script = (
        "import sys; from quarantine.domain.settings import Settings;"
        "from quarantine.store.engine import open_database; from quarantine.store.migrate import migrate;"
        "print(migrate(open_database(Settings(database_url=sys.argv[1]))))"
    )
    with kind.empty(tmp_path / "home") as settings:
        command = [sys.executable, "-c", script, settings.url]
        started = [
            subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        said = sorted(process.communicate()[0].strip() for process in started)
    assert said == ["False", "False", "True"]


def test_a_state_folder_may_have_any_name(tmp_path: Path) -> None:
    opened = open_database(Settings(home=str(tmp_path / "100% mine # here")))
    assert migrate(opened)
    opened.close()
