"""What all that runs in a sandbox for a job has in common: a folder for its files, a box over it, and its end."""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from quarantine.domain.errors import Conflict
from quarantine.domain.settings import Settings
from quarantine.store import derived, jobs, rows
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table
from quarantine.worker import sandbox, walls
from quarantine.worker.loop import Control
from quarantine.worker.sandbox import Box, Finished, Kind, Limits, NotStarted
from quarantine.worker.sandbox_box import Bind
from quarantine.worker.sandbox_bwrap_words import python_binds, python_prefixes
from quarantine.worker.walls import Places

LOG = logging.getLogger("quarantine.worker")
# Modules of ours that programs in the sandbox find.
INSIDE = Path(__file__).parent / "inside"


@contextmanager
def staged(settings: Settings, job: AnyRow, kind: Kind) -> Iterator[Path]:
    """A folder for a run's files that is gone afterwards; what a killed worker left there for this job goes first."""
    above = walls.above_all(settings.root, private=kind == "bubblewrap")
    for left in above.glob(f"{job.job_uuid}.*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = above / f"{job.job_uuid}.{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(database: Database, settings: Settings) -> None:
    """Remove what killed servers left of runs that nobody takes up again, and of releases that came to nothing."""
    with database.transaction() as connection:
        derived.sweep(connection, settings)
    for above in {walls.above_all(settings.root, private=private) for private in (True, False)}:
        for left in above.iterdir():
            with database.transaction() as connection:
                job = rows.get(connection, jobs_table, job_uuid=left.name.partition(".")[0])
            if job is not None and job.job_state in jobs.ENDED:
                shutil.rmtree(left, ignore_errors=True)


def boxed(
    command: Sequence[str],
    folder: Path,
    kind: Kind,
    limits: Limits,
    *,
    begins: str,
    data: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> Box:
    """A program over the folders `code`, `support` and, if there is one, `data` of a staged folder.

    It begins in the place that `begins` names; `data` are names of tables below the folder `data`, and `more` is what
    its environment has beside the variables that all find.
    """
    places = walls.places(kind, folder)
    open_up(folder)
    bound = [name for name in ("code", "data", "support") if (folder / name).is_dir()]
    tables = [f"{places.data}/{name}" for name in data]
    return Box(
        command=command,
        binds=[*python_binds(), *(Bind(folder / name, getattr(places, name)) for name in bound)],
        environment={**environment(tables, places), **(more or {})},
        cwd=getattr(places, begins),
        folder=folder,
        limits=limits,
    )


def finished(box: Box, kind: Kind, control: Control, what: str) -> Finished:
    """How the program of a run or prediction (`what`) ended; raises Conflict where it was stopped, and NotStarted."""
    try:
        done = sandbox.run(box, kind, stop=control.cancelled, force=control.forced)
    except NotStarted as error:
        LOG.error("a %s could not be started: %s", what, error.words)
        raise
    if done.reason == "stopped":
        raise Conflict(f"the {what} was stopped")
    return done


def environment(tables: Sequence[str], places: Places) -> dict[str, str]:
    """All variables that code finds: `DQ0_DATA` is the first table, `DQ0_TABLES` all, `DQ0_OUT` where it writes."""
    binaries = [str(prefix / "bin") for prefix in python_prefixes()]
    return {
        "PATH": ":".join([*binaries, "/usr/local/bin", "/usr/bin", "/bin"]),
        "PYTHONPATH": f"{places.code}:{places.support}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "LANG": "C.UTF-8",
        "HOME": places.tmp,
        "USER": "run",
        "DQ0_OUT": places.out,
        "DQ0_TABLES": ":".join(tables),
        **({"DQ0_DATA": tables[0]} if tables else {}),
    }


def open_up(folder: Path) -> None:
    """Let the sandbox's user read what is there; the folder above keeps everybody else out."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        runs_by_itself = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(0o755 if runs_by_itself else 0o644)
