"""What the generated groups of operations are made of."""

from collections.abc import Mapping
from typing import Any, TypeVar

from .connection import AsyncConnection, Connection
from .endpoint import Endpoint
from .flow import exchange
from .waiting import AsyncJob, Job, Work

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")


class Group:
    """Operations of one kind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._connection!r}>"

    def _call(self, endpoint: Endpoint[T], values: Mapping[str, Any]) -> T:
        return self._connection.run(exchange(endpoint, values))

    def _start(self, work: Work[S, R], endpoint: Endpoint[Any], values: Mapping[str, Any]) -> Job[S, R]:
        started = self._call(endpoint, values)
        return Job(self._connection, work, started, work.key_of(started))


class AsyncGroup:
    """Operations of one kind, for `async` code."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._connection!r}>"

    async def _call(self, endpoint: Endpoint[T], values: Mapping[str, Any]) -> T:
        return await self._connection.run(exchange(endpoint, values))

    async def _start(self, work: Work[S, R], endpoint: Endpoint[Any], values: Mapping[str, Any]) -> AsyncJob[S, R]:
        started = await self._call(endpoint, values)
        return AsyncJob(self._connection, work, started, work.key_of(started))
