# Generated from generator/runtime/client/flow.py: do not edit.
"""What a client does, as steps: a flow yields requests and pauses and is sent responses.

All decisions are in flows, once; the sync and the async connection only carry out the steps.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from .endpoint import Endpoint, Request, Response, retry_after
from .errors import ConnectionFailed

T = TypeVar("T")

REPEATED = frozenset({429, 503})
LONGEST_PAUSE = 60.0
FIRST_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is sent again that does no harm twice."""

    repeats: int = 3


Flow: TypeAlias = Generator[Request | Pause | Patience, Any, T]


def exchange(endpoint: Endpoint[T], values: Mapping[str, Any]) -> Flow[T]:
    """One operation.

    A safe request is sent again where the connection broke, and where the server says when (429 and 503 with
    Retry-After); any other is sent once.
    """
    request = endpoint.request(values)
    allowed: int = yield Patience()
    for attempt in range(allowed + 1):
        last = attempt == allowed or not request.safe
        try:
            response: Response = yield request
        except ConnectionFailed:
            if last:
                raise
            yield Pause(FIRST_PAUSE * 2**attempt)
            continue
        pause = retry_after(response) if response.status in REPEATED else None
        if last or pause is None or pause > LONGEST_PAUSE:
            break
        yield Pause(pause)
    return endpoint.read(response)
