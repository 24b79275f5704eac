"""Carries out a transform: code makes a table of a dataset, which is held until the data's owner makes it a dataset."""

# ruff: noqa: S608 - SQL is made of declared names, quoted, and of a key of ours

import secrets
import shutil
from pathlib import Path

import msgspec

from quarantine.domain.errors import Conflict, Refused, Unavailable
from quarantine.domain.metadata.model import Metadata, Table
from quarantine.domain.quoting import literal, quoted
from quarantine.domain.settings import Settings
from quarantine.store import commits, datasets, derived, rows, runs
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow
from quarantine.store.runs import CODE, TABLE, Written
from quarantine.store.tables import commits as commits_table
from quarantine.store.tables import runs as runs_table
from quarantine.worker import walls
from quarantine.worker.loop import Control, Outcome
from quarantine.worker.runs import (
    GONE,
    HELD,
    NO_SANDBOX,
    Refresh,
    carried_out,
    cell,
    copies_of,
    words_of,
    write_table,
)
from quarantine.worker.sandbox import Finished, Kind, Limits
from quarantine.worker.staging import INSIDE, boxed, finished, staged

# One text for all that the code decides: how it ended, and whether its table fits.
FAILED = (
    "the code did not end well, or its table is not what the commit and the source describe; what it wrote says why, "
    "and is held until the data's owner releases it"
)
FITS = "the table fits its description, and nobody is in it who is not in the source"
UNFINISHED = "the code did not end well, and its table is not kept"
NO_TABLE = "there is no table that can be read: the code has to write dataset.csv or dataset.parquet to DQ0_OUT"
STRANGERS = "the table has rows of somebody who is not in the source: {} has to hold the texts that it holds there"
MORE_ROWS = "the table has more rows than the source, of which each is a person of its own"
EMPTY = "the table has no row that is about anybody"
MOST_CODE = 1_000_000
UNPACK = Limits(seconds=300.0, memory_mb=1024, processes=64, cores=1, folder_mb=256)


class Asked(msgspec.Struct, frozen=True):
    """What a job was made for: its run, its commit, the dataset, what code sees of it, and what is to come of it."""

    run: AnyRow
    commit: AnyRow
    source: AnyRow
    seen: derived.Asked
    made: Metadata

    @property
    def protected(self) -> list[Table]:
        """The source's tables whose rows are about people."""
        return [table for table in datasets.metadata_of(self.source.meta).tables if not table.rows_are_public]


class Transform:
    """The runner of `commit.transform`."""

    def __init__(self, database: Database, settings: Settings, refresh: Refresh) -> None:
        self._database = database
        self._settings = settings
        self._refresh = refresh

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """Everything that the code writes is held, whatever it could read."""
        kind = walls.chosen(self._settings).kind
        if kind is None:
            raise Refused(NO_SANDBOX)
        asked, key = self._read(job), secrets.token_hex(32)
        words = words_of(self._settings, asked.run, asked.commit)
        self._refresh(asked.source, datasets.metadata_of(asked.source.meta), control)
        with staged(self._settings, job, kind) as folder:
            data = self._write_data(asked, key, folder / "data")
            done = carried_out(self._settings, asked.commit, words, folder, kind, control, data)
            content = table_of(done, folder / "packed", kind, control)
            fault = self._fault(asked, content, key, folder, control) if ended_well(done) else UNFINISHED
        held = [*kept(done, fault, content), Written(CODE, CODE, code_of(self._settings, asked.commit))]
        return Outcome(
            logs=HELD,
            failed=FAILED if fault else "",
            keep=lambda connection: runs.hold(connection, job.job_uuid, held),
        )

    def _read(self, job: AnyRow) -> Asked:
        seen = msgspec.json.decode(job.job_params, type=derived.Asked)
        with self._database.transaction() as connection:
            run = rows.get(connection, runs_table, run_uuid=job.job_uuid)
            commit = rows.get(connection, commits_table, commit_uuid=job.commit_uuid)
            found = runs.readable(connection, job.job_uuid)
            ready = [row for row in found if row.deleted_at is None and row.data_state == datasets.READY]
            now = derived.asked(connection, ready[0], replaces=seen.replaces) if ready else None
            if run is None or commit is None or now != seen:
                raise Conflict(GONE)
        source = ready[0]
        return Asked(run, commit, source, seen, derived.described(self._settings, source, seen, commit, job.job_uuid))

    def _write_data(self, asked: Asked, key: str, folder: Path) -> list[str]:
        """The bounded copies as csv files, people under a name that is theirs in this transform only."""
        from quarantine.domain.derivation import key_of

        names = []
        for table in datasets.metadata_of(asked.source.meta).tables:
            shown = set(asked.seen.seen[key_of(table)])
            cells = [] if table.privacy_unit is None else [f"{_alias(table, key)} AS {quoted(table.privacy_unit)}"]
            cells += [cell(each) for each in table.columns if each.name in shown]
            names.append(write_table(self._settings, asked.source, table, cells, folder))
        return names

    def _fault(self, asked: Asked, content: bytes | None, key: str, folder: Path, control: Control) -> str:
        """Why the table cannot become a dataset, for its owner's eyes; empty where it can."""
        from quarantine.domain.derivation import OUTCOME
        from quarantine.store.sources.bounded import build

        if content is None:
            return NO_TABLE
        table, place = asked.made.tables[0], folder / "made"
        place.mkdir(mode=0o700)
        (place / OUTCOME).write_bytes(content)
        try:
            # What the job that prepares the dataset will do.
            built = build(table, (place / OUTCOME,), place / "copy.parquet", stop=control.cancelled)
        except (Refused, Unavailable) as error:
            return error.message
        return self._strangers(asked, table, built.path.resolve(), key)

    def _strangers(self, asked: Asked, table: Table, made: Path, key: str) -> str:
        from quarantine.store.sources.locked import locked_engine, parquet

        copies = [(each, copies_of(self._settings, asked.source, each)) for each in asked.protected]
        known = [f"SELECT {_alias(each, key)} AS unit FROM {parquet(*files)}" for each, files in copies]
        unit = "NULL" if table.privacy_unit is None else quoted(table.privacy_unit)
        reads = (made, *(file for _, files in copies for file in files))
        with locked_engine(reads=reads, folder=made.parent) as connection:
            rows_made, rows_known, strangers = connection.execute(
                f"WITH known AS ({' UNION ALL '.join(known)}), made AS (SELECT {unit} AS unit FROM {parquet(made)}) "
                "SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM known), "
                "(SELECT count(*) FROM made ANTI JOIN known USING (unit))"
            ).fetchone() or (0, 0, 0)
        if not rows_made:
            return EMPTY
        if table.privacy_unit is None:
            return MORE_ROWS if rows_made > rows_known else ""
        return STRANGERS.format(table.privacy_unit) if strangers else ""


def _alias(table: Table, key: str) -> str:
    """A person's name in one transform, in SQL: nobody gets from it to the person, or to another transform's."""
    if table.privacy_unit is None:
        return "NULL"
    return f"left(sha256({literal(key)} || {quoted(table.privacy_unit)}::VARCHAR), 32)"


def table_of(done: Finished, folder: Path, kind: Kind, control: Control) -> bytes | None:
    """The table that the code has left, as csv; None where there is none that can be read."""
    from quarantine.domain.derivation import OUTCOME, PACKED

    left = {each.path: each.content for each in done.outputs.files} if ended_well(done) else {}
    if OUTCOME in left or PACKED not in left:
        return left.get(OUTCOME)
    places = walls.places(kind, folder)
    for name in ("code", "support"):
        (folder / name).mkdir(parents=True)
    (folder / "code" / PACKED).write_bytes(left[PACKED])
    shutil.copy(INSIDE / "table.py", folder / "support" / "table.py")
    words = ("python", f"{places.support}/table.py", f"{places.code}/{PACKED}", f"{places.out}/{OUTCOME}")
    read = finished(boxed(words, folder, kind, UNPACK, begins="out"), kind, control, "transform")
    made = read.outputs.files if ended_well(read) else ()
    return next((each.content for each in made if each.path == OUTCOME), None)


def ended_well(done: Finished) -> bool:
    """Whether a program has ended by itself and says so."""
    return done.reason == "ended" and done.status == 0


def kept(done: Finished, fault: str, content: bytes | None) -> list[Written]:
    """What is held: a log that says whether the table can become a dataset, and the table if so.

    Whatever else the code has written is not kept: released with the table, it would be files that show rows.
    """
    from quarantine.domain.derivation import OUTCOME

    end = f"ended: {done.reason}, status {done.status}"
    log = Written("log", "log", f"{fault or FITS}\n{end}\n".encode() + done.log)
    return [log] if fault or content is None else [log, Written(TABLE, OUTCOME, content)]


def code_of(settings: Settings, commit: AnyRow) -> bytes:
    """The files of a commit in one text: who releases a table has to know what made it."""
    text = []
    for path, content in commits.contents(settings, commit):
        try:
            shown = content.decode() if len(content) <= MOST_CODE else "(too long to show)"
        except UnicodeDecodeError:
            shown = "(not text)"
        text.append(f"=== {path} ({len(content)} bytes)\n{shown}\n")
    return "".join(text).encode()
