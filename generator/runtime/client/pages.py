"""Lists that come page by page: every item one after the other, page by page, or one page alone."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Generic, TypeVar

from .connection import AsyncConnection, Connection
from .endpoint import Endpoint
from .flow import Flow, exchange

Item = TypeVar("Item")
P = TypeVar("P")


class _List(Generic[P]):
    """A list and where it begins; nothing is asked before somebody looks."""

    def __init__(self, endpoint: Endpoint[P], values: Mapping[str, Any]) -> None:
        self._endpoint = endpoint
        self._values = dict(values)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._endpoint.id}>"

    def _page(self, number: int | None) -> Flow[P]:
        values = self._values if number is None else {**self._values, "page": number}
        return exchange(self._endpoint, values)


def following(page: Any) -> int | None:
    """The number of the page after this one, if there is one."""
    return page.page + 1 if page.items and page.page * page.page_size < page.total else None


class Pages(_List[P], Generic[Item, P]):
    """`for item in ...` goes through all pages, each asked for when it is needed."""

    def __init__(self, connection: Connection, endpoint: Endpoint[P], values: Mapping[str, Any]) -> None:
        super().__init__(endpoint, values)
        self._connection = connection

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from getattr(page, "items", ())

    def pages(self) -> Iterator[P]:
        """One page after the other, from the one that was asked for."""
        number: int | None = None
        while True:
            page = self.page(number)
            yield page
            number = following(page)
            if number is None:
                return

    def page(self, number: int | None = None) -> P:
        """One page alone: this one, or else the one that was asked for."""
        return self._connection.run(self._page(number))


class AsyncPages(_List[P], Generic[Item, P]):
    """`async for item in ...` goes through all pages, each asked for when it is needed."""

    def __init__(self, connection: AsyncConnection, endpoint: Endpoint[P], values: Mapping[str, Any]) -> None:
        super().__init__(endpoint, values)
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in getattr(page, "items", ()):
                yield item

    async def pages(self) -> AsyncIterator[P]:
        """One page after the other, from the one that was asked for."""
        number: int | None = None
        while True:
            page = await self.page(number)
            yield page
            number = following(page)
            if number is None:
                return

    async def page(self, number: int | None = None) -> P:
        """One page alone: this one, or else the one that was asked for."""
        return await self._connection.run(self._page(number))
