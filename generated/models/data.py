# Generated from spec/data.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from .. import checking as _checking
from . import common as _common


class DataAccess(StrEnum):
    """One kind of insight into a dataset that a level brings."""

    READ = "read"
    META = "meta"
    TYPES = "types"
    STATS = "stats"
    SAMPLE = "sample"


class DataCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    # The dataset's metadata as YAML text.
    meta: Annotated[str, Meta(min_length=1, max_length=1000000)]


class DataItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A dataset as the asking person may see it. `data_state`, `job_uuid` and `data_id` go beyond the printed
    form. Figures about the data are what its owner declared or what was drawn with privacy, never exact.
    """

    commit_name: _common.LineText | UnsetType = UNSET
    commit_uuid: _common.Uuid | UnsetType = UNSET
    created_at: _common.Timestamp | UnsetType = UNSET
    # The owner's words; empty where there are none.
    data_description: Annotated[str, Meta(max_length=10000)]
    data_id: _common.RowId | UnsetType = UNSET
    # Private means of columns as JSON text, if bought.
    data_mean: Annotated[str, Meta(max_length=1000000)] | UnsetType = UNSET
    data_name: DataName
    # What the asking person may do with it.
    data_permissions: DataItemDataPermissions
    # Synthetic rows as JSON text, no real ones.
    data_sample: Annotated[str, Meta(max_length=1000000)] | UnsetType = UNSET
    # The number of rows that the owner declared, or else a private count, if bought; never exact.
    data_size: Annotated[int, Meta(ge=0, le=9223372036854775807)] | UnsetType = UNSET
    # Whether the bounded copy is being made, can be asked, or could not be made.
    data_state: Literal["preparing", "ready", "failed"] | UnsetType = UNSET
    # The private profile with its errors as JSON text, if bought.
    data_stats: Annotated[str, Meta(max_length=2000000)] | UnsetType = UNSET
    # Private standard deviations as JSON text, if bought.
    data_std: Annotated[str, Meta(max_length=1000000)] | UnsetType = UNSET
    # What kind of source it is, such as CSV.
    data_type: Annotated[str, Meta(max_length=50)]
    # The part of the granted epsilon that is spent.
    data_usage: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    data_uuid: _common.Uuid
    job_uuid: _common.Uuid | UnsetType = UNSET
    # The epsilon that is left, rounded down; the exact one is in the list of budgets.
    privacy_budget: Annotated[int, Meta(ge=0, le=9223372036854775807)] | UnsetType = UNSET
    project_name: _common.LineText | UnsetType = UNSET
    project_uuid: _common.Uuid | UnsetType = UNSET
    updated_at: _common.Timestamp | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.LineText | UnsetType = UNSET


class DataListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[DataItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class DataPermissionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    data_id: _common.RowId | UnsetType = UNSET
    data_name: DataName | UnsetType = UNSET
    data_uuid: _common.Uuid | UnsetType = UNSET
    permission: _common.PermissionLevel
    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET


class DataSampleResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    name: DataName | UnsetType = UNSET
    # A JSON array of made-up rows as text.
    sample: Annotated[str, Meta(max_length=1000000)]
    # What kind of source it is, such as CSV.
    type: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    uuid: _common.Uuid | UnsetType = UNSET


if TYPE_CHECKING:
    DataItemDataPermissions: TypeAlias = "list[DataAccess]"
else:
    DataItemDataPermissions = _checking.checked(
        "DataItemDataPermissions",
        lambda: (Annotated[list[DataAccess], Meta(max_length=5)],),
        rules={"uniqueItems": True},
    )

DataCreateResponseBody: TypeAlias = DataItem
DataDeleteResponseBody: TypeAlias = DataItem
DataGetResponseBody: TypeAlias = DataItem
DataName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^,\\x00-\\x1f\\x7f]+\\Z")]
DataPatchRequestBody: TypeAlias = DataCreateRequestBody
DataPatchResponseBody: TypeAlias = DataItem
DataPermissionSetResponseBody: TypeAlias = _common.Message
