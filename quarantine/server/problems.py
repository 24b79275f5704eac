"""The one table that turns errors into responses."""

from quarantine.domain import errors
from quarantine.server.exchange import Reply, error_reply


class MethodNotAllowed(errors.DomainError):
    """The path is there, the method is not (405); `allow` holds every method of the path."""

    def __init__(self, method: str, allow: tuple[str, ...]) -> None:
        listed = ", ".join(sorted(allow))
        super().__init__(f"method {method} is not allowed here; allowed: {listed}")
        self.allow = listed


class HeadersTooLarge(errors.DomainError):
    """More header bytes or fields than the server accepts (431)."""


STATUSES: dict[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Refused: 422,
    errors.TooManyRequests: 429,
    HeadersTooLarge: 431,
    errors.NotBuilt: 501,
    errors.Unreachable: 502,
    errors.Unavailable: 503,
    errors.TooSlow: 504,
    errors.Loop: 508,
}


def status_of(error: errors.DomainError) -> int:
    """The status of the nearest class in the table; 500 for a class that nobody listed."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def problem(error: errors.DomainError) -> Reply:
    """The response to a domain error, with the headers that its status calls for."""
    return error_reply(status_of(error), error.message, _headers(error))


def _headers(error: errors.DomainError) -> tuple[tuple[bytes, bytes], ...]:
    if isinstance(error, errors.Unauthenticated):
        return ((b"www-authenticate", b"Bearer"),)
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", error.allow.encode()),)
    if isinstance(error, errors.TooManyRequests):
        return ((b"retry-after", str(error.retry_after).encode()),)
    if isinstance(error, errors.TooLarge):
        # The rest of the body is not read: the connection cannot be used again.
        return ((b"connection", b"close"),)
    return ()


def internal(request_id: str) -> Reply:
    """Anything that is not a domain error: the client reads where to look, not what happened."""
    return error_reply(500, f"internal error; request id {request_id}")
