"""Every error has a status, and every answer to one has the documented form."""

import json

import pytest

from quarantine.domain import errors
from quarantine.domain.errors import DomainError
from quarantine.server.problems import STATUSES, MethodNotAllowed, internal, problem


def every_kind(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    return [found for child in kind.__subclasses__() for found in (child, *every_kind(child))]


@pytest.mark.parametrize("kind", [kind for kind in every_kind() if kind.__module__.startswith("quarantine")])
def test_every_domain_error_has_a_status(kind: type[DomainError]) -> None:
    error = MethodNotAllowed("PUT", ("GET",)) if kind is MethodNotAllowed else kind("why")
    reply = problem(error)
    assert 400 <= reply.status < 600
    assert reply.status != 500
    assert json.loads(reply.body) == {"error": error.message}


def test_the_table_is_the_documented_one() -> None:
    assert {kind.__name__: status for kind, status in STATUSES.items()} == {
        "Invalid": 400,
        "Unauthenticated": 401,
        "Forbidden": 403,
        "NotFound": 404,
        "MethodNotAllowed": 405,
        "Conflict": 409,
        "TooLarge": 413,
        "UnsupportedMediaType": 415,
        "Refused": 422,
        "TooManyRequests": 429,
        "HeadersTooLarge": 431,
        "NotBuilt": 501,
        "Unreachable": 502,
        "Unavailable": 503,
        "TooSlow": 504,
        "Loop": 508,
    }


@pytest.mark.parametrize(
    ("error", "header"),
    [
        (errors.Unauthenticated("who"), (b"www-authenticate", b"Bearer")),
        (errors.TooManyRequests("slow", 9), (b"retry-after", b"9")),
        (MethodNotAllowed("PUT", ("POST", "GET")), (b"allow", b"GET, POST")),
        (errors.TooLarge("big"), (b"connection", b"close")),
    ],
)
def test_a_status_brings_its_header(error: DomainError, header: tuple[bytes, bytes]) -> None:
    assert header in problem(error).headers


def test_an_internal_error_tells_only_where_to_look() -> None:
    assert json.loads(internal("abc").body) == {"error": "internal error; request id abc"}
