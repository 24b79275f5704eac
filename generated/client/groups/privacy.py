# Generated from spec/privacy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from ...models import common as _common
from ...models import jobs as _jobs
from ...models import privacy as _privacy
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages
from .. import waiting as _waiting
from .. import works as _works


class Privacy(_group.Group):
    """Budgets, masks and thresholds of datasets."""

    def buy_profile(
        self,
        *,
        epsilon: float,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        delta: float | UnsetType = UNSET,
    ) -> _waiting.Job[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """Buy a private profile of a dataset.

        Has the number of rows and the mean and standard deviation of every bounded column computed with noise,
        for this price, and shows them to all who may use the dataset (`data_size`, `data_mean`, `data_std`,
        `data_stats`). The price is granted to the dataset's ledger and charged at once: what is left for queries
        stays as it is. A new profile takes the place of an older one, a change of the description takes it away,
        and the price stays charged.

        delta: What it may cost in delta beside, for Gaussian noise where that is smaller; 0 is Laplace noise
            alone. (0.0 if left out.)
        """
        return self._start(
            _works.BUY_PROFILE,
            _endpoints.BUY_PROFILE,
            {"epsilon": epsilon, "data_id": data_id, "data_name": data_name, "delta": delta},
        )

    def resume_buy_profile(self, uuid: str) -> _waiting.Job[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """What `buy_profile` started, taken up again by its uuid."""
        return _waiting.Job(self._connection, _works.BUY_PROFILE, None, uuid)

    def list_budgets(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_privacy.PrivacyBudgetListItem, _privacy.PrivacyBudgetListResponseBody]:
        """List privacy budgets.

        What was granted and what is left, for each dataset that the asking person may query. A budget belongs to
        the data itself, over all people, and outlives renaming and registering anew. An item with a `user_id` is
        what that person alone may spend of it at most: the asking person's own cap, and for an owner everybody's.
        `initial` is then what the person may spend in all, and `current` what he has left.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_BUDGETS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    def list_masks(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_privacy.PrivacyMaskListItem, _privacy.PrivacyMaskListResponseBody]:
        """List column masks.

        Which columns are hidden, private or public, for each dataset that the asking person may see. Only an
        owner sees the masks made for others.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_MASKS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    def list_thresholds(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_privacy.PrivacyThresholdListItem, _privacy.PrivacyThresholdListResponseBody]:
        """List thresholds.

        The least counts that owners ask for, for each dataset that the asking person may see. Only an owner sees
        the thresholds made for others.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_THRESHOLDS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    def set_accounting(
        self, *, rho: float, data_id: int | UnsetType = UNSET, data_name: str | UnsetType = UNSET
    ) -> _common.Message:
        """Set how a dataset's budget is counted.

        With a `rho` above 0 the dataset has a zCDP filter: what queries cost in zero-concentrated differential
        privacy is added up, everything charged before included, and must not exceed `rho`; the epsilons that were
        granted then bound nothing, the deltas still do. Many small queries go further so. With 0, the default,
        epsilons are added up. Both are entries of the ledger, and people's caps are counted in epsilon either
        way.
        """
        return self._call(_endpoints.SET_ACCOUNTING, {"rho": rho, "data_id": data_id, "data_name": data_name})

    def set_budget(
        self,
        *,
        current: float,
        current_delta: float | UnsetType = UNSET,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyBudgetPermissionSetResponseBody:
        """Set a privacy budget.

        Sets how much may still be spent from now on. The dataset is named by `data_id` or by `data_name`; two
        that differ are 409. The change is an entry of its own in the ledger, and nothing spent is forgotten. With
        `user_id` or `user_email` it is a cap on what this person may still spend, beside the dataset's budget: a
        query has to be covered by both. A cap without `current_delta` keeps the person's cap on delta; the first
        one does not limit it.
        """
        return self._call(
            _endpoints.SET_BUDGET,
            {
                "current": current,
                "current_delta": current_delta,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )

    def set_mask(
        self,
        *,
        mask_data: _privacy.PrivacyMaskPermissionSetRequestBodyMaskData | Mapping[str, Any],
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyMaskPermissionSetResponseBody:
        """Set a column mask.

        Replaces the mask of a dataset for everybody, or for one person named by `user_id` or `user_email` (two
        that differ are 409). A person's own mask takes the place of the one for everybody. A hidden column cannot
        be named in a query nor seen in a sample, a private one only be aggregated; a public one can be used
        although the metadata does not make it selectable. An empty mask removes what was set. A column that the
        metadata lacks, one of two kinds, and a public privacy unit are refused.

        mask_data: The columns of each kind; what is left out counts as empty.
        """
        return self._call(
            _endpoints.SET_MASK,
            {
                "mask_data": mask_data,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )

    def set_repetition(
        self, *, free: bool, data_id: int | UnsetType = UNSET, data_name: str | UnsetType = UNSET
    ) -> _common.Message:
        """Set whether repeating a query is free.

        While it is, which is the default, a query that was answered from the same data under the same policy
        gives that answer again and is not charged. Otherwise each is computed with noise of its own and charged.

        free: Whether an identical query on unchanged data is answered again at no charge.
        """
        return self._call(_endpoints.SET_REPETITION, {"free": free, "data_id": data_id, "data_name": data_name})

    def set_threshold(
        self,
        *,
        field: str,
        threshold: int,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyThresholdPermissionSetResponseBody:
        """Set a threshold.

        Groups of this column whose noisy count stays below the threshold are left out of answers, for everybody
        or for one person named by `user_id` or `user_email`, whose own threshold then takes the place of the one
        for everybody. It raises the safe threshold and cannot lower it; 0 removes what was set. It is also what a
        query's `permissions` can ask for at the least.
        """
        return self._call(
            _endpoints.SET_THRESHOLD,
            {
                "field": field,
                "threshold": threshold,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )


class AsyncPrivacy(_group.AsyncGroup):
    """Budgets, masks and thresholds of datasets."""

    async def buy_profile(
        self,
        *,
        epsilon: float,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        delta: float | UnsetType = UNSET,
    ) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """Buy a private profile of a dataset.

        Has the number of rows and the mean and standard deviation of every bounded column computed with noise,
        for this price, and shows them to all who may use the dataset (`data_size`, `data_mean`, `data_std`,
        `data_stats`). The price is granted to the dataset's ledger and charged at once: what is left for queries
        stays as it is. A new profile takes the place of an older one, a change of the description takes it away,
        and the price stays charged.

        delta: What it may cost in delta beside, for Gaussian noise where that is smaller; 0 is Laplace noise
            alone. (0.0 if left out.)
        """
        return await self._start(
            _works.BUY_PROFILE,
            _endpoints.BUY_PROFILE,
            {"epsilon": epsilon, "data_id": data_id, "data_name": data_name, "delta": delta},
        )

    def resume_buy_profile(self, uuid: str) -> _waiting.AsyncJob[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody]:
        """What `buy_profile` started, taken up again by its uuid."""
        return _waiting.AsyncJob(self._connection, _works.BUY_PROFILE, None, uuid)

    def list_budgets(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_privacy.PrivacyBudgetListItem, _privacy.PrivacyBudgetListResponseBody]:
        """List privacy budgets.

        What was granted and what is left, for each dataset that the asking person may query. A budget belongs to
        the data itself, over all people, and outlives renaming and registering anew. An item with a `user_id` is
        what that person alone may spend of it at most: the asking person's own cap, and for an owner everybody's.
        `initial` is then what the person may spend in all, and `current` what he has left.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_BUDGETS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    def list_masks(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_privacy.PrivacyMaskListItem, _privacy.PrivacyMaskListResponseBody]:
        """List column masks.

        Which columns are hidden, private or public, for each dataset that the asking person may see. Only an
        owner sees the masks made for others.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_MASKS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    def list_thresholds(
        self,
        *,
        data_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_privacy.PrivacyThresholdListItem, _privacy.PrivacyThresholdListResponseBody]:
        """List thresholds.

        The least counts that owners ask for, for each dataset that the asking person may see. Only an owner sees
        the thresholds made for others.

        data_id: Keep only what concerns this dataset.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_THRESHOLDS,
            {"data_id": data_id, "order_by": order_by, "page": page, "page_size": page_size},
        )

    async def set_accounting(
        self, *, rho: float, data_id: int | UnsetType = UNSET, data_name: str | UnsetType = UNSET
    ) -> _common.Message:
        """Set how a dataset's budget is counted.

        With a `rho` above 0 the dataset has a zCDP filter: what queries cost in zero-concentrated differential
        privacy is added up, everything charged before included, and must not exceed `rho`; the epsilons that were
        granted then bound nothing, the deltas still do. Many small queries go further so. With 0, the default,
        epsilons are added up. Both are entries of the ledger, and people's caps are counted in epsilon either
        way.
        """
        return await self._call(_endpoints.SET_ACCOUNTING, {"rho": rho, "data_id": data_id, "data_name": data_name})

    async def set_budget(
        self,
        *,
        current: float,
        current_delta: float | UnsetType = UNSET,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyBudgetPermissionSetResponseBody:
        """Set a privacy budget.

        Sets how much may still be spent from now on. The dataset is named by `data_id` or by `data_name`; two
        that differ are 409. The change is an entry of its own in the ledger, and nothing spent is forgotten. With
        `user_id` or `user_email` it is a cap on what this person may still spend, beside the dataset's budget: a
        query has to be covered by both. A cap without `current_delta` keeps the person's cap on delta; the first
        one does not limit it.
        """
        return await self._call(
            _endpoints.SET_BUDGET,
            {
                "current": current,
                "current_delta": current_delta,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )

    async def set_mask(
        self,
        *,
        mask_data: _privacy.PrivacyMaskPermissionSetRequestBodyMaskData | Mapping[str, Any],
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyMaskPermissionSetResponseBody:
        """Set a column mask.

        Replaces the mask of a dataset for everybody, or for one person named by `user_id` or `user_email` (two
        that differ are 409). A person's own mask takes the place of the one for everybody. A hidden column cannot
        be named in a query nor seen in a sample, a private one only be aggregated; a public one can be used
        although the metadata does not make it selectable. An empty mask removes what was set. A column that the
        metadata lacks, one of two kinds, and a public privacy unit are refused.

        mask_data: The columns of each kind; what is left out counts as empty.
        """
        return await self._call(
            _endpoints.SET_MASK,
            {
                "mask_data": mask_data,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )

    async def set_repetition(
        self, *, free: bool, data_id: int | UnsetType = UNSET, data_name: str | UnsetType = UNSET
    ) -> _common.Message:
        """Set whether repeating a query is free.

        While it is, which is the default, a query that was answered from the same data under the same policy
        gives that answer again and is not charged. Otherwise each is computed with noise of its own and charged.

        free: Whether an identical query on unchanged data is answered again at no charge.
        """
        return await self._call(_endpoints.SET_REPETITION, {"free": free, "data_id": data_id, "data_name": data_name})

    async def set_threshold(
        self,
        *,
        field: str,
        threshold: int,
        data_id: int | UnsetType = UNSET,
        data_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _privacy.PrivacyThresholdPermissionSetResponseBody:
        """Set a threshold.

        Groups of this column whose noisy count stays below the threshold are left out of answers, for everybody
        or for one person named by `user_id` or `user_email`, whose own threshold then takes the place of the one
        for everybody. It raises the safe threshold and cannot lower it; 0 removes what was set. It is also what a
        query's `permissions` can ask for at the least.
        """
        return await self._call(
            _endpoints.SET_THRESHOLD,
            {
                "field": field,
                "threshold": threshold,
                "data_id": data_id,
                "data_name": data_name,
                "user_email": user_email,
                "user_id": user_id,
            },
        )
