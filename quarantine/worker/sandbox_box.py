"""What both kinds of walls have in common: the box that is asked for, its limits, its log, and a program inside."""

import os
import random
import select
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import msgspec

from quarantine.domain.errors import Unavailable
from quarantine.worker.sandbox_processes import Handle

# "nothing" has no walls at all, only limits: for the administrator who says that he wants it.
Kind = Literal["bubblewrap", "landlock", "nothing"]
LOOK_SECONDS = 0.05
START_SECONDS = 30.0
OPEN_FILES = 1024
LONGEST_READ = 1 << 16
FAILED = "the sandbox could not be started; the server's log names the place"


class Bind(NamedTuple):
    """A file or folder of the machine that is there to read, under bubblewrap at `place`, else where it is."""

    source: Path
    place: str


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a program may use. `memory_mb` counts all its processes together, beside the files in its run folder."""

    seconds: float = 3600.0
    memory_mb: int = 2048
    processes: int = 128
    cores: int = 4
    folder_mb: int = 256
    files: int = 10_000
    log_bytes: int = 1 << 20

    @property
    def rlimits(self) -> dict[str, int]:
        """What each process of it may use, in the kernel's words; set inside, where nobody can raise them again."""
        return {
            "as": 2 * self.memory_mb << 20,
            "cpu": int(self.seconds) + 1,
            "nproc": self.processes,
            "fsize": self.folder_mb << 20,
            "nofile": OPEN_FILES,
            "core": 0,
            "msgqueue": 0,
            "memlock": 0,
        }

    def pick_cores(self) -> list[int]:
        """Some of the machine's cores for it, others each time.

        Libraries of numbers start a thread for every core that they see, with memory each: more than the limits allow
        where there are many.
        """
        seen = sorted(os.sched_getaffinity(0))
        return random.sample(seen, min(self.cores, len(seen)))


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A program and its surroundings: its argument vector, what it may read, its whole environment, where it begins.

    `folder` is where it may write without bubblewrap: folders `out` and `tmp` are made in it.
    """

    command: Sequence[str]
    binds: Sequence[Bind] = ()
    environment: Mapping[str, str] = {}
    cwd: str
    folder: Path | None = None
    limits: Limits = Limits()


class NotStarted(Unavailable):
    """The walls could not be put up; `words` say why, for the server's log."""

    def __init__(self, words: str = "") -> None:
        super().__init__(FAILED)
        self.words = words


class Walled(Protocol):
    """A program behind its walls, from its first instruction to the death of its last process."""

    main: Handle
    log: "Log"
    # The folder of its outputs, open: it can be read when nothing of the program is left.
    out: int

    def pids(self) -> Sequence[int]:
        """Everybody who came of it, as of now."""

    def terminate(self) -> None:
        """Ask all of them to end."""

    def beyond(self, limits: Limits) -> str:
        """The limit of files or space that it has gone beyond, in a word; empty for none."""

    def end(self, *, await_status: bool) -> int:
        """Kill whatever is left, wait until it is dead; the exit status of the program if it ended by itself."""


class Log:
    """What the program printed, up to a length; the rest is read and dropped so that nobody waits for a full pipe."""

    def __init__(self, handle: int, longest: int) -> None:
        self._handle = handle
        self._longest = longest
        self._parts = bytearray()
        os.set_blocking(handle, False)

    def drain(self) -> None:
        """Take what is there."""
        for _ in range(64):
            try:
                part = os.read(self._handle, LONGEST_READ)
            except BlockingIOError:
                return
            if not part:
                return
            self._parts += part[: self._longest - len(self._parts)]

    def opens_with(self, sign: bytes, process: Handle, deadline: float) -> bool:
        """Whether the first byte is this one, which is no part of the log then.

        Waits for it until the deadline, or until the process that was to let it be written has ended.
        """
        ready = select.poll()
        ready.register(self._handle, select.POLLIN)
        process.watch(ready)
        if self._handle not in dict(ready.poll(max(0.0, deadline - time.monotonic()) * 1000)):
            return False
        first = os.read(self._handle, 1)
        self._parts += first if first != sign else b""
        return first == sign

    @property
    def content(self) -> bytes:
        """All that was kept."""
        return bytes(self._parts)


def pipe(stack: ExitStack) -> tuple[int, int]:
    """A pipe whose reading end is closed at the end; the writing end is the caller's to close."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    return reading, writing
