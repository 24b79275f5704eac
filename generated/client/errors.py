# Generated from generator/runtime/client/errors.py: do not edit.
"""What goes wrong between a client and its server, as exceptions: one class for each family of statuses."""

from typing import Any


class ApiError(Exception):
    """Everything that a client raises about a server."""


class ConnectionFailed(ApiError):
    """No answer came: there is no server at the address, or the connection broke."""


class TimedOut(ConnectionFailed):
    """No answer came in time."""


class UnexpectedAnswer(ApiError):
    """The answer is not what the contract documents: another version, or another server."""


class StatusError(ApiError):
    """The server said no: `error` is its text, `request_id` what its log calls the request, `retry_after` seconds."""

    def __init__(self, status: int, error: str, request_id: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{error} (status {status}" + (f", request {request_id})" if request_id else ")"))
        self.status = status
        self.error = error
        self.request_id = request_id
        self.retry_after = retry_after

    def __reduce__(self) -> Any:
        return type(self), (self.status, self.error, self.request_id, self.retry_after)


class RequestRefused(StatusError):
    """4xx: the request was not accepted."""


class BadRequest(RequestRefused):
    """400: the request does not have the documented form."""


class NotSignedIn(RequestRefused):
    """401: nobody is signed in, or the token has run out."""


class NotAllowed(RequestRefused):
    """403: the person may not do this."""


class NotFound(RequestRefused):
    """404: there is no such object, or not for this person's eyes."""


class Conflict(RequestRefused):
    """409: the object's present state does not allow it, or the name is taken."""


class Unprocessable(RequestRefused):
    """422: the form is right and the meaning is refused."""


class TooManyRequests(RequestRefused):
    """429: `retry_after` says in how many seconds it is worth asking again."""


class ServerFailed(StatusError):
    """5xx: the server could not answer."""


class NotBuilt(ServerFailed):
    """501: documented, and not built here."""


class Unavailable(ServerFailed):
    """502, 503, 504: not for the moment."""


class JobError(ApiError):
    """There is no outcome of a job; `job` is its last status."""

    def __init__(self, message: str, job: Any) -> None:
        super().__init__(message)
        self.job = job

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.job)


class JobFailed(JobError):
    """The job ended without a result; the message is what the server said of it."""


class JobCancelled(JobFailed):
    """Somebody cancelled the job."""


class StillRunning(JobError):
    """The time to wait is over. The job goes on, and can be waited for again."""


CLASSES: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    422: Unprocessable,
    429: TooManyRequests,
    501: NotBuilt,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def error_class(status: int) -> type[StatusError]:
    """The class of a status; its family's where it has none of its own."""
    family = RequestRefused if 400 <= status < 500 else ServerFailed if 500 <= status < 600 else StatusError
    return CLASSES.get(status, family)
