"""A server and workers on one state folder that are killed and started again, and processes that come of them."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from live import PATIENCE, ROOT, Live, environment_of, free_port, log_of, wait_until_up
from quarantine.worker.sandbox_processes import children, hold

SERVER, WORKER, SUPERVISOR, CODE = "server", "worker", "supervisor", "user code"


class Seen(NamedTuple):
    """A process: its number, when it began (no two have both), its command line, and what it is in a fleet."""

    pid: int
    began: str
    line: str
    role: str

    @property
    def lives(self) -> bool:
        """Whether it is still there, and no zombie."""
        state, began = _state(self.pid)
        return began == self.began and state not in "ZX"


@dataclass
class Member:
    """A process of ours that is started again whenever it has ended."""

    role: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Begin, or begin again."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> int:
        """Ask politely; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class Fleet:
    """One server with its worker, and processes that only work; `walls` has a kind of walls for each of them."""

    def __init__(self, home: Path, walls: list[str], mark: re.Pattern[str], **settings: str) -> None:
        port = free_port()
        self.live = Live(f"http://127.0.0.1:{port}/api", home, None, plain=False)  # type: ignore[arg-type]
        self.mark = mark
        self.seen: set[Seen] = set()
        self.members = []
        for number, kind in enumerate(walls):
            role, words = (
                (WORKER, ["worker", "start"]) if number else (SERVER, ["server", "start", "--port", str(port)])
            )
            command = [sys.executable, "-m", "quarantine.server.cli", *words]
            environment = environment_of(home, sandbox=kind, **settings)
            self.members.append(Member(role, command, environment, log_of(home)))

    @contextmanager
    def running(self) -> Iterator[Live]:
        """All of them run, until the block ends."""
        try:
            for member in self.members:
                member.start()
            self.live.process = self.members[0].process
            wait_until_up(self.live)
            yield self.live
        finally:
            for member in self.members:
                member.process.kill()
                member.process.wait()

    def kill(self, role: str, choose: Callable[[list[Seen]], Seen], seconds: float) -> str | None:
        """`kill -9` of somebody in a role; the mark of the run that it was of, empty where that could not be told.

        None where there was nobody for so long.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [each for each in self.look() if each.role == role]
            if found:
                victim = choose(found)
                marked = self.marked(victim)
                if self._kill(victim):
                    return marked
            time.sleep(0.002)
        return None

    def _kill(self, victim: Seen) -> bool:
        try:
            handle = hold(victim.pid)
        except OSError:
            return False
        # Held now: still the one that was meant, or its number is somebody else's.
        alive = victim.lives
        if alive:
            handle.send(signal.SIGKILL)
        handle.close()
        member = next((each for each in self.members if each.process.pid == victim.pid), None)
        if member is not None and alive:
            member.process.wait()
            member.start()
        return alive

    def marked(self, process: Seen) -> str:
        """The mark in a process's command line or in that of one below it; empty where there is none yet."""
        lines = [process.line, *(_line(pid) for pid in _below(process.pid))]
        return next((found[0] for line in lines if (found := self.mark.search(line))), "")

    def look(self) -> list[Seen]:
        """Everybody, as of now."""
        found = []
        for member in self.members:
            found.append(_seen(member.process.pid, member.role))
            below = [_seen(pid, SUPERVISOR) for pid in _below(member.process.pid)]
            found += [each._replace(role=CODE) if each.line.startswith("python ") else each for each in below]
        # A process that has ended meanwhile has no beginning.
        found = [each for each in found if each.began]
        self.seen.update(found)
        return found


def _seen(pid: int, role: str) -> Seen:
    line = _line(pid)
    return Seen(pid, _state(pid)[1], line, role)


def _below(pid: int) -> list[int]:
    found = children(pid)
    return [*found, *(each for child in found for each in _below(child))]


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _state(pid: int) -> tuple[str, str]:
    """State and beginning; two empty texts where there is no such process."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", ""
    return words[0], words[19]
