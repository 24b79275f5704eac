# Generated from spec/audits.yaml: do not edit.
from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from . import common as _common


class AuditListItem(Struct, kw_only=True, repr_omit_defaults=True):
    # The name of the action that was asked for.
    action: Annotated[str, Meta(max_length=100)]
    # The e-mail address of who asked, or a word for nobody.
    actor: Annotated[str, Meta(max_length=254)]
    audit_id: _common.RowId
    # What it was done to, and how it ended.
    description: Annotated[str, Meta(max_length=10000)]
    # The identifiers in the path of the request.
    object: Annotated[str, Meta(max_length=300)]
    # `ok`, or `refused` with the status.
    outcome: Annotated[str, Meta(max_length=100)]
    # The `x-request-id` of the answer.
    request_id: Annotated[str, Meta(max_length=200)]
    # Whole seconds since 1970-01-01T00:00:00Z, in digits.
    timestamp: Annotated[str, Meta(max_length=19, pattern="^[0-9]{1,19}\\Z")]


class AuditListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[AuditListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total
