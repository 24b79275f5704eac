"""Which walls this machine can put up around code that travels in: tried once, by running a program behind them."""

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from quarantine.domain.settings import Settings
from quarantine.worker import sandbox, sandbox_landlock, sandbox_seccomp
from quarantine.worker import sandbox_bwrap_words as words
from quarantine.worker.sandbox_box import Box, Kind, Limits, NotStarted

TRIES = 3
UNSAFE = "DQ0_UNSAFE_RUNS is set; code that is run can read all that this server can"


class Chosen(NamedTuple):
    """The walls to use, None where runs are refused; and why not the best ones, in words for an administrator."""

    kind: Kind | None
    why: str


class Places(NamedTuple):
    """Where a program behind the walls finds its own."""

    out: str
    code: str
    data: str
    support: str
    tmp: str


def places(kind: Kind, folder: Path) -> Places:
    """Bubblewrap's are its own; the others are in the run's folder."""
    if kind == "bubblewrap":
        return Places(words.OUT, words.CODE, words.DATA, words.SUPPORT, "/tmp")  # noqa: S108 - the sandbox's own
    return Places(*(str(folder / name) for name in Places._fields))


def chosen(settings: Settings) -> Chosen:
    """The first kind that works, of those that the settings allow."""
    return _chosen(settings.sandbox, settings.unsafe_runs)


@lru_cache(maxsize=8)
def _chosen(wanted: str, unsafe: bool) -> Chosen:
    reasons: list[str] = []
    kinds: tuple[Kind, ...] = ("bubblewrap", "landlock")
    for kind in kinds:
        if wanted in ("", kind):
            why = works(kind)
            if not why:
                return Chosen(kind, "; ".join(reasons))
            reasons.append(f"{kind}: {why}")
    return Chosen("nothing", "; ".join([*reasons, UNSAFE])) if unsafe else Chosen(None, "; ".join(reasons))


@lru_cache(maxsize=4)
def works(kind: Kind) -> str:
    """Why these walls do not work on this machine, in words for its administrator; empty if they do. Tried once."""
    if sandbox_seccomp.of_this_machine() is None:
        return "the system call filter is not made for this processor"
    if kind == "bubblewrap" and words.programs() is None:
        return "bubblewrap (and setpriv of util-linux) is not installed"
    if kind == "landlock" and (why := _no_landlock()):
        return why
    # What is said holds for as long as this process: one failure may have been somebody's who killed the program.
    for _ in range(TRIES):
        if not (why := _tried(kind)):
            break
    return why


def _tried(kind: Kind) -> str:
    try:
        with tempfile.TemporaryDirectory(dir=above_all(None, private=False)) as name:
            folder = Path(name)
            folder.chmod(0o755)
            box = Box(
                command=("/bin/sh", "-c", "exit 7"),
                binds=words.python_binds(),
                cwd=places(kind, folder).out,
                folder=folder,
                limits=Limits(seconds=30),
            )
            done = sandbox.run(box, kind)
    except NotStarted as error:
        return f"a sandbox cannot be made here: {error.words}"
    return "" if (done.reason, done.status) == ("ended", 7) else "a program in the sandbox did not end as it should"


def _no_landlock() -> str:
    found = sandbox_landlock.version()
    if not found:
        return "the kernel has no Landlock, or it is turned off"
    if os.geteuid() != 0 and found < sandbox_landlock.SCOPED:
        return (
            f"the kernel's Landlock is of version {found}, which lets signals out; it takes version "
            f"{sandbox_landlock.SCOPED} (Linux 6.12), or a server that runs as root"
        )
    return ""


def above_all(root: Path | None, *, private: bool) -> Path:
    """Where runs' folders are made: below the state folder, or for root where users without rights can go, too.

    Bubblewrap's can be `private`, since it opens a way to them. Raises NotStarted where the folder is somebody else's.
    """
    if root is not None and (private or os.geteuid() != 0):
        above = root / "runs"
        above.mkdir(mode=0o700, parents=True, exist_ok=True)
        return above
    above = Path(tempfile.gettempdir()) / f"dq0-runs-{os.geteuid()}"
    above.mkdir(mode=0o711, exist_ok=True)
    found = above.lstat()
    if above.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise NotStarted(f"{above} is not this server's own")
    return above
