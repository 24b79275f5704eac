"""A backup is whole, private and portable; a restore is all or nothing and never gives budget back."""

import stat
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import counted
import pytest
from sqlalchemy import func, select, text

from databases import KINDS, Kind
from quarantine.domain.errors import BudgetExceeded, Conflict, Invalid, Refused
from quarantine.store import accounts, audit, backup, chain, data, jobs, ledger, rows, runs, sessions, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database, open_database
from quarantine.store.jobs import Artifact
from quarantine.store.restore import brought_up, chains, restore

Price = namedtuple("Price", "epsilon delta")
Person = Callable[..., Actor]
COPIED = [table for table in backup.kept_tables() if table.name not in {"audits", "chain_heads"}]


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh database of either kind, beside `database`."""
    kind: Kind = request.getfixturevalue(f"{request.param}_kind")
    (tmp_path / "other").mkdir()
    with kind.migrated(tmp_path / "other") as settings:
        opened = open_database(settings)
        yield opened
        opened.close()


class House:
    """A database in which things happen."""

    def __init__(self, database: Database, person: Person, file: Path) -> None:
        self.database, self.file = database, file
        self.owner, self.asker = person("owner@dq0.io", "owners").user_id, person("asker@dq0.io", "users").user_id
        self.lineage, self.data_id = self.register("census", self.owner)
        with database.transaction(write=True) as connection:
            self.token = sessions.open_session(connection, self.asker, days=1)
            sessions.keep_local(connection, "a secret token")
            audit.record(connection, actor="owner@dq0.io", action="DataAdd")

    def register(self, name: str, user_id: int) -> tuple[str, int]:
        with self.database.transaction(write=True) as connection:
            lineage = data.lineage_of(connection, [data.Origin(f"/data/{name}", name)])
            row = data.register(connection, user_id=user_id, name=name, meta="m: 1", lineage=lineage, state="ready")
            ledger.grant(connection, lineage, 10.0, 1e-3, user_id=user_id)
            return lineage, row.data_id

    def ask(self, epsilon: float = 1.0) -> str:
        with self.database.transaction(durable=True) as connection:
            key = jobs.create_query(
                connection, user_id=self.asker, data_id=self.data_id, statement="SELECT ü", datasets={"a": "b"},
                epsilon=epsilon, delta=0.0,
            )  # fmt: skip
            ledger.charge(connection, self.lineage, Price(epsilon, 0.0), user_id=self.asker, job_uuid=key)
            audit.record(connection, actor="asker@dq0.io", action="QueryCreate")
            return key

    def answer(self, content: bytes) -> None:
        with self.database.transaction(durable=True) as connection:
            job = jobs.claim(connection, owner="w", types=["query.run"], lease_seconds=60)
            assert job is not None
            assert jobs.finish(connection, job.job_uuid, job.fence, artifacts=[Artifact("results.csv", content)])

    def back_up(self) -> Path:
        backup.write(self.database, self.file, force=True)
        return self.file

    def left(self) -> float:
        with self.database.transaction() as connection:
            return ledger.balance(connection, self.lineage).current_epsilon

    def whole(self) -> None:
        check(self.database)


@pytest.fixture
def house(database: Database, person: Person, tmp_path: Path) -> House:
    return House(database, person, tmp_path / "backup.zip")


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of what a restore replaces."""
    with database.transaction() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in COPIED
        }


def check(database: Database) -> None:
    """Chains hold, every reference leads somewhere, every count is right."""
    with database.transaction() as connection:
        for table in chains():
            assert chain.verify(connection, table) is None
        for table in tables.METADATA.sorted_tables:
            for key in table.foreign_keys:
                lost = select(func.count()).where(key.parent.is_not(None), key.parent.not_in(select(key.column)))
                assert connection.scalar(lost) == 0, key
        counted.check(connection)


def test_a_restored_database_is_the_one_that_was_backed_up(house: House, other: Database) -> None:
    house.ask()
    house.answer(bytes(range(256)) * 3_000)
    before = content(house.database)
    restore(other, house.back_up())
    assert content(other) == before
    check(other)
    with other.transaction() as connection:
        last = connection.execute(select(tables.audits).order_by(tables.audits.c.audit_id.desc())).first()
        assert last is not None
        assert (last.actor, last.action) == ("(host)", "ServerRestore")
        assert sessions.session(connection, sessions.token_hash(house.token)) is not None


def test_no_number_is_given_out_twice(house: House, other: Database) -> None:
    with house.database.transaction(write=True) as connection:
        gone = rows.insert(connection, tables.roles, role_name="r", permission=1, created_at=1, updated_at=1)
        rows.delete(connection, tables.roles, role_id=gone)
    restore(other, house.back_up())
    with other.transaction(write=True) as connection:
        assert rows.insert(connection, tables.roles, role_name="r", permission=1, created_at=1, updated_at=1) > gone
        values = {"email": "x@y", "password_hash": "", "state": "confirmed", "created_at": 1, "updated_at": 1}
        assert rows.insert(connection, tables.users, **values) > house.asker


def test_a_backup_is_its_owners_alone_and_is_not_replaced_by_accident(house: House) -> None:
    house.back_up()
    assert stat.S_IMODE(house.file.stat().st_mode) == 0o600
    with pytest.raises(Conflict, match="--force"):
        backup.write(house.database, house.file)
    assert [path.name for path in house.file.parent.iterdir() if "backup" in path.name] == ["backup.zip"]
    with pytest.raises(Invalid, match="cannot be written"):
        backup.write(house.database, house.file.parent / "no" / "folder")


def test_a_backup_holds_no_token(house: House) -> None:
    with zipfile.ZipFile(house.back_up()) as archive:
        every = b"".join(archive.read(name) for name in archive.namelist())
    assert b"a secret token" not in every
    assert house.token.encode() not in every


def test_a_backup_is_one_state_however_long_it_takes(house: House, other: Database) -> None:
    seen: list[str] = []

    def go_on(table: str, *_: int) -> None:
        if table not in seen:
            seen.append(table)
            house.ask(0.01)

    backup.write(house.database, house.file, progress=go_on)
    assert len(seen) > 5
    restore(other, house.file)
    check(other)
    with other.transaction() as connection:
        charged = connection.scalar(select(func.count()).where(tables.ledger.c.kind == "charge"))
        assert charged == connection.scalar(select(func.count()).select_from(tables.jobs))


def test_restoring_an_older_backup_gives_no_budget_back(house: House) -> None:
    house.ask(2.0)
    file = house.back_up()
    later = house.ask(5.0)
    restore(house.database, file)
    assert house.left() == 3.0
    house.whole()
    with house.database.transaction() as connection:
        assert rows.get(connection, tables.jobs, job_uuid=later) is None
        assert ledger.charged_job(connection, later)
    with pytest.raises(BudgetExceeded):
        house.ask(4.0)


def test_an_answer_is_not_given_a_second_time(house: House) -> None:
    first, second = house.ask(), house.ask()
    file = house.back_up()
    house.answer(b"1")
    restore(house.database, file)
    house.answer(b"2")
    with house.database.transaction() as connection:
        found = [artifact for key in (first, second) if (artifact := jobs.artifact(connection, key, "results.csv"))]
        assert sorted(artifact.content for artifact in found) == [b"1", b"2"]
        assert not jobs.waiting(connection, ["query.run"])


def test_what_was_decided_on_a_run_stays_decided(house: House) -> None:
    with house.database.transaction(write=True) as connection:
        nothing = {"project_uuid": "p", "commit_uuid": "c", "experiment_uuid": "e", "arguments": {}}
        key = runs.create(
            connection, user_id=house.asker, entry_point="main", data_ids=[house.data_id], **nothing
        )  # fmt: skip
        metrics = b'{"kind": "metric", "key": "loss", "number": 0.5}'
        told = [("log", b"log"), ("metrics", metrics), ("params", b"secret"), ("file", b"1")]
        runs.hold(connection, key, [runs.Written(kind, kind, text) for kind, text in told])
    file = house.back_up()
    with house.database.transaction(write=True) as connection:
        numbers = {row.kind: row.output_id for row in runs.outputs(connection, key)}
        runs.refuse(connection, key, [numbers["params"]], user_id=house.owner, reason="rows")
        runs.release(connection, key, None, user_id=house.owner)
    restore(house.database, file)
    house.whole()
    with house.database.transaction() as connection:
        assert {row.kind: row.state for row in runs.outputs(connection, key)} == {
            "file": "released", "log": "released", "metrics": "released", "params": "refused",
        }  # fmt: skip
        assert runs.output(connection, key, numbers["params"]).content == b""  # type: ignore[union-attr]
        assert [row.number for row in runs.values(connection, key, "metric")] == [0.5]
        assert jobs.artifact(connection, key, "file") is not None


def test_an_answer_from_a_time_that_was_undone_is_not_given_again(house: House, tmp_path: Path) -> None:
    early = tmp_path / "early.zip"
    backup.write(house.database, early)
    key = house.ask()
    file = house.back_up()
    house.answer(b"1")
    restore(house.database, early)
    restore(house.database, file)
    with house.database.transaction() as connection:
        job = rows.get(connection, tables.jobs, job_uuid=key)
        assert job is not None
        assert job.job_state == "error"
        assert "stays charged" in job.job_errors
    house.whole()


def test_a_job_that_waited_is_run_after_the_restore(house: House, other: Database) -> None:
    key = house.ask()
    with house.database.transaction(write=True) as connection:
        jobs.claim(connection, owner="dies", types=["query.run"], lease_seconds=-1)
    restore(other, house.back_up())
    with other.transaction(write=True) as connection:
        job = jobs.claim(connection, owner="w", types=["query.run"], lease_seconds=60)
        assert job is not None
        assert (job.job_uuid, job.fence) == (key, 2)


def test_a_source_registered_since_keeps_its_budget_and_its_owner(house: House, person: Person) -> None:
    file = house.back_up()
    newcomer = person("new@dq0.io", "owners")
    lineage, data_id = house.register("income", newcomer.user_id)
    with house.database.transaction(durable=True) as connection:
        ledger.charge(connection, lineage, Price(9.0, 0.0), user_id=newcomer.user_id, job_uuid="x" * 36)
        audit.record(connection, actor="new@dq0.io", action="DataAdd")
    restore(house.database, file)
    house.whole()
    with house.database.transaction(write=True) as connection:
        assert data.lineage_of(connection, [data.Origin("/elsewhere", "income")]) == lineage
        assert ledger.balance(connection, lineage).current_epsilon == 1.0
        gone = rows.get(connection, tables.data, data_id=data_id)
        assert gone is not None
        assert gone.deleted_at is not None
        blocked = accounts.user(connection, newcomer.user_id)
        assert blocked.state == "blocked"
        assert rows.get(connection, tables.user_roles, user_id=newcomer.user_id) is None


def test_a_person_without_a_trace_is_gone_and_a_taken_address_is_in_nobodys_way(house: House, person: Person) -> None:
    file = house.back_up()
    nobody = person("nobody@dq0.io").user_id
    with house.database.transaction(write=True) as connection:
        rows.update(connection, tables.users, {"user_id": house.asker}, email="moved@dq0.io")
        rows.update(connection, tables.users, {"user_id": house.owner}, email="asker@dq0.io")
    restore(house.database, file)
    house.whole()
    with house.database.transaction() as connection:
        assert rows.get(connection, tables.users, user_id=nobody) is None
        assert accounts.user(connection, house.asker).email == "asker@dq0.io"


def test_an_ended_session_stays_ended(house: House) -> None:
    file = house.back_up()
    with house.database.transaction(write=True) as connection:
        sessions.revoke_all(connection, house.asker)
        later = sessions.open_session(connection, house.owner, days=1)
    restore(house.database, file)
    with house.database.transaction() as connection:
        for token in (house.token, later):
            assert sessions.session(connection, sessions.token_hash(token)) is None


def test_a_version_of_metadata_is_not_given_out_twice(house: House) -> None:
    """Bounded copies are found by it: another version's must not be taken for this one's."""

    def version() -> int:
        with house.database.transaction() as connection:
            row = rows.get(connection, tables.data, data_id=house.data_id)
            assert row is not None
            return int(row.meta_version)

    def change(meta: str) -> None:
        with house.database.transaction(write=True) as connection:
            data.change(connection, house.data_id, meta=meta)

    file = house.back_up()
    restore(house.database, file)
    assert version() == 1
    change("m: 2")
    restore(house.database, file)
    assert version() == 3


def test_a_database_with_another_history_is_left_alone(house: House, other: Database, tmp_path: Path) -> None:
    file, empty = house.back_up(), tmp_path / "empty.zip"
    backup.write(other, empty)
    with other.transaction(write=True) as connection:
        audit.record(connection, actor="somebody", action="else")
    before = content(other)
    for wrong in (file, empty):
        with pytest.raises(Conflict, match=r"continuation|nothing has happened"):
            restore(other, wrong)
    assert content(other) == before


def test_a_backup_that_was_changed_or_cut_is_refused(house: House, other: Database, tmp_path: Path) -> None:
    house.ask()
    whole = house.back_up()
    before = content(other)
    changed, cut, late = tmp_path / "changed", tmp_path / "cut", tmp_path / "late"
    cut.write_bytes(whole.read_bytes()[:-100])
    rewrite(whole, changed, "tables/ledger.jsonl", lambda text: text.replace(b"charge", b"grant "))
    rewrite(whole, late, "manifest.json", lambda text: text.replace(b'"schema": "', b'"schema": "9'))
    for wrong, said in ((changed, "not as it was written"), (cut, "not a whole backup"), (late, "version 9")):
        with pytest.raises(Refused, match=said):
            restore(other, wrong)
    with pytest.raises(Invalid, match="cannot be read"):
        restore(other, tmp_path / "missing")
    assert content(other) == before


def test_a_backup_with_a_broken_chain_is_refused_whole(house: House, other: Database) -> None:
    house.ask()
    with house.database.transaction(write=True) as connection:
        connection.execute(text("UPDATE ledger SET epsilon = 1 WHERE kind = 'charge'"))
    before = content(other)
    with pytest.raises(Refused, match="ledger is broken from row 2"):
        restore(other, house.back_up())
    assert content(other) == before


def test_a_backup_is_brought_up_to_todays_version_first(house: House, other: Database, tmp_path: Path) -> None:
    house.ask()
    before = content(house.database)
    with backup.opened(house.back_up()) as (archive, manifest):
        (tmp_path / "scratch").mkdir()
        newer = brought_up(archive, manifest, tmp_path / "scratch")
    restore(other, newer)
    assert content(other) == before


def test_chains_name_only_people_and_lineages() -> None:
    """What a restore keeps for their sake: a chain that named more would need more kept."""
    named = {key.column.table.name for table in chains() for key in table.foreign_keys}
    assert named == {"users", "lineages"}
    assert {table.name for table in chains()} >= {"audits", "ledger"}


def rewrite(source: Path, target: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    with ExitStack() as stack:
        old, new = stack.enter_context(zipfile.ZipFile(source)), stack.enter_context(zipfile.ZipFile(target, "w"))
        for name in old.namelist():
            held = old.read(name)
            new.writestr(name, change(held) if name == member else held)
