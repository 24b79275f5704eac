"""Commits: deployed states of a working folder, kept by their content under the state folder."""

import hashlib
import io
import os
import tarfile
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec
from sqlalchemy import Connection

from quarantine.domain.errors import Conflict, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import folders, packing, rows
from quarantine.store.packing import Packed, PackedFile
from quarantine.store.rows import AnyRow
from quarantine.store.tables import commits

DAMAGED = "the stored files of this commit are damaged; deploy the project again"
NAME_LENGTH = 12


def pack(settings: Settings, place: folders.Place) -> Packed:
    """A working folder, packed and on disk: done before the transaction of the commit, which waits for no disk."""
    with folders.working_folder(place) as folder:
        packed = packing.pack(settings, folder)
    store(settings, packed)
    return packed


def receive(settings: Settings, entries: tuple[packing.Entry, ...]) -> Packed:
    """What another server has read from a working folder, packed and on disk."""
    packed = packing.received(settings, entries)
    store(settings, packed)
    return packed


def keep(connection: Connection, *, project_id: int, user_id: int, packed: Packed) -> AnyRow:
    """The commit of a folder that was packed: the one that is there where the files are the same, else a new one."""
    row = rows.get(connection, commits, project_id=project_id, digest=packed.digest)
    if row is not None:
        return row
    now = int(time.time())
    return rows.inserted(
        connection,
        commits,
        commit_uuid=str(uuid.uuid4()),
        commit_name=packed.digest[:NAME_LENGTH],
        project_id=project_id,
        user_id=user_id,
        digest=packed.digest,
        packed_bytes=packed.size,
        files=msgspec.to_builtins(packed.files),
        created_at=now,
        updated_at=now,
    )


def files(row: AnyRow) -> list[PackedFile]:
    """The files of a commit with their sizes, in the order of their paths."""
    return msgspec.convert(row.files, list[PackedFile])


def contents(settings: Settings, row: AnyRow) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file of a commit, in the order of the paths."""
    with tarfile.open(fileobj=io.BytesIO(_archive(settings, row)), mode="r:") as packed:
        for member in packed:
            if member.isreg() and (found := packed.extractfile(member)) is not None:
                yield member.name, found.read()


def content(settings: Settings, row: AnyRow, path: str) -> bytes | None:
    """One file of a commit; None where it has none of this path."""
    return next((found for name, found in contents(settings, row) if name == path), None)


def unpack(settings: Settings, row: AnyRow, target: Path) -> None:
    """Write a commit's files and folders into an empty folder, which is made when missing.

    Nothing is written before the stored bytes were found to be the deployed ones. Raises Conflict where they are not,
    and where the folder is not empty.
    """
    archive = _archive(settings, row)
    target.mkdir(parents=True, exist_ok=True)
    if next(target.iterdir(), None) is not None:
        raise Conflict("a commit is only unpacked into an empty folder")
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as packed:
        for member in packed:
            _unpack(packed, member, target)


def _unpack(packed: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isreg() or member.isdir()):
        raise Conflict(DAMAGED)
    if member.isdir():
        (target / path).mkdir(mode=0o755)
        return
    content = packed.extractfile(member)
    if content is None:  # pragma: no cover - regular files have content
        raise Conflict(DAMAGED)
    mode = 0o755 if member.mode & 0o100 else 0o644
    made = os.open(target / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(made, "wb") as file:
        file.write(content.read())


def _path(settings: Settings, digest: str) -> Path:
    return settings.commits_folder / digest[:2] / f"{digest}.tar.zz"


def store(settings: Settings, packed: Packed) -> None:
    """Put a packed folder on disk, before the transaction that names it is: what nobody names in the end harms nobody.

    Raises Unavailable where the disk does not take it.
    """
    path = _path(settings, packed.digest)
    passing = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(packed.content)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    except OSError:
        with suppress(OSError):
            passing.unlink(missing_ok=True)
        raise Unavailable("the server cannot keep the commit just now") from None


def _archive(settings: Settings, row: AnyRow) -> bytes:
    """The archive of a commit, checked against its digest; never more than was packed, whatever is stored."""
    try:
        with _path(settings, row.digest).open("rb") as file:
            # Compressing makes at most a little more of what does not compress.
            stored = file.read(row.packed_bytes + row.packed_bytes // 100 + 1024)
        archive = zlib.decompressobj().decompress(stored, row.packed_bytes + 1)
    except (OSError, zlib.error):
        raise Conflict(DAMAGED) from None
    if hashlib.sha256(archive).hexdigest() != row.digest:
        raise Conflict(DAMAGED)
    return archive
