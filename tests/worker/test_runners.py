"""What the two kinds of job do, on a real database and real files, with the worker on the test's own thread."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from databases import Kind
from quarantine.domain import privacy
from quarantine.domain.errors import Refused
from quarantine.domain.settings import Settings
from quarantine.store import data, datasets, jobs, ledger, policies, rows, tables
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import migrate
from quarantine.store.rows import AnyRow
from quarantine.worker.loop import Control, Worker
from quarantine.worker.runners import GONE, MOST_DRAWN, results, runners

META = """
name: {name}
type: CSV
privacy_column: pid
s:
  connection: {file}
  t:
    max_ids: {ids}
    persons: citizens
    budget_epsilon: 10.0
    pid: {{type: int}}
    x: {{type: float, lower: 0.0, upper: {upper}, nullable: false}}
"""
SUM = "SELECT SUM(x) AS x FROM s.t"
BOTH = "SELECT SUM(x) AS x FROM (SELECT pid, x FROM a.t UNION ALL SELECT pid, x FROM b.s.t)"


@pytest.fixture
def settings(tmp_path: Path, kind: Kind) -> Iterator[Settings]:
    (tmp_path / "data").mkdir()
    with kind.migrated(tmp_path) as found:
        yield msgspec.structs.replace(found, lease_seconds=5)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    migrate(opened)
    with opened.transaction(write=True) as connection:
        for email in ("a@b", "c@d"):
            values = {"email": email, "password_hash": "", "state": "confirmed", "created_at": 1, "updated_at": 1}
            rows.insert(connection, tables.users, **values)
    yield opened
    opened.close()


@pytest.fixture
def worker(database: Database, settings: Settings) -> Worker:
    return Worker(database, settings, runners(database, settings))


class House:
    """The steps that handlers take, without HTTP."""

    def __init__(self, database: Database, settings: Settings, worker: Worker) -> None:
        self.database, self.settings, self.worker = database, settings, worker

    def write(self, file: str, people: int = 1_000, start: int = 0) -> Path:
        path = self.settings.source_folders[0] / file
        lines = [f"{start + n},{n % 10}.5" for n in range(people)]
        path.write_text("pid,x\n" + "\n".join(lines) + "\n", encoding="utf8")
        return path

    def register(self, name: str, file: str, *, user_id: int = 1, ids: int = 1, upper: float = 10.0) -> AnyRow:
        meta = META.format(name=name, file=file, ids=ids, upper=upper)
        metadata = datasets.metadata_of(meta)
        with self.database.transaction(write=True) as connection:
            lineage = datasets.lineage_by_path(connection, datasets.located(metadata, self.settings))
            row = data.register(
                connection, user_id=user_id, name=name, meta=meta, lineage=lineage, state=datasets.PREPARING
            )
        return self.prepare(row)

    def prepare(self, row: AnyRow) -> AnyRow:
        with self.database.transaction(write=True) as connection:
            jobs.create(connection, job_type="data.prepare", user_id=1, data_id=row.data_id)
        return self.run(row)

    def run(self, row: AnyRow) -> AnyRow:
        assert self.worker.work()
        with self.database.transaction() as connection:
            found = rows.get(connection, tables.data, data_id=row.data_id)
        assert found is not None
        return found

    def ask(self, row: AnyRow, query: str = SUM, epsilon: float = 1.0, further: tuple[AnyRow, ...] = ()) -> str:
        with self.database.transaction(durable=True) as connection:
            policy = policies.policy_of(connection, row, 1)
            beside = [(datasets.metadata_of(one.meta), policy) for one in further]
            plan = privacy.plan(query, datasets.metadata_of(row.meta), epsilon=epsilon, policy=policy, beside=beside)
            versions = [(one.data_id, one.meta_version) for one in further]
            key = jobs.create_query(
                connection,
                user_id=1,
                data_id=row.data_id,
                statement=query,
                datasets={row.data_name: row.data_uuid},
                epsilon=epsilon,
                delta=plan.cost.delta,
                policy=msgspec.json.encode([policy, *(kept for _, kept in beside)] if further else policy).decode(),
                job_params=msgspec.json.encode({"meta_version": row.meta_version, "further": versions}).decode(),
            )
            ledger.charge(connection, row.lineage, plan.cost, user_id=1, job_uuid=key)
        return key

    def job(self, key: str) -> AnyRow:
        with self.database.transaction() as connection:
            found = rows.get(connection, tables.jobs, job_uuid=key)
        assert found is not None
        return found

    def answered(self, row: AnyRow, query: str = SUM, epsilon: float = 5.0, further: tuple[AnyRow, ...] = ()) -> float:
        key = self.ask(row, query, epsilon, further)
        assert self.worker.work()
        assert self.job(key).job_state == "finished", self.job(key).job_errors
        with self.database.transaction() as connection:
            found = jobs.artifact(connection, key, "results.csv")
        assert found is not None
        return float(found.content.decode().split()[1])

    def copies(self, row: AnyRow) -> list[Path]:
        return sorted((self.settings.bounded_folder / row.data_uuid).glob("**/*.parquet"))


@pytest.fixture
def house(database: Database, settings: Settings, worker: Worker) -> House:
    return House(database, settings, worker)


def test_preparing_makes_a_copy_and_opens_the_budget(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    assert row.data_state == datasets.READY
    assert [path.name for path in house.copies(row)] == ["s.t.parquet"]
    with house.database.transaction() as connection:
        assert ledger.balance(connection, row.lineage).current_epsilon == 10.0
        assert ledger.balance(connection, row.lineage).current_delta == datasets.DEFAULT_BUDGET_DELTA


def test_a_query_answers_from_the_copy_with_noise(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    assert abs(house.answered(row) - 5_000) < 200


def test_a_query_is_answered_under_the_policy_that_it_was_priced_under(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    key = house.ask(row)
    with house.database.transaction(write=True) as connection:
        policies.set_mask(connection, row.data_id, None, {"hidden": ["x"], "private": [], "public": []})
    assert house.worker.work()
    assert house.job(key).job_state == "finished"
    with pytest.raises(Refused, match="hidden"):
        house.ask(row)


def test_a_query_from_before_there_were_policies_is_answered(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    key = house.ask(row)
    with house.database.transaction(write=True) as connection:
        rows.update(connection, tables.queries, {"query_uuid": key}, policy="")
    assert house.worker.work()
    assert house.job(key).job_state == "finished"


def test_a_copy_is_never_read_by_a_query_of_another_version(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    key = house.ask(row)
    with house.database.transaction(write=True) as connection:
        meta = META.format(name="a", file="a.csv", ids=1, upper=1000.0)
        data.change(connection, row.data_id, meta=meta, data_state=datasets.PREPARING)
    house.run(row)
    assert house.job(key).job_state == "error"
    changed = house.prepare(row)
    assert changed.meta_version == 2
    assert [path.parent.name for path in house.copies(changed)] == ["2"]
    assert abs(house.answered(changed) - 5_000) < 4_000


def test_a_query_over_several_datasets_reads_the_copies_of_all_in_the_versions_that_were_priced(house: House) -> None:
    house.write("a.csv")
    house.write("b.csv", start=5_000, people=500)
    one, other = house.register("a", "a.csv"), house.register("b", "b.csv")
    assert abs(house.answered(one, BOTH, further=(other,)) - 7_500) < 300
    shutil.rmtree(house.settings.bounded_folder / other.data_uuid)
    assert abs(house.answered(one, BOTH, 4.0, further=(other,)) - 7_500) < 300, "a copy that is gone is made anew"
    key = house.ask(one, BOTH, further=(other,))
    with house.database.transaction(write=True) as connection:
        data.remove(connection, other.data_id)
    assert house.worker.work()
    assert (house.job(key).job_state, house.job(key).job_errors) == ("error", GONE)


def test_what_changed_while_it_was_prepared_is_not_made_ready(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    metadata = datasets.metadata_of(row.meta)
    files = datasets.located(metadata, house.settings)
    with house.database.transaction(write=True) as connection:
        data.change(connection, row.data_id, meta=row.meta + "\n", data_state=datasets.PREPARING)
        prints, found = datasets.fingerprints(files), datasets.origins(files)
        assert not datasets.mark_ready(connection, row, metadata, found, prints)
        now = rows.get(connection, tables.data, data_id=row.data_id)
    assert now is not None
    assert now.data_state == datasets.PREPARING
    datasets.drop_copies(house.settings, row, lambda version: version == row.meta_version)
    assert house.copies(row) == []


def test_removed_while_it_waits_nothing_is_made(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    shutil.rmtree(house.settings.bounded_folder / row.data_uuid)
    with house.database.transaction(write=True) as connection:
        data.remove(connection, row.data_id)
        key = jobs.create(connection, job_type="data.prepare", user_id=1, data_id=row.data_id)
    house.run(row)
    assert house.job(key).job_state == "error"
    assert house.copies(row) == []


def test_a_changed_source_is_copied_anew_before_the_answer(house: House) -> None:
    house.write("a.csv")
    row = house.register("a", "a.csv")
    house.write("a.csv", people=3_000)
    assert abs(house.answered(row) - 15_000) < 300


def test_a_changed_source_that_cannot_be_read_ends_the_query_and_costs(house: House) -> None:
    path = house.write("a.csv")
    row = house.register("a", "a.csv")
    path.write_text('pid,x\n"1,2\n', encoding="utf8")
    key = house.ask(row)
    house.run(row)
    assert house.job(key).job_state == "error"
    with house.database.transaction() as connection:
        assert ledger.balance(connection, row.lineage).current_epsilon == 9.0


def test_content_of_another_persons_dataset_joins_nothing(house: House) -> None:
    house.write("a.csv")
    first = house.register("a", "a.csv")
    house.write("b.csv")
    other = house.register("b", "b.csv", user_id=2)
    assert other.data_state == datasets.FAILED
    assert other.lineage != first.lineage
    same = house.register("c", "b.csv", user_id=1)
    assert same.data_state == datasets.READY
    assert same.lineage == first.lineage


def test_a_cancelled_preparation_leaves_the_dataset_failed_and_a_stopped_one_waiting(house: House) -> None:
    house.write("a.csv")
    prepare: Any = runners(house.database, house.settings)["data.prepare"]
    for asked, state in ((True, datasets.FAILED), (False, datasets.PREPARING)):
        row = house.register(f"n{asked}", "a.csv")
        with house.database.transaction(write=True) as connection:
            data.change(connection, row.data_id, meta=row.meta, data_state=datasets.PREPARING)
            jobs.create(connection, job_type="data.prepare", user_id=1, data_id=row.data_id)
            job = jobs.claim(connection, owner="me", types=["data.prepare"], lease_seconds=60)
            assert job is not None
            if asked:
                jobs.request_cancel(connection, job.job_uuid)
        control = Control()
        control.end()
        with pytest.raises(Exception, match="stopped"):
            prepare(job, control)
        with house.database.transaction() as connection:
            found = rows.get(connection, tables.data, data_id=row.data_id)
        assert found is not None
        assert found.data_state == state


def test_error_bars_are_sent_for_what_can_be_drawn() -> None:
    metadata = datasets.metadata_of(META.format(name="a", file="a.csv", ids=1, upper=10.0))
    plan = privacy.plan(SUM, metadata, epsilon=1.0)
    few = privacy.Answer(("x",), ((1.0,),), ((2.0,),), "")
    many = privacy.Answer(("x",), ((1.0,),) * (MOST_DRAWN + 1), ((2.0,),) * (MOST_DRAWN + 1), "")
    assert msgspec.json.decode(results(plan, few))["intervals"] == {"x": [2.0]}
    assert msgspec.json.decode(results(plan, many))["intervals"] == {}
    assert msgspec.json.decode(results(plan, many))["epsilon"] == 1.0
