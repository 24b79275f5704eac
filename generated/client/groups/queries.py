# Generated from spec/queries.yaml: do not edit.
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import jobs as _jobs
from ...models import queries as _queries
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import tables as _tables
from .. import waiting as _waiting
from .. import works as _works


class Queries(_group.Group):
    """SQL answered with differential privacy."""

    def cancel(self, query_uuid: str, *, force: bool | UnsetType = UNSET) -> _queries.QueryCancelResponseBody:
        """Cancel a query.

        Ends the query's job in the way `cancel_job` does. What the query was charged stays charged.

        query_uuid: The query; job and run have the same uuid.
        force: Kill at once instead of asking the work to end first. (False if left out.)
        """
        return self._call(_endpoints.CANCEL_QUERY, {"query_uuid": query_uuid, "force": force})

    def create(
        self,
        *,
        datasets: str,
        query: str,
        delta: float | UnsetType = UNSET,
        epsilon: float | UnsetType = UNSET,
        params: Sequence[str] | str | UnsetType | None = UNSET,
        permissions: Sequence[str] | str | UnsetType | None = UNSET,
        private_column: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        tau: float | UnsetType = UNSET,
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _tables.Table]:
        """Ask a private query.

        Checks the statement, charges its whole price (`epsilon`, and a delta where groups are not public) to each
        of the datasets whose private tables it reads, to all or to none, and queues a job that computes and
        perturbs the answer. A statement outside the allowed language is refused at no cost; from the charge on
        nothing is given back. An identical query that was answered from the same data is not charged: its answer
        is given again, unless the owner has decided otherwise. The answer is fetched as the artifact
        `results.csv` of the job, or with `include_result`.

        datasets: Names or uuids of the datasets, separated by commas; what is not read is not charged. Quotation
            marks around the text are dropped.
        delta: What the query may cost in delta, beside that of groups that are not public, so that its noise may
            be Gaussian. It is charged only if that noise is the smaller one, as with many numbers or many groups
            for each person. (0.0 if left out.)
        epsilon: What the whole query may cost, shared out over all its statistics. (1.0 if left out.)
        private_column: The column that tells people apart; empty for the one the metadata names. Another one is
            refused.
        project_uuid: The project that the query belongs to; empty for none.
        tau: The least noisy count at which a group that is not public is shown. It raises the safe threshold and
            cannot lower it. (0.0 if left out.)
        """
        return self._start(
            _works.CREATE_QUERY,
            _endpoints.CREATE_QUERY,
            {
                "datasets": datasets,
                "query": query,
                "delta": delta,
                "epsilon": epsilon,
                "params": params,
                "permissions": permissions,
                "private_column": private_column,
                "project_uuid": project_uuid,
                "tau": tau,
            },
        )

    def resume_create(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _tables.Table]:
        """What `create` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.CREATE_QUERY, None, uuid)

    def get(
        self, query_uuid: str, *, include_result: bool | None = None, include_run: bool | None = None
    ) -> _queries.QueryInfoResponseBody:
        """Show a query.

        Statement and state of one query. The fields of its run and its result come on request only.

        query_uuid: The query; job and run have the same uuid.
        include_result: Add `query_result_data` and `query_result_message` once the query has finished. (False if
            left out.)
        include_run: Add the fields whose names begin with `run_`. (False if left out.)
        """
        return self._call(
            _endpoints.GET_QUERY,
            {"query_uuid": query_uuid, "include_result": include_result, "include_run": include_run},
        )

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        user_id: int | None = None,
    ) -> _pages.Pages[_queries.QueryItem, _queries.QueryListResponseBody]:
        """List queries.

        The queries that the asking person may see, newest first unless told otherwise, without their results.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        user_id: Keep only what this person made.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_QUERIES,
            {"order_by": order_by, "page": page, "page_size": page_size, "user_id": user_id},
        )

    def quote(
        self,
        *,
        datasets: str,
        query: str,
        delta: float | UnsetType = UNSET,
        epsilon: float | UnsetType = UNSET,
        params: Sequence[str] | str | UnsetType | None = UNSET,
        permissions: Sequence[str] | str | UnsetType | None = UNSET,
        private_column: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        tau: float | UnsetType = UNSET,
    ) -> _queries.QueryQuoteResponseBody:
        """Quote a private query.

        What a query would cost and how precise its answer would be, from the statement and the owner's
        description alone: no data is touched, nothing is charged and no job is made. It is refused for what the
        query would be refused for, the budget excepted, which `covered` tells.

        datasets: Names or uuids of the datasets, separated by commas; what is not read is not charged. Quotation
            marks around the text are dropped.
        delta: What the query may cost in delta, beside that of groups that are not public, so that its noise may
            be Gaussian. It is charged only if that noise is the smaller one, as with many numbers or many groups
            for each person. (0.0 if left out.)
        epsilon: What the whole query may cost, shared out over all its statistics. (1.0 if left out.)
        private_column: The column that tells people apart; empty for the one the metadata names. Another one is
            refused.
        project_uuid: The project that the query belongs to; empty for none.
        tau: The least noisy count at which a group that is not public is shown. It raises the safe threshold and
            cannot lower it. (0.0 if left out.)
        """
        return self._call(
            _endpoints.QUOTE_QUERY,
            {
                "datasets": datasets,
                "query": query,
                "delta": delta,
                "epsilon": epsilon,
                "params": params,
                "permissions": permissions,
                "private_column": private_column,
                "project_uuid": project_uuid,
                "tau": tau,
            },
        )


class AsyncQueries(_group.AsyncGroup):
    """SQL answered with differential privacy."""

    async def cancel(self, query_uuid: str, *, force: bool | UnsetType = UNSET) -> _queries.QueryCancelResponseBody:
        """Cancel a query.

        Ends the query's job in the way `cancel_job` does. What the query was charged stays charged.

        query_uuid: The query; job and run have the same uuid.
        force: Kill at once instead of asking the work to end first. (False if left out.)
        """
        return await self._call(_endpoints.CANCEL_QUERY, {"query_uuid": query_uuid, "force": force})

    async def create(
        self,
        *,
        datasets: str,
        query: str,
        delta: float | UnsetType = UNSET,
        epsilon: float | UnsetType = UNSET,
        params: Sequence[str] | str | UnsetType | None = UNSET,
        permissions: Sequence[str] | str | UnsetType | None = UNSET,
        private_column: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        tau: float | UnsetType = UNSET,
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _tables.Table]:
        """Ask a private query.

        Checks the statement, charges its whole price (`epsilon`, and a delta where groups are not public) to each
        of the datasets whose private tables it reads, to all or to none, and queues a job that computes and
        perturbs the answer. A statement outside the allowed language is refused at no cost; from the charge on
        nothing is given back. An identical query that was answered from the same data is not charged: its answer
        is given again, unless the owner has decided otherwise. The answer is fetched as the artifact
        `results.csv` of the job, or with `include_result`.

        datasets: Names or uuids of the datasets, separated by commas; what is not read is not charged. Quotation
            marks around the text are dropped.
        delta: What the query may cost in delta, beside that of groups that are not public, so that its noise may
            be Gaussian. It is charged only if that noise is the smaller one, as with many numbers or many groups
            for each person. (0.0 if left out.)
        epsilon: What the whole query may cost, shared out over all its statistics. (1.0 if left out.)
        private_column: The column that tells people apart; empty for the one the metadata names. Another one is
            refused.
        project_uuid: The project that the query belongs to; empty for none.
        tau: The least noisy count at which a group that is not public is shown. It raises the safe threshold and
            cannot lower it. (0.0 if left out.)
        """
        return await self._start(
            _works.CREATE_QUERY,
            _endpoints.CREATE_QUERY,
            {
                "datasets": datasets,
                "query": query,
                "delta": delta,
                "epsilon": epsilon,
                "params": params,
                "permissions": permissions,
                "private_column": private_column,
                "project_uuid": project_uuid,
                "tau": tau,
            },
        )

    def resume_create(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _tables.Table]:
        """What `create` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.CREATE_QUERY, None, uuid)

    async def get(
        self, query_uuid: str, *, include_result: bool | None = None, include_run: bool | None = None
    ) -> _queries.QueryInfoResponseBody:
        """Show a query.

        Statement and state of one query. The fields of its run and its result come on request only.

        query_uuid: The query; job and run have the same uuid.
        include_result: Add `query_result_data` and `query_result_message` once the query has finished. (False if
            left out.)
        include_run: Add the fields whose names begin with `run_`. (False if left out.)
        """
        return await self._call(
            _endpoints.GET_QUERY,
            {"query_uuid": query_uuid, "include_result": include_result, "include_run": include_run},
        )

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        user_id: int | None = None,
    ) -> _pages.AsyncPages[_queries.QueryItem, _queries.QueryListResponseBody]:
        """List queries.

        The queries that the asking person may see, newest first unless told otherwise, without their results.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        user_id: Keep only what this person made.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_QUERIES,
            {"order_by": order_by, "page": page, "page_size": page_size, "user_id": user_id},
        )

    async def quote(
        self,
        *,
        datasets: str,
        query: str,
        delta: float | UnsetType = UNSET,
        epsilon: float | UnsetType = UNSET,
        params: Sequence[str] | str | UnsetType | None = UNSET,
        permissions: Sequence[str] | str | UnsetType | None = UNSET,
        private_column: str | UnsetType = UNSET,
        project_uuid: str | UnsetType = UNSET,
        tau: float | UnsetType = UNSET,
    ) -> _queries.QueryQuoteResponseBody:
        """Quote a private query.

        What a query would cost and how precise its answer would be, from the statement and the owner's
        description alone: no data is touched, nothing is charged and no job is made. It is refused for what the
        query would be refused for, the budget excepted, which `covered` tells.

        datasets: Names or uuids of the datasets, separated by commas; what is not read is not charged. Quotation
            marks around the text are dropped.
        delta: What the query may cost in delta, beside that of groups that are not public, so that its noise may
            be Gaussian. It is charged only if that noise is the smaller one, as with many numbers or many groups
            for each person. (0.0 if left out.)
        epsilon: What the whole query may cost, shared out over all its statistics. (1.0 if left out.)
        private_column: The column that tells people apart; empty for the one the metadata names. Another one is
            refused.
        project_uuid: The project that the query belongs to; empty for none.
        tau: The least noisy count at which a group that is not public is shown. It raises the safe threshold and
            cannot lower it. (0.0 if left out.)
        """
        return await self._call(
            _endpoints.QUOTE_QUERY,
            {
                "datasets": datasets,
                "query": query,
                "delta": delta,
                "epsilon": epsilon,
                "params": params,
                "permissions": permissions,
                "private_column": private_column,
                "project_uuid": project_uuid,
                "tau": tau,
            },
        )
