"""Processes held by pidfd: a number alone may be somebody else's by the time a signal arrives."""

import contextlib
import os
import select
import signal
from collections.abc import Iterable
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


class Handle:
    """One process, for as long as the handle is open."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle
        self._ended = select.poll()
        self._ended.register(handle, select.POLLIN)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, or does within the time."""
        return bool(self._ended.poll(seconds * 1000))

    def watch(self, ready: select.poll) -> None:
        """Have its end among what is waited for."""
        ready.register(self._handle, select.POLLIN)

    def send(self, number: signal.Signals) -> None:
        """Signal it, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)


def hold(pid: int) -> Handle:
    """A handle on a process that cannot end just now; raises OSError where there is none."""
    return Handle(pid, os.pidfd_open(pid))


class Tree:
    """A process and all that came of it: the first process of a pid namespace inherits the orphans."""

    def __init__(self, root: Handle) -> None:
        self._root = root
        self._namespace = _namespace(root.pid)

    def pids(self) -> list[int]:
        """Everybody below the root, as of now."""
        return below(self._root.pid)

    def send(self, number: signal.Signals) -> None:
        """Signal everybody below the root."""
        for pid in self.pids():
            try:
                handle = hold(pid)
            except OSError:
                continue
            # Held now: if it is of the sandbox it is the one that was meant, or a sibling.
            if _namespace(pid) == self._namespace:
                handle.send(number)
            handle.close()


def holds_more(pids: Iterable[int], most: int) -> bool:
    """Whether processes together have more than `most` bytes in memory; pages that they share count once."""
    known = list(pids)
    # Shared pages take long to tell apart: only where the simple sum says a lot.
    return sum(map(_resident, known)) > most and sum(map(_proportional, known)) > most


def below(pid: int) -> list[int]:
    """Everybody who came of a process, as of now."""
    found, ahead = [], [pid]
    while ahead:
        more = children(ahead.pop())
        found += more
        ahead += more
    return found


def only_child(pid: int) -> int:
    """A process's child; raises ValueError where it has none or several."""
    (child,) = children(pid)
    return child


def parent_of(pid: int) -> int:
    """A process's parent; 0 where there is no such process."""
    lines = _read(f"/proc/{pid}/status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("PPid:")), 0)


def tasks_of(user: int) -> int:
    """How many processes and threads a user has, as of now."""
    count = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if path.stat().st_uid == user:
                count += len(os.listdir(path / "task"))  # noqa: PTH208 - names, not paths
        except OSError:
            continue
    return count


def children(pid: int) -> list[int]:
    """The processes that a process has started, or taken over."""
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - names, not paths
    except OSError:
        return found
    for thread in threads:
        found += [int(word) for word in _read(f"/proc/{pid}/task/{thread}/children").split()]
    return found


def _namespace(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")  # noqa: PTH115
    except OSError:
        return ""


def _resident(pid: int) -> int:
    words = _read(f"/proc/{pid}/statm").split()
    return int(words[1]) * PAGE if words else 0


def _proportional(pid: int) -> int:
    lines = [line for line in _read(f"/proc/{pid}/smaps_rollup").splitlines() if line.startswith("Pss:")]
    # Code can keep its maps from being read: it is charged for all that it maps then.
    return int(lines[0].split()[1]) << 10 if lines else _resident(pid)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
