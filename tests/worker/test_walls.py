"""Which walls this machine has: found out once, and not by one attempt alone."""

import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from boxed import need_sandbox
from quarantine.worker import sandbox_landlock, walls
from quarantine.worker.sandbox_box import Box, NotStarted


def test_a_probe_that_somebody_killed_does_not_refuse_all_runs_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    need_sandbox("bubblewrap")
    said = iter(["a sandbox cannot be made here: "])
    tried = walls._tried
    monkeypatch.setattr(walls, "_tried", lambda kind: next(said, "") or tried(kind))
    walls.works.cache_clear()
    assert walls.works("bubblewrap") == ""
    walls.works.cache_clear()


def test_a_launcher_that_is_dead_before_it_is_told_anything_is_walls_that_did_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need_sandbox("landlock")
    begin = subprocess.Popen

    def dead(*given: object, **more: object) -> subprocess.Popen[bytes]:
        process = begin(*given, **more)  # type: ignore[call-overload]
        process.kill()
        process.wait()
        return process  # type: ignore[no-any-return]

    monkeypatch.setattr(subprocess, "Popen", dead)
    with ExitStack() as stack, pytest.raises(NotStarted):
        sandbox_landlock.start(Box(command=("true",), cwd="/", folder=tmp_path), stack, walls=True)
