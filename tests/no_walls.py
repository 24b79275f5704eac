"""`python no_walls.py COMMAND ...`: runs a command on a machine that can neither mount nor make a Landlock domain."""

import errno
import os
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from quarantine.worker import launch
from quarantine.worker.sandbox_seccomp import _EQUAL, _LOAD, _NUMBER, _RETURN, _fail, _op, _when

MOUNT = {"x86_64": 165, "aarch64": 40}[platform.machine()]
REFUSED = (launch.CREATE_RULESET, MOUNT)
ALLOW = _op(_RETURN, 0x7FFF0000)

if __name__ == "__main__":
    refusals = b"".join(_when(_EQUAL, number, _fail(errno.EPERM)) for number in REFUSED)
    launch.control(launch.PR_SET_NO_NEW_PRIVS, 1)
    launch.filter_calls(_op(_LOAD, _NUMBER) + refusals + ALLOW)
    os.execv(sys.argv[1], sys.argv[1:])
