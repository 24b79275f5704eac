"""Long statements of an engine: run in a thread of their own, so that the caller can report on them and stop them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from quarantine.domain.errors import Conflict

POLL_SECONDS = 0.1

T = TypeVar("T")


class Stopped(Conflict):
    """The caller's `stop` said so; nothing was replaced."""


def attended(
    work: Callable[[], T], *, stop: Callable[[], bool], cancel: Callable[[], None], report: Callable[[], None]
) -> T:
    """The result of `work`; meanwhile `report` is called and `stop` is asked, in the caller's thread.

    `cancel` ends the work from outside. Raises Stopped where `stop` says so, whatever the work then fails with.
    """
    stopped = False
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        try:
            while not running.done():
                try:
                    running.result(timeout=POLL_SECONDS)
                except NotYet:
                    stopped = stopped or stop()
                    if stopped:
                        cancel()
                    report()
            found = running.result()
        except BaseException:
            cancel()
            if not stopped:
                raise
    if stopped or stop():
        raise Stopped("the bounded copy was stopped before it was finished")
    return found
