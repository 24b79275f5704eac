"""A network of its own for a server, which can be cut; where the machine allows none, the server is halted instead."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from live import Live


@dataclass
class Network:
    """Where a server runs: words before its command, and its address there."""

    before: tuple[str, ...] = ()
    hostname: str = "127.0.0.1"

    @property
    def real(self) -> bool:
        """Whether it is one: in another, the server's work stands still while nobody reaches it."""
        return bool(self.before)

    def cut(self, live: Live) -> None:
        """Nobody reaches the server any more, and nobody is told so."""
        self._set("down", live, signal.SIGSTOP)

    def mend(self, live: Live) -> None:
        """The server can be reached again."""
        self._set("up", live, signal.SIGCONT)

    def _set(self, state: str, live: Live, number: signal.Signals) -> None:
        if self.real:
            # The far end: with the near one down, packets would take the machine's own way out.
            ip("-n", self.before[3], "link", "set", "inside", state)
        else:
            live.process.send_signal(number)


def ip(*words: str) -> None:
    """One command of iproute2."""
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def network(number: int) -> Iterator[Network]:
    """A network namespace, joined to this one by a cable of its own; gone when the block ends, whatever happens."""
    name, cable = f"dq0-{os.getpid()}-{number}", f"dq0{os.getpid() % 10**7}x{number}"
    if os.geteuid() != 0 or shutil.which("ip") is None:
        yield Network()
        return
    try:
        yield _joined(name, cable, f"10.213.{os.getpid() % 256}.{4 * number}")
    finally:
        # The cable goes with either of its ends.
        subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["ip", "link", "delete", cable], stderr=subprocess.DEVNULL, check=False)


def _joined(name: str, cable: str, subnet: str) -> Network:
    """The namespace with both ends of its cable, or none where that is not allowed (in a container)."""
    head, _, last = subnet.rpartition(".")
    near, far = (f"{head}.{int(last) + step}" for step in (1, 2))
    try:
        ip("netns", "add", name)
        ip("link", "add", cable, "type", "veth", "peer", "name", "inside", "netns", name)
        ip("address", "add", f"{near}/30", "dev", cable)
        ip("link", "set", cable, "up")
        ip("-n", name, "address", "add", f"{far}/30", "dev", "inside")
        for device in ("lo", "inside"):
            ip("-n", name, "link", "set", device, "up")
    except subprocess.CalledProcessError:
        return Network()
    return Network(("ip", "netns", "exec", name), far)
