"""Walls by the kernel alone, where bubblewrap cannot work: Landlock for files, seccomp for calls, rlimits, a watcher.

`launch.py` sets them up in a process of its own and stays as the parent of all that comes of the program. There is no
view of other files here: what may not be read is refused, and its existence can be told. What the kernel does not bound
(space, over all files, also those that have no name any more) is looked at from outside.
"""

import ctypes
import marshal
import os
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from quarantine.worker import sandbox_seccomp
from quarantine.worker.sandbox_box import LOOK_SECONDS, START_SECONDS, Box, Limits, Log, NotStarted, pipe
from quarantine.worker.sandbox_bwrap_words import closed_above, user
from quarantine.worker.sandbox_processes import Handle, below, hold, only_child, tasks_of

LAUNCHER = [sys.executable, "-I", "-S", "-E", "-B", str(Path(__file__).with_name("launch.py"))]
FOLDERS = ("out", "tmp")
READS: tuple[str, ...] = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/dev/urandom", "/dev/random")
READS += ("/proc/meminfo", "/proc/cpuinfo", "/sys/devices/system/cpu")
READS += ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
BOUNDS = ("memory.limit_in_bytes", "cpu.cfs_quota_us", "cpu.cfs_period_us", "memory.max", "cpu.max")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
# From this version of Landlock on a signal does not leave the domain: without users to give away there is no less.
SCOPED = 6
BLOCK = 512


def version() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    return max(0, int(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))))


class Kept:
    """A program that the launcher keeps; what it writes is in the folders `out` and `tmp` on disk."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        outside: Handle,
        main: Handle,
        folders: Sequence[int],
        log: Log,
        own: int | None,
    ) -> None:
        self.main = main
        self.log = log
        self.out = folders[0]
        self._process = process
        self._outside = outside
        self._folders = folders
        self._own = own

    def pids(self) -> Sequence[int]:
        """Everybody below the launcher."""
        return below(self._process.pid)

    def terminate(self) -> None:
        """SIGTERM to everybody."""
        self._say(b"t")

    def beyond(self, limits: Limits) -> str:
        """Counts entries and blocks, of files without a name too, as long as somebody holds them."""
        most, entries, held = limits.folder_mb << 20, 0, 0
        for folder in self._folders:
            for found in _below(folder):
                entries, held = entries + 1, held + found.st_blocks * BLOCK
                if entries > limits.files:
                    return "files"
        return "space" if held > most or held + _nameless(self.pids()) > most else ""

    def end(self, *, await_status: bool) -> int:
        """Kill whatever is left, wait until it is dead; the exit status of the program if it ended by itself."""
        if not await_status:
            self._say(b"k")
        deadline = time.monotonic() + START_SECONDS
        # By the handle: waiting for a process by its number is looking again and again.
        while not self._outside.wait(LOOK_SECONDS):
            self.log.drain()
            if time.monotonic() > deadline:
                self._process.kill()
        status = self._process.wait()
        if status < 0 and self._own is not None:
            # The launcher was killed, and whom it kept has nobody now.
            subprocess.run([*LAUNCHER, str(self._own)], check=False, env={}, cwd="/", stdin=subprocess.DEVNULL)  # noqa: S603
        self.log.drain()
        return status if status >= 0 else 128 - status

    def _say(self, letter: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            self._process.stdin.write(letter)
            self._process.stdin.flush()
        except OSError:
            # It ends already, and all of the program with it.
            return


def start(box: Box, stack: ExitStack, *, walls: bool) -> Kept:
    """Put up the walls, set the limits, and let the program begin; without `walls` there are only the limits."""
    own, rules = user(), sandbox_seccomp.of_this_machine(shared=True)
    if box.folder is None or (walls and rules is None):
        raise NotStarted("there is no folder to write to, or no system call filter")
    if missing := [bind.source for bind in box.binds if not bind.source.exists()]:
        raise NotStarted(f"there is no {missing[0]}")
    if own is not None:
        # Nobody else on this machine looks in.
        os.chown(box.folder, own, own)
        box.folder.chmod(0o700)
    folders = [_folder(box.folder / name, own, stack) for name in FOLDERS]
    asked: dict[str, object] = {
        "command": list(box.command),
        "environment": {**box.environment, "TMPDIR": str(box.folder / "tmp")},
        "cwd": box.cwd,
        "rlimits": {**box.limits.rlimits, **({} if own is not None else {"nproc": _room(box.limits.processes)})},
        "cores": box.limits.pick_cores(),
        "user": own,
        # Past the modes of closed folders, where something below one is opened.
        "searches": own is not None and any(closed_above(bind.source, own) for bind in box.binds),
        "walls": walls,
        "seccomp": (rules or b"") if walls else b"",
        "reads": [*READS, *_bounds(), *(str(bind.source) for bind in box.binds)],
        "writes": [str(box.folder / name) for name in FOLDERS],
        "devices": list(DEVICES),
    }
    process, log = _spawn(box.limits.log_bytes, stack)
    assert process.stdin is not None  # noqa: S101 - it was asked for
    try:
        told = marshal.dumps(asked)
        process.stdin.write(len(told).to_bytes(8, "big") + told)
        process.stdin.flush()
        outside = hold(process.pid)
        stack.callback(outside.close)
        if not log.opens_with(b"\n", outside, time.monotonic() + START_SECONDS):
            raise OSError
        main = hold(only_child(process.pid))
        stack.callback(main.close)
        process.stdin.write(b"g")
        process.stdin.flush()
    except (OSError, ValueError):
        _close(process.stdin)
        process.wait()
        log.drain()
        raise NotStarted(log.content.decode(errors="replace").strip()) from None
    return Kept(process, outside, main, folders, log, own)


def _spawn(log_bytes: int, stack: ExitStack) -> tuple[subprocess.Popen[bytes], Log]:
    printed, log = pipe(stack)
    process = subprocess.Popen(  # noqa: S603 - the launcher is ours
        LAUNCHER, stdin=subprocess.PIPE, stdout=log, stderr=log, env={}, cwd="/", start_new_session=True
    )
    os.close(log)
    assert process.stdin is not None  # noqa: S101 - it was asked for
    stack.callback(_close, process.stdin)
    return process, Log(printed, log_bytes)


def _close(words: IO[bytes]) -> None:
    """Say no more; what nobody could be told is dropped."""
    with suppress(BrokenPipeError):
        words.close()


def _folder(path: Path, own: int | None, stack: ExitStack) -> int:
    path.mkdir(mode=0o700)
    if own is not None:
        os.chown(path, own, own)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    stack.callback(os.close, handle)
    return handle


def _bounds() -> list[str]:
    """The files that say what the server's own control groups may take: libraries read them, or fall over."""
    found = []
    for line in Path("/proc/self/cgroup").read_text(encoding="utf8").splitlines():
        _, controllers, path = line.split(":", 2)
        for above in {Path("/sys/fs/cgroup", controllers), Path("/sys/fs/cgroup", controllers, path.strip("/"))}:
            found += [str(above / name) for name in BOUNDS]
    return found


def _room(processes: int) -> int:
    """The limit of a user's processes that leaves room for so many more."""
    return tasks_of(os.getuid()) + processes


def _below(folder: int) -> list[os.stat_result]:
    """The status of each entry below an open folder, without following links; folders that cannot be opened are one."""
    found: list[os.stat_result] = []
    ahead = [os.dup(folder)]
    while ahead:
        here = ahead.pop()
        try:
            for name in os.listdir(here):  # noqa: PTH208 - by descriptor
                try:
                    state = os.stat(name, dir_fd=here, follow_symlinks=False)
                    found.append(state)
                    if stat.S_ISDIR(state.st_mode) and len(ahead) < BLOCK:
                        ahead.append(os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here))
                except OSError:
                    continue
        except OSError:
            pass
        finally:
            os.close(here)
    return found


def _nameless(pids: Sequence[int]) -> int:
    """Bytes on disk of files that these processes hold, and that no folder shows any more."""
    found: dict[tuple[int, int], int] = {}
    for pid in pids:
        try:
            handles = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208 - names
        except OSError:
            continue
        for handle in handles:
            try:
                state = Path(f"/proc/{pid}/fd/{handle}").stat()
            except OSError:
                continue
            if stat.S_ISREG(state.st_mode) and state.st_nlink == 0:
                found[state.st_dev, state.st_ino] = state.st_blocks * BLOCK
        found.update(_mapped(pid))
    return sum(found.values())


def _mapped(pid: int) -> dict[tuple[int, int], int]:
    """The same of files that are only mapped: as many bytes as are mapped."""
    found: dict[tuple[int, int], int] = {}
    try:
        lines = Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        if line.endswith(" (deleted)"):
            region, _, _, device, inode, *_ = line.split(maxsplit=5)
            begin, _, end = region.partition("-")
            major, _, minor = device.partition(":")
            key = os.makedev(int(major, 16), int(minor, 16)), int(inode)
            found[key] = found.get(key, 0) + int(end, 16) - int(begin, 16)
    return found
