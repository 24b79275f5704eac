"""Working folders on this machine: made whole or not at all, and never reached over a link that was put in the way.

Every step of a path is opened by itself with O_NOFOLLOW and everything below it through that descriptor, so that a
folder that is swapped for a link meanwhile leads nowhere. An error names no more than what the client gave.
"""

import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from quarantine.domain.errors import Conflict, Refused
from quarantine.domain.project import meta
from quarantine.domain.settings import Settings
from quarantine.store.rows import AnyRow

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A step on the way has to be passed, not read. Where there is no such thing, it has to be readable, too.
STEP = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Nothing that is a device or a pipe is waited for, whatever it was a moment ago.
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
LONGEST_META = 1_048_576

UNUSABLE = "working_dir: expected the absolute path of an existing folder that the server may write to"
CLOSED = "working_dir: this server makes projects only in the folders that DQ0_PROJECT_FOLDERS names"
OWN = "working_dir: the server's own folders hold no projects"
ELSEWHERE = "the working folder of this project is on the machine of the server that registered it here"
GONE = "the working folder of this project is not where it was made, or its .meta file is another's"


class Place(NamedTuple):
    """Where a project's working folder was made, and the uuid that its `.meta` has to hold."""

    working_dir: str
    project_name: str
    project_uuid: str

    @classmethod
    def of(cls, project: AnyRow) -> "Place":
        """The place of a project's row."""
        return cls(project.working_dir, project.project_name, project.project_uuid)


@contextmanager
def opened(path: str, at: int | None = None) -> Iterator[int]:
    """A descriptor of the folder at a path without links, from the root or from an open folder; raises OSError."""
    here = os.open("/", STEP) if at is None else os.dup(at)
    steps = [step for step in path.split("/") if step not in ("", ".")]
    try:
        for number, step in enumerate(steps, 1):
            below = os.open(step, FOLDER if number == len(steps) else STEP, dir_fd=here)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def checked(settings: Settings, working_dir: str, name: str) -> str:
    """The folder to make a project in, links on the way resolved; raises Refused where that may not be."""
    given = Path(working_dir)
    if not given.is_absolute() or ".." in given.parts:
        raise Refused(UNUSABLE)
    try:
        if not stat.S_ISDIR(os.lstat(given).st_mode):
            raise Refused(UNUSABLE)
        parent = given.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise Refused(UNUSABLE) from None
    allowed = settings.open_folders
    if allowed is not None and not any(parent.is_relative_to(folder) for folder in allowed):
        raise Refused(CLOSED)
    folder = parent / name
    for own in (settings.root.resolve(), *settings.source_folders):
        if folder.is_relative_to(own) or own.is_relative_to(folder):
            raise Refused(OWN)
    return str(parent)


def make(working_dir: str, name: str, files: Mapping[str, str], folders: Iterable[str]) -> None:
    """Make the folder with its files and empty folders, by one rename.

    Raises Conflict where something of that name is there, and Refused where it cannot be written.
    """
    passing = f".{name[:80]}.{uuid.uuid4().hex}"
    try:
        with opened(working_dir) as parent:
            if _exists(name, parent):
                raise Conflict(f"{name} exists already in this working_dir")
            try:
                os.mkdir(passing, dir_fd=parent)
                _fill(passing, parent, files, folders)
                os.rename(passing, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                shutil.rmtree(passing, ignore_errors=True, dir_fd=parent)
                raise
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR) and _stands(working_dir, name):
            raise Conflict(f"{name} exists already in this working_dir") from None
        raise Refused(UNUSABLE) from None


def remove(project: AnyRow | Place) -> None:
    """Take back a folder that was just made, because its project is not to be."""
    with suppress(OSError, Conflict), working_folder(project), opened(project.working_dir) as parent:
        shutil.rmtree(project.project_name, ignore_errors=True, dir_fd=parent)


@contextmanager
def working_folder(project: AnyRow | Place) -> Iterator[int]:
    """A descriptor of a project's working folder; raises Conflict unless the `.meta` file in it is the project's.

    Who can move folders about on this machine could have put any other there: none of them has that file.
    """
    if not project.working_dir:
        raise Conflict(ELSEWHERE)
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(opened(f"{project.working_dir}/{project.project_name}"))
            text = _text(meta.FILE, folder)
        except OSError:
            raise Conflict(GONE) from None
        if not meta.belongs_to(text, project.project_uuid):
            raise Conflict(GONE)
        yield folder


def read_meta(project: AnyRow) -> str:
    """The `.meta` file of a project's working folder as it is; raises Conflict where it is not there."""
    with working_folder(project) as folder:
        return _text(meta.FILE, folder)


def write_meta(project: AnyRow, text: str) -> None:
    """Replace the `.meta` file by one rename; raises Conflict where the folder is gone or cannot be written."""
    with working_folder(project) as folder:
        try:
            # What a writer left behind who was killed is in nobody's way.
            with suppress(FileNotFoundError):
                os.unlink(meta.PASSING, dir_fd=folder)
            _write(meta.PASSING, folder, text)
            os.replace(meta.PASSING, meta.FILE, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            raise Conflict("the .meta file of this project cannot be written") from None


def restore_meta(project: AnyRow, text: str) -> None:
    """Put back the `.meta` file that was, because its successor is not to be."""
    with suppress(Conflict):
        write_meta(project, text)


def read_file(name: str, folder: int, limit: int) -> tuple[bytes, os.stat_result]:
    """The content of a regular file, at most `limit` + 1 bytes of it, and its status; raises OSError for others."""
    before = os.stat(name, dir_fd=folder, follow_symlinks=False)
    # Opening alone can make a device do something.
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    with os.fdopen(os.open(name, FILE, dir_fd=folder), "rb") as opened_file:
        found = os.fstat(opened_file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return opened_file.read(limit + 1), found


def _text(name: str, folder: int) -> str:
    return read_file(name, folder, LONGEST_META)[0].decode("utf8", errors="replace")


def _fill(name: str, parent: int, files: Mapping[str, str], folders: Iterable[str]) -> None:
    made = os.open(name, FOLDER, dir_fd=parent)
    try:
        for path, text in files.items():
            _write(path, made, text)
        for path in folders:
            os.mkdir(path, dir_fd=made)
    finally:
        os.close(made)


def _write(name: str, folder: int, text: str) -> None:
    with os.fdopen(os.open(name, NEW, 0o644, dir_fd=folder), "w", encoding="utf8") as file:
        file.write(text)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _stands(working_dir: str, name: str) -> bool:
    with suppress(OSError), opened(working_dir) as parent:
        return _exists(name, parent)
    return False
