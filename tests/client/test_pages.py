"""Lists: all items over all pages, page by page, or one page alone; the same for both clients."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import Told, connect, connect_async
from dq0.client import BadRequest
from people import new_group
from world import World

GROUP = {"group_name": "g", "created_at": 1, "updated_at": 1}


def paged(total: int, largest: int) -> Told:
    """A list of so many groups; no page is longer than `largest`, whatever is asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        number, size = int(asked.get("page", 1)), min(int(asked.get("page_size", 100)), largest)
        items = [{**GROUP, "group_id": i + 1} for i in range(total)][(number - 1) * size : number * size]
        return httpx.Response(200, json={"items": items, "page": number, "page_size": size, "total": total})

    return Told(answer)


def numbers(items: Any) -> list[int]:
    return [item.group_id for item in items]


@given(st.integers(0, 30), st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
def test_every_item_comes_once_and_in_order_from_the_first_page_on(total: int, size: int, most: int, page: int) -> None:
    told, other = paged(total, most), paged(total, most)
    found = told.client().groups.list(page_size=size, page=page)
    wanted = list(range(1, total + 1))[(page - 1) * min(size, most) :]
    assert numbers(found) == wanted
    assert all(request.url.params["page_size"] == str(size) for request in told.requests)
    assert len(told.requests) == max(1, -(-len(wanted) // min(size, most)))

    async def twin() -> list[int]:
        async with other.async_client() as client:
            return [item.group_id async for item in client.groups.list(page_size=size, page=page)]

    assert asyncio.run(twin()) == wanted
    assert [r.url for r in other.requests] == [r.url for r in told.requests]


def test_nothing_is_asked_before_somebody_looks_and_nothing_more_than_needed() -> None:
    told = paged(20, 5)
    found = told.client().groups.list()
    assert told.requests == []
    assert next(iter(found)).group_id == 1
    assert len(told.requests) == 1
    assert found.page(3).page == 3
    assert len(told.requests) == 2


def test_a_list_that_shrinks_meanwhile_ends() -> None:
    page = {"page": 1, "page_size": 1, "total": 9}
    told = Told(
        httpx.Response(200, json={**page, "items": [{**GROUP, "group_id": 1}]}),
        httpx.Response(200, json={**page, "page": 2, "items": []}),
    )
    assert numbers(told.client().groups.list()) == [1]


def test_a_real_list_is_read_over_its_pages(fast: World) -> None:
    made = [new_group(fast)[0] for _ in range(5)]
    with connect(fast.live, fast.admin.token) as client:
        ids = numbers(client.groups.list(page_size=2))
        assert set(made) <= set(ids)
        assert len(set(ids)) == len(ids) == client.groups.list().page().total
        pages = list(client.groups.list(page_size=2).pages())
        assert [page.page for page in pages] == list(range(1, len(pages) + 1))
        assert numbers(item for page in pages for item in page.items) == ids
        assert numbers(client.groups.list(page_size=2, page=2).page().items) == ids[2:4]
        with pytest.raises(BadRequest, match="page_size"):
            list(client.groups.list(page_size=0))

    async def twin() -> list[int]:
        async with connect_async(fast.live, fast.admin.token) as client:
            return [item.group_id async for item in client.groups.list(page_size=2)]

    assert asyncio.run(twin()) == ids
