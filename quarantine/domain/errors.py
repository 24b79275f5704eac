"""What can go wrong, in the domain's own words.

Handlers and everything below them raise these and nothing else; `quarantine.server.problems` holds the one table that
turns them into responses. A message says what is wrong and what would be right, and never holds a value from private
data.
"""


class DomainError(Exception):
    """The root of every refusal; `message` is what the client reads."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    """The request does not have the documented form (400)."""


class Unauthenticated(DomainError):
    """Nobody is signed in, or the credentials are wrong (401)."""


class Forbidden(DomainError):
    """The person is known, the object may be seen, but the permission level is too low (403)."""


class BudgetExceeded(Forbidden):
    """The dataset's privacy budget does not cover what was asked (403)."""


class NotFound(DomainError):
    """There is no such object, or the person may not see it: the two are the same answer (404)."""


class Conflict(DomainError):
    """The object is in a state that does not allow it, or the name is taken (409)."""


class TooLarge(DomainError):
    """The body is larger than the server accepts (413)."""


class UnsupportedMediaType(DomainError):
    """The body is not in a documented media type (415)."""


class Refused(DomainError):
    """The form is right, the meaning is not: SQL outside the language, contradicting metadata, unsafe policy (422)."""


class TooManyRequests(DomainError):
    """Throttled; `retry_after` is in seconds (429)."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotBuilt(DomainError):
    """Documented, not built yet (501)."""


class Unavailable(DomainError):
    """A part that is needed cannot be reached just now (503)."""


class Unreachable(DomainError):
    """The quarantine that was to answer cannot be reached, or does not prove who it is (502)."""


class TooSlow(DomainError):
    """The quarantine that was to answer does not do so in time (504)."""


class Loop(DomainError):
    """The request has come back to a server that it has passed already (508)."""
