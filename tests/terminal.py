"""The `dq0` command as somebody runs it: in a process of its own, alone with its settings, or at a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from live import ROOT

COMMAND = (sys.executable, "-m", "dq0.cli")
PATIENCE = 60.0


@dataclass
class Terminal:
    """A person's shell: where it stands, where settings are kept, and which server is asked."""

    folder: Path
    address: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests is seen."""
        known = {k: v for k, v in os.environ.items() if not k.startswith(("DQ0_", "_DQ0_", "XDG_"))}
        config = self.folder / "config"
        known |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(config), "COLUMNS": "200"}
        return known | ({"DQ0_ADDRESS": self.address} if self.address else {}) | self.more

    def run(self, *arguments: str, text: str = "", at: Path | None = None) -> subprocess.CompletedProcess[str]:
        """One command to its end, not at a terminal."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=at or self.folder,
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def done(self, *arguments: str, text: str = "", at: Path | None = None) -> str:
        """What a command that succeeds prints."""
        ended = self.run(*arguments, text=text, at=at)
        assert ended.returncode == 0, (arguments, ended.stdout, ended.stderr)
        return ended.stdout

    def start(self, *arguments: str, at: Path | None = None) -> subprocess.Popen[str]:
        """A command that goes on, in a process group of its own."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=at or self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def typed(self, arguments: Sequence[str], answers: Sequence[tuple[str, str]], at: Path | None = None) -> "Seen":
        """A command at a terminal: each answer is typed when its prompt has been seen."""
        child, leader = pty.fork()
        if child == 0:
            os.chdir(at or self.folder)
            os.execve(sys.executable, [*COMMAND, *arguments], self.environment())
        try:
            return _conversation(child, leader, list(answers))
        finally:
            os.close(leader)


@dataclass
class Seen:
    """All that a terminal showed, and how the command ended."""

    text: str
    status: int


def _conversation(child: int, leader: int, waiting: list[tuple[str, str]]) -> Seen:
    text, looked = "", 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not select.select([leader], [], [], 0.1)[0]:
            continue
        try:
            got = os.read(leader, 65536)
        except OSError:
            got = b""
        if not got:
            return Seen(text, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        text += got.decode("utf8", "replace")
        if waiting and waiting[0][0] in text[looked:]:
            looked = len(text)
            # Echo is switched off just after the prompt is written.
            time.sleep(0.2)
            os.write(leader, waiting.pop(0)[1].encode())
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError(f"the command still runs: {text}")
