"""What each type of job does: make a dataset's bounded copy, answer a private query, compute a profile."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from quarantine.domain.errors import Conflict, DomainError, Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.settings import Settings
from quarantine.store import datasets, jobs, profiles, repetition, rows
from quarantine.store.engine import Database
from quarantine.store.jobs import Artifact
from quarantine.store.rows import AnyRow
from quarantine.store.sources.connector import Place
from quarantine.store.sources.connectors import Connectors
from quarantine.store.tables import data as data_table
from quarantine.store.tables import queries as queries_table
from quarantine.worker.loop import Control, Outcome, Runner
from quarantine.worker.prediction import Prediction
from quarantine.worker.runs import Run
from quarantine.worker.transforms import Transform

if TYPE_CHECKING:
    from quarantine.domain.privacy import Answer, Plan

# Rows of an answer that anybody draws; every list of jobs carries their intervals.
MOST_DRAWN = 1_000
# Why is the owner's to know: it may depend on a single row, or name another's dataset.
STALE = "the dataset's source has changed and could not be prepared anew; what was charged stays charged"
GONE = "the dataset was removed or changed after it was asked; the cost stays charged"


def runners(database: Database, settings: Settings) -> Mapping[str, Runner]:
    """The runners of this server, by job type."""
    preparation = _Preparation(database, settings)
    answers = _Answers(database, settings, preparation)
    return {
        "data.prepare": preparation,
        "data.profile": _Profile(answers),
        "query.run": _Query(database, answers),
        "commit.run": Run(database, settings, answers.refresh),
        "commit.transform": Transform(database, settings, answers.refresh),
        "model.predict": Prediction(database, settings),
    }


class _Preparation:
    """Makes the bounded copies of a dataset."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._guard = threading.Lock()
        self._held: dict[str, threading.RLock] = {}

    def held(self, row: AnyRow) -> threading.RLock:
        """For whom looks at a dataset's copies or makes them: in one process, one at a time."""
        with self._guard:
            return self._held.setdefault(row.data_uuid, threading.RLock())

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """Build every table's copy, then let queries in; a failure leaves the dataset marked as failed."""
        with self._database.transaction() as connection:
            row = rows.get(connection, data_table, data_id=job.data_id, deleted_at=None)
        if row is None:
            raise Conflict("the dataset was removed")
        try:
            with self.held(row):
                self.prepare(row, control)
        except Exception:
            with self._database.transaction(durable=True) as connection:
                # A worker that shuts down gives the job back: the copy is still to come then.
                if not control.cancelled() or jobs.look(connection, job.job_uuid, job.fence).cancel:
                    datasets.mark_failed(connection, row)
            raise
        return Outcome(logs="the bounded copy is ready")

    def prepare(self, row: AnyRow, control: Control) -> None:
        """Copies, budget and state of a dataset, from its source as it is now."""
        metadata = datasets.metadata_of(row.meta)
        places = datasets.located(metadata, self._settings)
        for place in places:
            place.check_columns()
        prints, found = datasets.fingerprints(places), datasets.origins(places)
        control.progress(0.1)
        for i, place in enumerate(places):
            self._build(row, place, control, (0.1 + 0.9 * i / len(places), 0.9 / len(places)))
        with self._database.transaction(durable=True) as connection:
            current = datasets.mark_ready(connection, row, metadata, found, prints)
        datasets.drop_copies(self._settings, row, lambda version: (version == row.meta_version) != current)

    def _build(self, row: AnyRow, place: Place, control: Control, share: tuple[float, float]) -> None:
        def progress(done: float) -> None:
            control.progress(share[0] + share[1] * done)

        place.build(datasets.copy_of(row, place.table), progress, control.cancelled)


class _Answers:
    """The way from a plan that was charged to its answer: copies as the sources are now, exact aggregates, noise.

    Its engines are shared by all jobs of this worker.
    """

    def __init__(self, database: Database, settings: Settings, preparation: _Preparation) -> None:
        self._database = database
        self._settings = settings
        self._preparation = preparation
        self._connectors = Connectors(settings)

    def dataset(self, data_id: int, meta_version: int) -> AnyRow:
        """A job's dataset; raises Conflict where it is no longer what was priced."""
        with self._database.transaction() as connection:
            row = rows.get(connection, data_table, data_id=data_id, deleted_at=None)
        if row is None or row.meta_version != meta_version:
            raise Conflict(GONE)
        return row

    def answer(self, asked: Sequence[AnyRow], plan: "Plan") -> "Answer":
        """The private answer; what fails says nothing but that it failed."""
        from quarantine.domain import privacy

        known = {
            (number, table.schema, table.name): (table, datasets.copy_of(row, table))
            for number, row in enumerate(asked)
            for table in datasets.metadata_of(row.meta).tables
        }
        first, *more = (known[copied.dataset, copied.schema, copied.table] for copied in plan.copies)
        return privacy.release(plan, self._connectors.of(first[0]).aggregate(plan, *first, *more))

    def refresh(self, row: AnyRow, metadata: Metadata, control: Control) -> str:
        """Make the bounded copies anew if a source has changed or a copy is missing, as after the restore of a backup.

        A source that is gone leaves the copies as they are. Returns the sources' fingerprints, if they are there.
        """
        with self._preparation.held(row):
            try:
                prints = datasets.fingerprints(datasets.located(metadata, self._settings))
            except Refused:
                return ""
            there = all(self._connectors.of(table).has(datasets.copy_of(row, table)) for table in metadata.tables)
            if there and (prints == row.fingerprint or prints == self._known(row)):
                return prints
            try:
                self._preparation.prepare(row, control)
            except DomainError:
                raise Refused(STALE) from None
            return prints

    def _known(self, row: AnyRow) -> str:
        """The fingerprints of the newest copies: somebody else may just have made them."""
        with self._database.transaction() as connection:
            now = rows.get(connection, data_table, data_id=row.data_id)
        return str(now.fingerprint) if now is not None and now.meta_version == row.meta_version else ""


class _Query:
    """Answers one private query; the charge was committed together with the job."""

    def __init__(self, database: Database, answers: _Answers) -> None:
        self._database = database
        self._answers = answers

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """Exact bounded aggregates from the engine, noise, and the table as results.csv."""
        from quarantine.domain import privacy

        asked, query = self._read(job)
        known = [datasets.metadata_of(row.meta) for row in asked]
        prints = [self._answers.refresh(row, one, control) for row, one in zip(asked, known, strict=True)]
        # Not today's: what was priced is what is answered. A query from before there were policies has none.
        kept = msgspec.json.decode(query.policy, type=privacy.Policy | list[privacy.Policy]) if query.policy else []
        policies = (kept if isinstance(kept, list) else [kept]) or [privacy.Policy()]
        plan = privacy.plan(
            query.query_statement,
            known[0],
            epsilon=query.epsilon,
            tau=query.tau or 0.0,
            gaussian_delta=query.gaussian_delta,
            private_column=query.private_column,
            policy=policies[0],
            params=msgspec.json.decode(query.params, type=dict[str, str]) if query.params else {},
            beside=list(zip(known[1:], policies[1:], strict=True)),
        )
        answer = self._answers.answer(asked, plan)
        content = answer.csv().encode()
        return Outcome(
            results=results(plan, answer),
            message=answer.message,
            source_state=repetition.state(prints),
            artifacts=(Artifact(path="results.csv", content=content, media_type="text/csv"),),
        )

    def _read(self, job: AnyRow) -> tuple[list[AnyRow], AnyRow]:
        priced = msgspec.json.decode(job.job_params)
        versions = [(job.data_id, priced["meta_version"]), *priced.get("further", ())]
        asked = [self._answers.dataset(data_id, version) for data_id, version in versions]
        with self._database.transaction() as connection:
            query = rows.get(connection, queries_table, query_uuid=job.job_uuid)
        if query is None:
            raise Conflict(GONE)
        return asked, query


class _Profile:
    """Computes a dataset's private profile; the charge was committed together with the job."""

    def __init__(self, answers: _Answers) -> None:
        self._answers = answers

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """The profile, kept with the dataset by the transaction that ends the job."""
        from quarantine.domain import privacy
        from quarantine.domain.privacy import profiling

        asked = msgspec.json.decode(job.job_params, type=profiles.Asked)
        row = self._answers.dataset(job.data_id, asked.meta_version)
        metadata, policy = datasets.metadata_of(row.meta), msgspec.json.decode(asked.policy, type=privacy.Policy)
        self._answers.refresh(row, metadata, control)
        plans = profiling.plans(metadata, policy, epsilon=asked.epsilon, delta=asked.delta)
        answers = {name: self._answers.answer([row], plan) for name, plan in plans.items()}
        found = profiling.profile(metadata, policy, profiling.price(plans, asked.epsilon), answers)
        return Outcome(keep=lambda connection: profiles.keep(connection, row, found))


def results(plan: "Plan", answer: "Answer") -> str:
    """What a client needs to draw the answer, as JSON: the price, and each column's 95% half-widths row by row."""
    drawn = answer.errors if len(answer.errors) <= MOST_DRAWN else ()
    intervals = {
        column: [line[i] for line in drawn]
        for i, column in enumerate(answer.columns)
        if drawn and all(line[i] is not None for line in drawn)
    }
    shown = {"epsilon": plan.cost.epsilon, "delta": plan.cost.delta, "confidence": 0.95, "intervals": intervals}
    return msgspec.json.encode(shown).decode()
