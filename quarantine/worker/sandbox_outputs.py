"""What code left in its run folder, read as the work of somebody hostile: no links, no devices, bounded in all ways.

The folder is given as a descriptor and read when nothing of the run lives any more, so that nothing changes under way.
"""

import os
import re
import stat
from collections.abc import Iterator

import msgspec

MOST_FILES = 1_000
MOST_ENTRIES = 20_000
DEEPEST = 16
LONGEST_PATH = 500
# The contract's paths of artifacts: no part begins with a dot, no backslash, no control character.
_PART = re.compile(r"[^/\\.\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")


class Output(msgspec.Struct, frozen=True):
    """A regular file below the run folder; `path` has forward slashes."""

    path: str
    content: bytes


class Outputs(msgspec.Struct, frozen=True):
    """The files, and how many entries were left out: links, devices, bad names, and what was beyond the bounds."""

    files: tuple[Output, ...] = ()
    left_out: int = 0


def collect(folder: int, *, most_bytes: int, most_files: int = MOST_FILES) -> Outputs:
    """Every acceptable file below `folder` (an open directory), by path; stops at the bounds and counts the rest."""
    files: list[Output] = []
    left_out = 0
    for number, entry in enumerate(_walk(folder, "", 1)):
        if number >= MOST_ENTRIES:
            left_out += 1
            break
        content = None
        if entry is not None and len(files) < most_files:
            parent, name, path = entry
            content = _content(parent, name, most_bytes)
            if content is not None:
                files.append(Output(path, content))
                most_bytes -= len(content)
        left_out += content is None
    return Outputs(tuple(files), left_out)


def _walk(folder: int, above: str, depth: int) -> Iterator[tuple[int, str, str] | None]:
    """Parent, name and path of each entry that is no folder; None for one that cannot be taken."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        yield None
        return
    for name in names:
        path = above + name
        if not _acceptable(name, path):
            yield None
            continue
        inside = _open(folder, name, os.O_DIRECTORY)
        if inside is None:
            yield folder, name, path
            continue
        try:
            if depth >= DEEPEST:
                yield None
            else:
                yield from _walk(inside, path + "/", depth + 1)
        finally:
            os.close(inside)


def _acceptable(name: str, path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return len(path) <= LONGEST_PATH and _PART.fullmatch(name) is not None


def _content(parent: int, name: str, most_bytes: int) -> bytes | None:
    handle = _open(parent, name, 0)
    if handle is None:
        return None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most_bytes:
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(found.st_size)
    except OSError:
        return None
    finally:
        os.close(handle)


def _open(parent: int, name: str, more: int) -> int | None:
    """A descriptor, without following a link, waiting for a pipe's other end or taking a terminal; None for neither."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        return os.open(name, flags | more, dir_fd=parent)
    except OSError:
        return None
