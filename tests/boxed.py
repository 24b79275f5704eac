"""Programs in the sandbox, for tests that try to break out of it."""

import re
import secrets
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from quarantine.worker import sandbox, walls
from quarantine.worker.sandbox import Box, Finished, Kind, Limits
from quarantine.worker.sandbox_box import Bind
from quarantine.worker.sandbox_bwrap_words import python_binds

KINDS: tuple[Kind, ...] = ("bubblewrap", "landlock")


def need_sandbox(kind: Kind | None = None) -> None:
    """Skip where this machine cannot make such walls, or any: the server refuses runs then, as other tests promise."""
    reasons = [walls.works(each) for each in KINDS if kind in (None, each)]
    if all(reasons):
        pytest.skip("; ".join(reasons))


class Boxes:
    """Makes programs behind one kind of walls. Code names its places as bubblewrap has them, such as /out and /code."""

    def __init__(self, kind: Kind) -> None:
        need_sandbox(kind)
        self.kind = kind
        self._made: list[Path] = []

    def box(self, code: str, *arguments: str, binds: Sequence[Bind] = (), **limits: Any) -> Box:
        """Python code in a box with limits of the given names, ten seconds unless told otherwise."""
        folder = self.folder()
        places = walls.places(self.kind, folder)
        known = {"/out": places.out, "/tmp": places.tmp}
        known |= {bind.place: str(bind.source) for bind in binds if self.kind != "bubblewrap"}

        def named(text: str) -> str:
            return re.sub(r"(?<![\w/])/(?:out|tmp|code|data)\b", lambda found: known.get(found[0], found[0]), text)

        bounds = Limits(**{"seconds": 10.0, "memory_mb": 512, "folder_mb": 16, **limits})
        return Box(
            command=(
                sys.executable,
                "-c",
                named(textwrap.dedent(code)),
                *(known.get(each, each) for each in arguments),
            ),
            binds=[*python_binds(), *binds],
            environment={"PATH": "/usr/bin:/bin"},
            cwd=places.out,
            folder=folder,
            limits=bounds,
        )

    def folder(self) -> Path:
        """A folder that the program's user can reach, too."""
        folder = walls.above_all(None, private=False) / f"test.{secrets.token_hex(8)}"
        folder.mkdir(mode=0o755)
        self._made.append(folder)
        return folder

    def run(self, code: str, *arguments: str, binds: Sequence[Bind] = (), **limits: Any) -> Finished:
        """What came of it."""
        return sandbox.run(self.box(code, *arguments, binds=binds, **limits), self.kind)

    def printed(self, code: str, *arguments: str, binds: Sequence[Bind] = (), **limits: Any) -> str:
        """What code that ended well has printed."""
        done = self.run(code, *arguments, binds=binds, **limits)
        assert (done.reason, done.status) == ("ended", 0), done
        return done.log.decode().strip()

    def attended(self, box: Box, *, stop: Callable[[], bool], force: Callable[[], bool] = lambda: False) -> Finished:
        """The same of a box, with somebody who may end it."""
        return sandbox.run(box, self.kind, stop=stop, force=force)

    def clear(self) -> None:
        """Let go of all folders."""
        for folder in self._made:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=KINDS)
def boxes(request: pytest.FixtureRequest) -> Iterator[Boxes]:
    """Either kind of walls: what holds behind one holds behind the other."""
    made = Boxes(request.param)
    yield made
    made.clear()


def alive(mark: str) -> list[str]:
    """Command lines of this machine's processes that hold a mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in line:
            found.append(line)
    return found
