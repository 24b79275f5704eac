"""The first process of a run without bubblewrap: a script of its own, which sets up walls of the kernel's making.

Landlock opens the named folders and nothing else, seccomp filters system calls, rlimits bound each process. It stays
behind as the parent of every orphan: when the program ends, when the server says so, or when the server is gone, all
that came of the program is killed at once. Only the standard library is at hand. Reads what is asked
(`Asked`) on standard input, its length in eight bytes and then Python's own marshal: any other form takes as long to
load as a program to start. Says a line break when the walls stand, and then takes letters: g go, t terminate, k kill.
"""

import ctypes
import marshal
import os
import resource
import select
import signal
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 36, 38, 22
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, CAP_DAC_READ_SEARCH, CAPABILITIES = 8, 47, 2, 0x20080522
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
# Rights on files, by their bits; from this version of Landlock on there are so many.
EXECUTE, WRITE, READ, LIST, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
MAKE_DEVICES = 1 << 6 | 1 << 9 | 1 << 11
RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | 1 << 15
NETWORK, SCOPES = 0b11, 0b11
ANY_CHILD = 0x40000000  # __WALL: also children that announce their end by no signal
LIBC = ctypes.CDLL(None, use_errno=True)


class Asked:
    """What the server wants: see `sandbox_landlock`."""

    def __init__(
        self,
        *,
        command: list[str],
        environment: dict[str, str],
        cwd: str,
        rlimits: dict[str, int],
        cores: list[int],
        user: int | None,
        searches: bool,
        walls: bool,
        seccomp: bytes,
        reads: list[str],
        writes: list[str],
        devices: list[str],
    ) -> None:
        self.command, self.environment, self.cwd = command, environment, cwd
        self.rlimits, self.cores = rlimits, cores
        self.user, self.searches = user, searches
        self.walls, self.seccomp = walls, seccomp
        self.reads, self.writes, self.devices = reads, writes, devices


def call(number: int, *arguments: object) -> int:
    """A system call; raises OSError."""
    done = int(LIBC.syscall(ctypes.c_long(number), *arguments))
    if done < 0:
        raise OSError(ctypes.get_errno(), "system call")
    return done


def control(option: int, *values: object) -> None:
    """prctl; raises OSError."""
    if LIBC.prctl(option, *values, *[0] * (4 - len(values))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def version() -> int:
    """The version of Landlock that the kernel has; raises OSError where it has none."""
    return call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))


def restrict(files: int, network: int, scoped: int, rules: list[tuple[str, int]]) -> None:
    """Enter a Landlock domain of these kinds, with the paths that are open in it."""
    size = 8 if version() < 4 else 16 if version() < 6 else 24
    attributes = struct.pack("=QQQ", files, network, scoped)[:size]
    ruleset = call(CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path, rights in rules:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        given = rights if os.path.isdir(path) else rights & OF_FILES
        call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), struct.pack("=Qi", given & files, handle), 0)
        os.close(handle)
    call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def wall_in(reads: list[str], writes: list[str], devices: list[str]) -> None:
    """The domain that the program lives in."""
    found = version()
    files = (1 << max(bits for since, bits in RIGHTS.items() if since <= found)) - 1
    rules = [(path, EXECUTE | READ | LIST) for path in reads]
    rules += [(path, files & ~MAKE_DEVICES) for path in writes]
    rules += [(path, READ | WRITE) for path in devices]
    restrict(files, NETWORK if found >= 4 else 0, SCOPES if found >= 6 else 0, rules)


def filter_calls(program: bytes) -> None:
    """The seccomp filter, for good."""
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    control(PR_SET_SECCOMP, 2, ctypes.c_char_p(described))


def limit(rlimits: dict[str, int]) -> None:
    """What each process may use; nobody inside can raise it again."""
    for name, most in rlimits.items():
        number = getattr(resource, f"RLIMIT_{name.upper()}")
        _, hard = resource.getrlimit(number)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (allowed, allowed))


def become(user: int | None, *, searches: bool = False) -> None:
    """Give up root's rights for a number that nobody else has; but for one where it `searches` closed folders."""
    if user is None:
        return
    if searches:
        control(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if searches:
        bit = 1 << CAP_DAC_READ_SEARCH
        sets = struct.pack("=6I", bit, bit, bit, 0, 0, 0)
        if LIBC.capset(struct.pack("=Ii", CAPABILITIES, 0), sets) != 0:
            raise OSError(ctypes.get_errno(), "capset")
        control(PR_CAP_AMBIENT, 2, CAP_DAC_READ_SEARCH)


def program(asked: Asked, go: int) -> None:
    """The child: behind its walls, and then what was asked for."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("1000")
    os.nice(10)
    os.sched_setaffinity(0, asked.cores)
    limit(asked.rlimits)
    become(asked.user, searches=asked.searches)
    control(PR_SET_PDEATHSIG, signal.SIGKILL)
    control(PR_SET_NO_NEW_PRIVS, 1)
    os.chdir(asked.cwd)
    if asked.walls:
        # Libraries look up there how much memory they may take. Of others nothing is shown.
        wall_in([*asked.reads, f"/proc/{os.getpid()}"], asked.writes, asked.devices)
    sys.stdout.write("\n")
    sys.stdout.flush()
    if os.read(go, 1) != b"g":
        return
    for name in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(3, 4096)
    if asked.seccomp:
        filter_calls(asked.seccomp)
    os.execvpe(asked.command[0], asked.command, asked.environment)  # noqa: S606 - walled in by now


def everybody(number: int, asked: Asked) -> None:
    """Signal all that came of the program, at once where the kernel can tell them apart."""
    user = asked.user
    if user is None and not asked.walls:
        for pid in below(os.getpid()):
            send(pid, number)
        return
    if user is None:
        # The domain reaches no further than the program.
        send(-1, number)
        return
    killer = os.fork()
    if killer == 0:
        try:
            become(user)
            send(-1, number)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def below(pid: int) -> list[int]:
    """Everybody who came of a process."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as children:
                found += [int(word) for word in children.read().split()]
    except OSError:
        return found
    return found + [each for child in found for each in below(child)]


def send(pid: int, number: int) -> None:
    """A signal, if there is anybody to get it."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def reap(main: int, status: int | None, flags: int) -> tuple[int | None, bool]:
    """Take the dead; the program's exit status once it is known, and whether anybody is left."""
    while True:
        try:
            pid, ended = os.waitpid(-1, ANY_CHILD | flags)
        except ChildProcessError:
            return status, False
        if pid == 0:
            return status, True
        if pid == main:
            status = os.waitstatus_to_exitcode(ended)


def attend(main: int, go: int, asked: Asked) -> int:
    """Wait for the program's end or for a word from the server; its exit status, when nothing of it lives."""
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    status, _ = reap(main, None, os.WNOHANG)
    while status is None:
        ready, _, _ = select.select([0, waking], [], [])
        if waking in ready:
            os.read(waking, 512)
            status, _ = reap(main, status, os.WNOHANG)
        if 0 in ready:
            word = os.read(0, 1)
            if word == b"g":
                os.write(go, b"g")
            elif word == b"t":
                everybody(signal.SIGTERM, asked)
            else:
                break
    left = True
    while left:
        everybody(signal.SIGKILL, asked)
        # Whom the kernel cannot kill at once may have had children meanwhile.
        at_once = asked.walls or asked.user is not None
        status, left = reap(main, status, 0 if at_once else os.WNOHANG)
        select.select([], [], [], 0 if at_once else 0.01)
    return 128 - status if status is not None and status < 0 else status or 0


def read(size: int) -> bytes:
    """So many bytes of standard input, nothing beyond; none where it ends before."""
    found = b""
    while len(found) < size:
        part = os.read(0, size - len(found))
        if not part:
            return b""
        found += part
    return found


def main() -> int:
    """One program."""
    if sys.argv[1:]:
        # By its number alone: everybody of this user's, whose launcher was killed.
        become(int(sys.argv[1]))
        send(-1, signal.SIGKILL)
        return 0
    told = read(8)
    told = read(int.from_bytes(told, "big"))
    if not told:
        return 1
    asked = Asked(**marshal.loads(told))  # noqa: S302 - by the server, which started this
    control(PR_SET_CHILD_SUBREAPER, 1)
    if asked.walls and asked.user is None:
        control(PR_SET_NO_NEW_PRIVS, 1)
        restrict(0, 0, SCOPES, [])
    waiting, go = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            # Held by the launcher alone: where that is killed, nobody is waited for.
            os.close(go)
            program(asked, waiting)
        except BaseException as error:
            sys.stdout.write(f"{type(error).__name__}: {error}\n")
            sys.stdout.flush()
        finally:
            os._exit(126)
    os.close(waiting)
    # The words of what it starts are the program's own: nothing of this process goes among them.
    nothing = os.open("/dev/null", os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    return attend(child, go, asked)


if __name__ == "__main__":
    sys.exit(main())
