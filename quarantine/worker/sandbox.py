"""Runs a program that nobody trusts: walled in, within limits, watched, and ended with everything that it started.

There are two kinds of walls: bubblewrap's (`sandbox_bwrap`), and where that does not work the kernel's own, Landlock
(`sandbox_landlock`). This module looks after the program and hands out what it left (`sandbox_outputs`) once nothing of
it lives; `walls` says which kind this machine has.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack

import msgspec

from quarantine.worker import sandbox_bwrap, sandbox_landlock
from quarantine.worker.sandbox_box import LOOK_SECONDS, Box, Kind, Limits, NotStarted, Walled
from quarantine.worker.sandbox_outputs import Outputs, collect
from quarantine.worker.sandbox_processes import holds_more

__all__ = ["Box", "Finished", "Kind", "Limits", "NotStarted", "run"]

GRACE_SECONDS = 5.0


class Finished(msgspec.Struct, frozen=True):
    """How it ended: by itself (`ended`), at a limit (`time`, `memory`, `files`, `space`), or because it was `stopped`.

    `status` is the exit status, 128 + number for a signal. All of it is the program's doing, and may hold anything.
    """

    reason: str
    status: int
    log: bytes
    outputs: Outputs


def _never() -> bool:
    return False


def run(
    box: Box, kind: Kind = "bubblewrap", *, stop: Callable[[], bool] = _never, force: Callable[[], bool] = _never
) -> Finished:
    """Run to the end. `stop` asks it to end (SIGTERM, a grace time, then SIGKILL), `force` does not wait.

    Returns only when no process of it is left. Raises NotStarted where the sandbox does not work on this machine.
    """
    with ExitStack() as stack:
        walled = _start(box, kind, stack)
        try:
            reason = _watch(walled, box.limits, stop, force)
            status = walled.end(await_status=reason == "ended")
        except BaseException:
            walled.end(await_status=False)
            raise
        outputs = collect(walled.out, most_bytes=box.limits.folder_mb << 20)
        return Finished(reason, status, walled.log.content, outputs)


def _start(box: Box, kind: Kind, stack: ExitStack) -> Walled:
    if kind == "bubblewrap":
        return sandbox_bwrap.start(box, stack)
    return sandbox_landlock.start(box, stack, walls=kind == "landlock")


def _watch(walled: Walled, limits: Limits, stop: Callable[[], bool], force: Callable[[], bool]) -> str:
    """Wait until it ends or has to be ended; why."""
    deadline, asked = time.monotonic() + limits.seconds, None
    pause = LOOK_SECONDS
    while not walled.main.wait(pause):
        begun = time.monotonic()
        walled.log.drain()
        if force() or (asked is not None and begun - asked > GRACE_SECONDS):
            return "stopped"
        if stop() and asked is None:
            asked = begun
            walled.terminate()
        if begun > deadline:
            return "time"
        if holds_more(walled.pids(), limits.memory_mb << 20):
            return "memory"
        if beyond := walled.beyond(limits):
            return beyond
        # Looking must not cost more than the program.
        pause = max(LOOK_SECONDS, 4 * (time.monotonic() - begun))
    return "ended" if asked is None else "stopped"
