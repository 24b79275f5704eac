"""What can go wrong, as one line and an exit status; docs/cli.md lists them."""

JOB_FAILED = 1
USAGE = 2
NOT_SIGNED_IN = 3
REFUSED = 4
NOT_FOUND = 5
INVALID = 6
CONFLICT = 7
UNAVAILABLE = 8
INTERRUPTED = 130

_STATUSES = {400: INVALID, 401: NOT_SIGNED_IN, 403: REFUSED, 404: NOT_FOUND, 409: CONFLICT}
_STATUSES |= {405: INVALID, 413: INVALID, 415: INVALID, 422: INVALID}


class Failure(Exception):
    """An error for people: what is wrong, and the exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def status_of(code: int) -> int:
    """The exit status for an HTTP status that is no success."""
    return _STATUSES.get(code, UNAVAILABLE)
