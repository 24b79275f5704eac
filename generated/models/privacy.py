# Generated from spec/privacy.yaml: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from .. import checking as _checking
from . import common as _common
from . import data as _data


class PrivacyAccountingSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    rho: Rho


class PrivacyBudgetListItem(Struct, kw_only=True, repr_omit_defaults=True):
    created_at: _common.Timestamp | UnsetType = UNSET
    current: EpsilonTotal
    current_delta: Delta
    current_rho: Rho | UnsetType = UNSET
    data_id: _common.RowId
    data_name: _data.DataName
    # Whether an identical query on unchanged data is answered again at no charge; not on caps.
    free_repetition: bool | UnsetType = UNSET
    initial: EpsilonTotal
    initial_delta: Delta
    initial_rho: Rho | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class PrivacyBudgetListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[PrivacyBudgetListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class PrivacyBudgetPermissionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    current: Epsilon
    current_delta: Delta | UnsetType = UNSET
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    user_email: _common.Email | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class PrivacyMaskListItem(Struct, kw_only=True, repr_omit_defaults=True):
    created_at: _common.Timestamp | UnsetType = UNSET
    data_id: _common.RowId
    data_name: _data.DataName
    hidden: PrivacyColumnText
    private: PrivacyColumnText
    public: PrivacyColumnText
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class PrivacyMaskListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[PrivacyMaskListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class PrivacyMaskPermissionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    # The columns of each kind; what is left out counts as empty.
    mask_data: PrivacyMaskPermissionSetRequestBodyMaskData
    user_email: _common.Email | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class PrivacyMaskPermissionSetRequestBodyMaskData(
    Struct, kw_only=True, repr_omit_defaults=True, forbid_unknown_fields=True
):
    """The columns of each kind; what is left out counts as empty."""

    hidden: PrivacyColumns | UnsetType = UNSET
    private: PrivacyColumns | UnsetType = UNSET
    public: PrivacyColumns | UnsetType = UNSET


class PrivacyProfileBuyRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    # What it may cost in delta beside, for Gaussian noise where that is smaller; 0 is Laplace noise ...
    delta: Annotated[float, Meta(ge=0, le=1e-05)] = 0.0
    epsilon: Epsilon


class PrivacyProfileBuyResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    """The job that computes the profile, and what it was charged."""

    delta: Delta
    epsilon: Epsilon
    job_uuid: _common.Uuid
    # It ends with the job's uuid.
    message: Annotated[str, Meta(min_length=1, max_length=10000)]


class PrivacyRepetitionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    # Whether an identical query on unchanged data is answered again at no charge.
    free: bool


class PrivacyThresholdListItem(Struct, kw_only=True, repr_omit_defaults=True):
    created_at: _common.Timestamp | UnsetType = UNSET
    data_id: _common.RowId
    data_name: _data.DataName
    field: PrivacyColumn
    threshold: PrivacyThreshold
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class PrivacyThresholdListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[PrivacyThresholdListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class PrivacyThresholdPermissionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: _data.DataName | UnsetType = UNSET
    field: PrivacyColumn
    threshold: PrivacyThreshold
    user_email: _common.Email | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


if TYPE_CHECKING:
    PrivacyColumns: TypeAlias = "list[str]"
else:
    PrivacyColumns = _checking.checked(
        "PrivacyColumns", lambda: (Annotated[list[PrivacyColumn], Meta(max_length=10000)],), rules={"uniqueItems": True}
    )

Delta: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Epsilon: TypeAlias = Annotated[float, Meta(ge=0, le=1000000)]
EpsilonTotal: TypeAlias = Annotated[float, Meta(ge=0, le=1000000000)]
PrivacyBudgetPermissionSetResponseBody: TypeAlias = _common.Message
PrivacyColumn: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\x00-\\x1f\\x7f]+\\Z")]
PrivacyColumnText: TypeAlias = Annotated[str, Meta(max_length=2100000)]
PrivacyMaskPermissionSetResponseBody: TypeAlias = _common.Message
PrivacyThreshold: TypeAlias = Annotated[int, Meta(ge=0, le=1000000000)]
PrivacyThresholdPermissionSetResponseBody: TypeAlias = _common.Message
Rho: TypeAlias = Annotated[float, Meta(ge=0, le=1000)]
