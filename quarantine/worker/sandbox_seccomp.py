"""The system calls that code in the sandbox does without, as a classic BPF program for seccomp (see seccomp(2)).

Ordinary programs need none of them: they look into other processes, load code into the kernel, change mounts or
namespaces, or take memory that no limit of the sandbox counts. Calls above `NEWEST` do not exist, so that a new
kernel opens nothing by itself, and neither do the x32 ones. Of sockets there are those within the sandbox (AF_UNIX)
only.
"""

import errno
import platform
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Numbers on x86_64 and aarch64, from the kernel's headers; None where there is no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # the kernel's insides
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "init_module": (175, 105),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "modify_ldt": (154, None),
    "nfsservctl": (180, 42),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "uselib": (134, None),
    "userfaultfd": (323, 282),
    "ustat": (136, None),
    "vhangup": (153, 58),
    # time and names
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "settimeofday": (164, 170),
    # mounts and namespaces
    "chroot": (161, 51),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "pivot_root": (155, 41),
    "setns": (308, 268),
    "umount2": (166, 39),
    "unshare": (272, 97),
    # memory that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "semget": (64, 190),
    "shmget": (29, 194),
    # asynchronous calls, which go past this filter
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
}
# Where the program shares processes, users and files with the machine, because there is no namespace around it.
SHARED: dict[str, tuple[int | None, int | None]] = {
    "sendmsg": (46, 211),  # a descriptor in a letter is held by nobody who could be looked at
    "sendmmsg": (307, 269),
    "fallocate": (285, 47),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "ioprio_set": (251, 30),
    "setpriority": (141, 140),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "openat2": (437, 437),
}
# Landlock does not know of these: they are said to have been done, so that copying a file does not fail for its mode.
PRETENDED: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
}
# For oneself only, which is process 0.
OWN: dict[str, tuple[int, int]] = {
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
}
NEWEST = 450
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
AF_UNIX = 1
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into somebody's terminal


class Machine(NamedTuple):
    """What differs between processors: the audit architecture and some calls' numbers."""

    audit: int
    column: int
    clone: int
    socket: int
    socketpair: int
    ioctl: int
    clone3: int = 435


MACHINES = {
    "x86_64": Machine(0xC000003E, 0, clone=56, socket=41, socketpair=53, ioctl=16),
    "aarch64": Machine(0xC00000B7, 1, clone=220, socket=198, socketpair=199, ioctl=29),
}

# Offsets in struct seccomp_data; arguments are little-endian on both machines, so the low half comes first.
_NUMBER, _ARCH, _FIRST, _SECOND = 0, 4, 16, 24
_LOAD, _EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _fail(error: int) -> bytes:
    return _op(_RETURN, _ERRNO | error)


def _when(code: int, value: int, then: bytes) -> bytes:
    """`then` where the loaded word compares so, or else what follows it."""
    return _op(code, value, 0, len(then) // 8) + then


def _about(call: int, offset: int, checks: bytes) -> bytes:
    """What `checks` say of one argument of a call; anything that they let through is allowed."""
    return _when(_EQUAL, call, _op(_LOAD, offset) + checks + _op(_RETURN, _ALLOW))


def _only(value: int, error: int) -> bytes:
    return _op(_EQUAL, value, 1, 0) + _fail(error)


def _numbers(machine: Machine, calls: Mapping[str, tuple[int | None, int | None]]) -> list[int]:
    return sorted(number for pair in calls.values() if (number := pair[machine.column]) is not None)


def _shared(machine: Machine) -> list[bytes]:
    """What is refused besides, or done for show, without namespaces; sockets there are none at all."""
    return [
        *(_when(_EQUAL, number, _fail(errno.EPERM)) for number in _numbers(machine, SHARED)),
        *(_when(_EQUAL, number, _fail(0)) for number in _numbers(machine, PRETENDED)),
        *(_about(number, _FIRST, _only(0, errno.EPERM)) for number in _numbers(machine, OWN)),
        _when(_EQUAL, machine.socket, _fail(errno.EAFNOSUPPORT)),
    ]


def program(machine: Machine, *, shared: bool = False) -> bytes:
    """The filter as an array of struct sock_filter; `shared` where there are no namespaces around the program."""
    terminal = b"".join(_when(_EQUAL, request, _fail(errno.EPERM)) for request in TERMINAL_INPUT)
    parts: Sequence[bytes] = (
        _op(_LOAD, _ARCH),
        # 32-bit calls have numbers of their own.
        _op(_EQUAL, machine.audit, 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
        _when(_GREATER, NEWEST, _fail(errno.ENOSYS)),
        # The C library falls back to clone, whose flags can be looked at.
        _when(_EQUAL, machine.clone3, _fail(errno.ENOSYS)),
        *(_when(_EQUAL, number, _fail(errno.EPERM)) for number in _numbers(machine, DENIED)),
        *(_shared(machine) if shared else ()),
        _about(machine.clone, _FIRST, _when(_ANY_BIT, NEW_NAMESPACES, _fail(errno.EPERM))),
        _about(machine.socket, _FIRST, _only(AF_UNIX, errno.EAFNOSUPPORT)),
        _about(machine.socketpair, _FIRST, _only(AF_UNIX, errno.EAFNOSUPPORT)),
        _about(machine.ioctl, _SECOND, terminal),
        _op(_RETURN, _ALLOW),
    )
    return b"".join(parts)


def of_this_machine(*, shared: bool = False) -> bytes | None:
    """The filter for this processor; None for one whose numbers are not here."""
    machine = MACHINES.get(platform.machine())
    return None if machine is None else program(machine, shared=shared)
