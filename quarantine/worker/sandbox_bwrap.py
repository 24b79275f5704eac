"""Walls by bubblewrap: no network, no other process, no file but its own, no rights, system calls filtered.

Its files are in memory of a fixed size. What bubblewrap is told is in `sandbox_bwrap_words`.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack

import msgspec

from quarantine.worker import sandbox_bwrap_words as walls
from quarantine.worker import sandbox_seccomp
from quarantine.worker.sandbox_box import LOOK_SECONDS, START_SECONDS, Box, Limits, Log, NotStarted, pipe
from quarantine.worker.sandbox_processes import Handle, Tree, hold, only_child, parent_of


class Bubble:
    """A program in a sandbox of bubblewrap's; `first` takes all others with it when it dies."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        outside: Handle,
        first: Handle,
        main: Handle,
        folders: Sequence[int],
        log: Log,
    ) -> None:
        self.main = main
        self.log = log
        self.out = folders[0]
        self._process = process
        self._outside = outside
        self._first = first
        self._folders = folders
        self._tree = Tree(first)

    def pids(self) -> Sequence[int]:
        """Everybody below the first process."""
        return self._tree.pids()

    def terminate(self) -> None:
        """SIGTERM to everybody."""
        self._tree.send(signal.SIGTERM)

    def beyond(self, limits: Limits) -> str:
        """Space is bounded by the file systems themselves."""
        return "files" if any(_entries(folder) > limits.files for folder in self._folders) else ""

    def end(self, *, await_status: bool) -> int:
        """Kill whatever is left, wait until it is dead; the exit status of the program if it ended by itself."""
        if await_status:
            # Its exit status comes through bubblewrap, which ends by itself then and takes the rest with it.
            self._outside.wait(START_SECONDS)
        self._first.send(signal.SIGKILL)
        while not self._first.wait(LOOK_SECONDS):
            self.log.drain()
        self.log.drain()
        return self._process.wait()


def start(box: Box, stack: ExitStack) -> Bubble:
    """Put up the walls, set the limits, and let the program begin."""
    process, info, log = _spawn(box, stack)
    deadline = time.monotonic() + START_SECONDS
    try:
        outside = hold(process.pid)
        stack.callback(outside.close)
        if not log.opens_with(b"\n", outside, deadline):
            raise OSError
        first = hold(_first_process(process, info))
        stack.callback(first.close)
        main = hold(only_child(first.pid))
        stack.callback(main.close)
        folders = [_folder(main, place, stack) for place in (walls.OUT, "/tmp", "/dev/shm")]  # noqa: S108
        running = Bubble(process, outside, first, main, folders, log)
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.write(b"go\n")
        process.stdin.close()
    except (OSError, ValueError, msgspec.MsgspecError):
        _give_up(process)
        log.drain()
        raise NotStarted(log.content.decode(errors="replace").strip()) from None
    return running


def _give_up(process: subprocess.Popen[bytes]) -> None:
    """End what could not be started, which may still be saying why."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    # The gate waits for a word: whoever is left behind it goes.
    process.stdin.close()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _spawn(box: Box, stack: ExitStack) -> tuple[subprocess.Popen[bytes], int, Log]:
    programs, rules = walls.programs(), sandbox_seccomp.of_this_machine()
    if programs is None or rules is None:
        raise NotStarted("bubblewrap or the system call filter is missing")
    seccomp = _memory_file("seccomp", rules, stack)
    # A file, into which it can be written also when nobody reads it any more: bubblewrap would end in the middle of its
    # work, and leave behind who waits for it.
    info = _memory_file("info", b"", stack)
    printed, log = pipe(stack)
    words = walls.inner(
        box.binds, box.environment, folder_mb=box.limits.folder_mb, cwd=box.cwd, seccomp=seccomp, info=info
    )
    arguments = _memory_file("arguments", b"".join(word.encode() + b"\0" for word in words), stack)
    before = walls.outer(programs, [bind.source for bind in box.binds], walls.user())
    gate = walls.gate(box.limits.rlimits, box.limits.pick_cores())
    command = [*before, programs.bwrap, "--args", str(arguments), "--", *gate, *box.command]
    process = subprocess.Popen(  # noqa: S603 - that the command is not trusted is what the walls are for
        command,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env={},
        cwd="/",
        pass_fds=(seccomp, info, arguments),
        start_new_session=True,
    )
    if process.stdin is not None:
        stack.callback(process.stdin.close)
    os.close(log)
    return process, info, Log(printed, box.limits.log_bytes)


def _first_process(process: subprocess.Popen[bytes], info: int) -> int:
    """The number of the sandbox's first process, which takes all others with it when it dies; once its walls stand."""
    number = int(msgspec.json.decode(os.pread(info, 4096, 0))["child-pid"])
    if parent_of(number) == process.pid:
        return number
    # Counted in a view of the machine with numbers of its own: the view's first process, bubblewrap's, and its child.
    return only_child(only_child(only_child(process.pid)))


def _folder(main: Handle, place: str, stack: ExitStack) -> int:
    """A folder of the sandbox, held open: it can be read when the sandbox is gone."""
    handle = os.open(f"/proc/{main.pid}/root{place}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, handle)
    return handle


def _entries(folder: int) -> int:
    found = os.fstatvfs(folder)
    return found.f_files - found.f_ffree


def _memory_file(name: str, content: bytes, stack: ExitStack) -> int:
    handle = os.memfd_create(name)
    stack.callback(os.close, handle)
    os.write(handle, content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle
