# Generated from spec/openapi.yaml: do not edit.
"""A client of the API. `Client` waits for answers, `AsyncClient` is for `async` code."""

from msgspec import UNSET, UnsetType

from .clients import AsyncClient, Client
from .errors import (
    ApiError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    JobCancelled,
    JobError,
    JobFailed,
    NotAllowed,
    NotBuilt,
    NotFound,
    NotSignedIn,
    RequestRefused,
    ServerFailed,
    StatusError,
    StillRunning,
    TimedOut,
    TooManyRequests,
    Unavailable,
    UnexpectedAnswer,
    Unprocessable,
)
from .pages import AsyncPages, Pages
from .tables import Table
from .waiting import AsyncJob, Job

__all__ = [
    "UNSET",
    "ApiError",
    "AsyncClient",
    "AsyncJob",
    "AsyncPages",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "Job",
    "JobCancelled",
    "JobError",
    "JobFailed",
    "NotAllowed",
    "NotBuilt",
    "NotFound",
    "NotSignedIn",
    "Pages",
    "RequestRefused",
    "ServerFailed",
    "StatusError",
    "StillRunning",
    "Table",
    "TimedOut",
    "TooManyRequests",
    "Unavailable",
    "UnexpectedAnswer",
    "Unprocessable",
    "UnsetType",
]
