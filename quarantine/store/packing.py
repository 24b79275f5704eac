"""A working folder as one archive: the same bytes for the same files, nothing from outside, and nothing boundless."""

import hashlib
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import PurePosixPath

import msgspec

from quarantine.domain.errors import Conflict, Refused
from quarantine.domain.project import ignore
from quarantine.domain.settings import Settings
from quarantine.store import folders

DEEPEST = 64
LONGEST_PATH = 1000
# What is ignored has to be looked at, too, but not without end.
LOOKED_AT = 50
LEVEL = 3


class Entry(msgspec.Struct, frozen=True):
    """A file or folder, by its path below the working folder."""

    path: str
    folder: bool = False
    content: bytes = b""
    executable: bool = False


class PackedFile(msgspec.Struct, frozen=True):
    """What is told of a packed file."""

    path: str
    size: int


class Packed(msgspec.Struct, frozen=True):
    """A packed folder: `content` is compressed, `digest` and `size` are those of the archive inside."""

    digest: str
    size: int
    content: bytes
    files: list[PackedFile]


def pack(settings: Settings, folder: int) -> Packed:
    """The files below an opened folder that git would not ignore, in the order of their paths.

    Raises Refused for links that lead out, devices, pipes, and for more than the settings allow.
    """
    return packed(walk(settings, folder))


def packed(entries: list[Entry]) -> Packed:
    """An archive of these, compressed."""
    archive = archived(entries)
    return Packed(
        digest=hashlib.sha256(archive).hexdigest(),
        size=len(archive),
        content=zlib.compress(archive, LEVEL),
        files=listed(entries),
    )


def received(settings: Settings, entries: Iterable[Entry]) -> Packed:
    """Files and folders that another server has packed, held to the same rules; raises Refused.

    In the order of their paths, each once, and in folders that have come before.
    """
    kept: dict[str, Entry] = {}
    left = settings.deploy_bytes
    for entry in entries:
        check_path(entry.path)
        above = entry.path.rpartition("/")[0]
        known = "/" not in entry.path or (above in kept and kept[above].folder)
        if not known or {"", ".", ".."} & set(entry.path.split("/")):
            raise Refused(f"{entry.path[:200]}: expected a plain path below folders that stand before it")
        left -= len(entry.content)
        if entry.path in kept or (entry.folder and entry.content):
            raise Refused(f"{entry.path[:200]}: expected each path once, and no content of a folder")
        kept[entry.path] = entry
        if len(kept) > settings.deploy_files or left < 0:
            raise Refused(
                f"expected at most {settings.deploy_files} files and folders, and {settings.deploy_bytes} bytes in them"
            )
    return packed(sorted(kept.values(), key=lambda entry: entry.path.split("/")))


def check_path(path: str) -> None:
    """Raises Refused for a path that could deceive who reads it, or is too long."""
    if not path.isprintable() or "\\" in path:
        raise Refused(f"{ascii(path)[:200]}: expected printable characters and no backslash in a file's name")
    if len(path) > LONGEST_PATH or path.count("/") >= DEEPEST:
        raise Refused(f"{path[:200]}: expected at most {LONGEST_PATH} characters and {DEEPEST} folders")


def listed(entries: list[Entry]) -> list[PackedFile]:
    """What is told of the files among the entries."""
    return [PackedFile(entry.path, len(entry.content)) for entry in entries if not entry.folder]


def archived(entries: list[Entry]) -> bytes:
    """A tar archive that says nothing of when, where and by whom it was made."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in entries:
            about = tarfile.TarInfo(entry.path)
            about.type = tarfile.DIRTYPE if entry.folder else tarfile.REGTYPE
            about.mode = 0o755 if entry.folder or entry.executable else 0o644
            about.size = len(entry.content)
            archive.addfile(about, io.BytesIO(entry.content))
    return written.getvalue()


def walk(settings: Settings, folder: int) -> list[Entry]:
    """Everything below an opened folder that is not ignored, folders before what is in them.

    Raises Refused for what may not be deployed, and Conflict where a folder cannot be read.
    """
    try:
        return list(_Walk(settings, folder).below(folder, "", []))
    except OSError:
        raise Conflict("the working folder was changed while it was read, or a folder in it cannot be read") from None


class _Walk:
    """What is left of the bounds while a folder is walked through."""

    def __init__(self, settings: Settings, root: int) -> None:
        self._root = root
        self._settings = settings
        self._entries, self._bytes = settings.deploy_files, settings.deploy_bytes
        self._looks = settings.deploy_files * LOOKED_AT

    def below(self, folder: int, prefix: str, known: list[ignore.Rules]) -> Iterator[Entry]:
        names = self._names(folder)
        if ignore.FILE in names:
            known = [*known, *_rules(folder, prefix)]
        for name in names:
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            path = prefix + name
            if ignore.is_ignored(known, path, folder=stat.S_ISDIR(mode)):
                continue
            self._count(path)
            if stat.S_ISDIR(mode):
                yield Entry(path, folder=True)
                with folders.opened(name, folder) as deeper:
                    yield from self.below(deeper, path + "/", known)
            else:
                yield self._file(folder, name, path, link=stat.S_ISLNK(mode))

    def _names(self, folder: int) -> list[str]:
        with os.scandir(folder) as found:
            names = [entry.name for entry in islice(found, self._looks + 1)]
        self._looks -= len(names)
        if self._looks < 0:
            raise Refused(
                "the working folder holds too many files; ignored ones are best kept in a folder of their own"
            )
        return sorted(names)

    def _count(self, path: str) -> None:
        check_path(path)
        self._entries -= 1
        if self._entries < 0:
            raise Refused(f"the project has more than {self._settings.deploy_files} files and folders to deploy")

    def _file(self, folder: int, name: str, path: str, *, link: bool) -> Entry:
        try:
            if link:
                content, found = self._linked(path, os.readlink(name, dir_fd=folder))
            else:
                content, found = folders.read_file(name, folder, self._bytes)
        except OSError:
            raise Refused(f"{path}: expected a file that can be read, or a link to one in this folder") from None
        if found.st_nlink > 1:
            # A second name of a file elsewhere looks exactly like one here.
            raise Refused(f"{path}: the file has several hard links; deploy a copy")
        self._bytes -= len(content)
        if self._bytes < 0:
            raise Refused(f"the project has more than {self._settings.deploy_bytes} bytes to deploy")
        return Entry(path, content=content, executable=bool(found.st_mode & stat.S_IXUSR))

    def _linked(self, path: str, target: str) -> tuple[bytes, os.stat_result]:
        """What a link leads to, if that is a file here; whatever is a link on the way does not open."""
        inside = PurePosixPath(os.path.normpath(PurePosixPath(path).parent / target))
        if inside.is_absolute() or ".." in inside.parts:
            raise OSError(target)
        with folders.opened(str(inside.parent), self._root) as folder:
            return folders.read_file(inside.name, folder, self._bytes)


def _rules(folder: int, prefix: str) -> list[ignore.Rules]:
    try:
        content, _ = folders.read_file(ignore.FILE, folder, ignore.LONGEST)
    except OSError:
        return []  # a folder or a link of that name: git does not read it either
    return [ignore.rules(prefix, content)]
