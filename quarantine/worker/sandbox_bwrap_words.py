"""The walls: what bubblewrap is told, so that code finds its own files, a Python, a system library, and nothing else.

Bubblewrap itself runs without any right: a server that runs as root gives it a user number that nobody else has. Where
such a user could not reach the files (a state folder or a Python below a private folder), an outer bubblewrap first
makes a view of the machine in which the way to them, and only to them, is open.
"""

import os
import shutil
import stat
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from quarantine.worker.sandbox_box import Bind

# Where things are inside.
OUT, CODE, DATA, SUPPORT = "/out", "/code", "/data", "/support"
SMALL_TMPFS_MB = 64
# Above what systems and containers give out; the thread that starts a sandbox makes the number unique on this machine.
FIRST_USER = 2_000_000_000
INSIDE_USER = "1000"
# Says that the walls stand, waits until it is looked after, and becomes the command: the first to go when the machine
# runs out of memory, and behind everybody else in the queue for the processor.
_GATE = 'echo; read -r go && echo 1000 >/proc/self/oom_score_adj && exec nice -n 10 taskset -c "$@" </dev/null'
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")


class Programs(NamedTuple):
    """The two programs that the walls are made with, both of Debian's packages bubblewrap and util-linux."""

    bwrap: str
    setpriv: str


def programs() -> Programs | None:
    """Where they are; None where one is missing."""
    found = [shutil.which(name, path="/usr/bin:/bin:/usr/local/bin") for name in ("bwrap", "setpriv")]
    return Programs(*found) if all(found) else None  # type: ignore[arg-type]


def python_prefixes() -> list[Path]:
    """Where the server's own Python and its packages are: its virtual environment before what that was made from."""
    own = Path(sys.prefix)
    return list(dict.fromkeys((own.absolute(), own.resolve(), Path(sys.base_prefix).resolve())))


def python_binds() -> list[Bind]:
    """The same for the sandbox, which has `/usr` anyway: what code there runs on."""
    return [Bind(path, str(path)) for path in python_prefixes() if not path.is_relative_to("/usr")]


def user() -> int | None:
    """The number that a server running as root gives the sandbox; None where it has no rights to give away."""
    return FIRST_USER + threading.get_native_id() if os.geteuid() == 0 else None


def inner(
    binds: Iterable[Bind], environment: Mapping[str, str], *, folder_mb: int, cwd: str, seccomp: int, info: int
) -> list[str]:
    """Bubblewrap's arguments for the sandbox; `seccomp` and `info` are descriptors of its own."""
    arguments = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]
    arguments += ["--clearenv", "--cap-drop", "ALL", "--uid", INSIDE_USER, "--gid", INSIDE_USER, "--hostname", "run"]
    arguments += ["--seccomp", str(seccomp), "--info-fd", str(info), *_system()]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for place, size in (("/dev/shm", SMALL_TMPFS_MB), ("/tmp", SMALL_TMPFS_MB), (OUT, folder_mb)):  # noqa: S108
        arguments += ["--size", str(size << 20), "--tmpfs", place]
    # After the file systems in memory: the server's Python may lie below /tmp.
    for bind in binds:
        arguments += ["--ro-bind", str(bind.source), bind.place]
    # Both are file systems in memory without a size.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", cwd]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return arguments


def gate(rlimits: Mapping[str, int], cores: Sequence[int]) -> list[str]:
    """What goes before the command, inside."""
    bounds = [f"--{name}={most}" for name, most in rlimits.items()]
    return ["/bin/sh", "-c", _GATE, "sh", ",".join(map(str, cores)), "prlimit", *bounds, "--"]


def outer(found: Programs, sources: Sequence[Path], user: int | None) -> list[str]:
    """What comes before bubblewrap: for root, the way down to a user without rights who can reach the sources."""
    if user is None:
        return []
    drop = [found.setpriv, "--reuid", str(user), "--regid", str(user), "--clear-groups", "--no-new-privs"]
    closed = sorted({top for path in sources if (top := closed_above(path, user)) is not None})
    if not closed:
        return drop
    # Process numbers of its own: when the server dies, the death signal that bubblewrap asks for is only sent between
    # processes of one user. So it reaches the view's first process, and with that goes whoever is in the view.
    view = [found.bwrap, "--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/"]
    for top in closed:
        view += ["--perms", "0755", "--tmpfs", str(top)]
    for path in sources:
        above = next((top for top in closed if path.is_relative_to(top)), None)
        if above is not None:
            for parent in reversed(path.relative_to(above).parents[:-1]):
                view += ["--perms", "0755", "--dir", str(above / parent)]
            view += ["--ro-bind", str(path), str(path)]
    return [*view, *drop]


def closed_above(path: Path, user: int) -> Path | None:
    """The topmost folder above that the user may not enter."""
    for parent in reversed(path.parents):
        found = parent.stat()
        if not found.st_mode & stat.S_IXOTH and found.st_uid != user:
            return parent
    return None


def _system() -> list[str]:
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for place in _ETC:
        arguments += ["--ro-bind-try", place, place]
    return arguments
