"""The csv and parquet connectors: files in the server's data folders, copied to Parquet and added up by DuckDB."""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from quarantine.domain.metadata.model import Source, Table
from quarantine.domain.settings import Settings
from quarantine.store.data import Origin
from quarantine.store.sources import files
from quarantine.store.sources.connector import Copy, Progress, Stated, Stop, Unwanted

if TYPE_CHECKING:
    from quarantine.store.sources.engine import Engine

RELATION = "bounded"
# The name of a file that a transform has made: it is looked for by this name alone, and in no folder of others.
DERIVED = re.compile(r"[0-9a-f-]{36}\.derived\.csv")


class FilePlace:
    """The files of one table."""

    remote = False

    def __init__(self, table: Table, settings: Settings) -> None:
        self.table = table
        self._settings = settings
        self._folders = folders_for(table.source, settings)
        self.paths = files.locate_all(table.source, self._folders)

    @property
    def names(self) -> tuple[str, ...]:
        """Paths, links resolved; a folder's too, so that it stays the same source when all files in it are new."""
        folders = files.folders_of(self.table.source, self._folders)
        return tuple(str(path) for path in (*folders, *self.paths))

    def check_columns(self) -> None:
        """Looks at each file's header."""
        for path in self.paths:
            files.check_columns(self.table, path)

    def fingerprint(self) -> str:
        """Size, time and inode of the one file, or a digest of those of all files."""
        states = [(str(path), *msgspec.structs.astuple(files.fingerprint(path))) for path in self.paths]
        if len(states) == 1:
            return "-".join(str(part) for part in states[0][1:])
        return hashlib.sha256(msgspec.json.encode(states)).hexdigest()

    def origins(self) -> list[Origin]:
        """Paths and content digests; reads each whole file."""
        digests = {str(path): files.content_digest(path) for path in self.paths}
        return [Origin(name, digests.get(name, "")) for name in self.names]

    def build(self, copy: Copy, progress: Progress, stop: Stop) -> None:
        """One Parquet file, in place of the one before."""
        from quarantine.store.sources.bounded import build

        build(self.table, self.paths, target_of(copy, self._settings), progress=progress, stop=stop)


class Files:
    """Files of the data folders, and DuckDB over their copies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: Engine | None = None

    def locate(self, table: Table) -> FilePlace:
        """The files; raises Refused for what is not a readable data file in a data folder."""
        return FilePlace(table, self._settings)

    def aggregate(self, plan: Stated, table: Table, copy: Copy, *more: tuple[Table, Copy]) -> list[tuple[object, ...]]:
        """The plan's exact aggregates by the locked DuckDB."""
        files = {RELATION: copy.path(self._settings.bounded_folder)}
        for number, (_, other) in enumerate(more, start=1):
            files[f"{RELATION}{number}"] = other.path(self._settings.bounded_folder)
        return self._engine().aggregate(plan.statement("duckdb", *files), files)

    def has(self, copy: Copy) -> bool:
        """Whether its file is there."""
        return copy.path(self._settings.bounded_folder).exists()

    def drop(self, tables: Iterable[Table], data_uuid: str, unwanted: Unwanted) -> None:
        """Remove the folders of the versions."""
        drop_folders(self._settings.bounded_folder / data_uuid, unwanted)

    def close(self) -> None:
        """Let go of DuckDB."""
        if self._kept is not None:
            self._kept.close()

    def _engine(self) -> "Engine":
        """The query engine, loaded by the first query: an idle server does without its memory."""
        from quarantine.store.sources.engine import Engine

        self._kept = self._kept or Engine.of(self._settings)
        return self._kept


def folders_for(source: Source, settings: Settings) -> tuple[Path, ...]:
    """Where a table's files may be: in the data folders, or for one that a transform has made where those are."""
    return (settings.derived_folder,) if DERIVED.fullmatch(source.uri) else settings.source_folders


def target_of(copy: Copy, settings: Settings) -> Path:
    """The copy's path, in folders that only the server may read."""
    target = copy.path(settings.bounded_folder)
    for folder in (settings.bounded_folder, target.parent.parent, target.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target


def drop_folders(copies: Path, unwanted: Unwanted) -> None:
    """Remove the folders of a dataset's unwanted versions, and its own once it is empty."""
    for folder in copies.glob("*"):
        if folder.name.isdigit() and unwanted(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
    if copies.is_dir() and not any(copies.iterdir()):
        shutil.rmtree(copies, ignore_errors=True)
