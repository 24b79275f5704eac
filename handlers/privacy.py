"""The owner's privacy policy: budgets now, masks and thresholds to come."""

from typing import Literal

from msgspec import UNSET

from generated.models import privacy
from generated.models.common import Message
from generated.models.privacy import (
    PrivacyBudgetListItem,
    PrivacyBudgetListResponseBody,
    PrivacyBudgetPermissionSetRequestBody,
)
from quarantine.domain.errors import Conflict, NotBuilt
from quarantine.store import data, datasets, ledger, rows
from quarantine.store.context import Context
from quarantine.store.permissions import USE, data_level
from quarantine.store.tables import data as data_table


def list_budgets(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> PrivacyBudgetListResponseBody:
    """What was granted and what is left, for the datasets that the actor may query."""
    statement = data.datasets(context.user).where(data_level(context.user) >= USE)
    if data_id is not None:
        statement = statement.where(data_table.c.data_id == data_id)
    found = rows.page(
        context.connection,
        statement,
        key=data_table.c.data_id,
        orders=datasets.budget_times(),
        order_by=order_by,
        page=page,
        page_size=page_size,
    )
    left = ledger.balances(context.connection, [row.lineage for row in found.items])
    return rows.listed(PrivacyBudgetListResponseBody, found, lambda row: budget(row, left[row.lineage]))


def set_budget(context: Context, body: PrivacyBudgetPermissionSetRequestBody) -> Message:
    """Set what is left to spend from now on; what was spent stays on the ledger."""
    row = context.row
    if row.data_state != datasets.READY:
        # Until the content is known, it is not known whose budget this is.
        raise Conflict("the dataset is not ready; set its budget when the job that prepares it has finished")
    delta = None if body.current_delta is UNSET else body.current_delta
    ledger.set_current(context.connection, row.lineage, body.current, delta, user_id=context.user.user_id)
    context.audited = f"dataset {row.data_uuid} epsilon {body.current:g}"
    return Message(message="successfully set privacy budget")


def budget(row: rows.AnyRow, left: ledger.Balance) -> PrivacyBudgetListItem:
    """A dataset's budget; epsilon and delta over all people."""
    return PrivacyBudgetListItem(
        data_id=row.data_id,
        data_name=row.data_name,
        initial=left.initial_epsilon,
        current=left.current_epsilon,
        initial_delta=left.initial_delta,
        current_delta=left.current_delta,
        created_at=left.created_at or row.created_at,
        updated_at=left.updated_at or row.updated_at,
    )


def list_masks(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> privacy.PrivacyMaskListResponseBody:
    """List column masks."""
    raise NotBuilt("list_masks is documented, not built yet")


def list_thresholds(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> privacy.PrivacyThresholdListResponseBody:
    """List thresholds."""
    raise NotBuilt("list_thresholds is documented, not built yet")


def set_mask(
    context: Context, body: privacy.PrivacyMaskPermissionSetRequestBody
) -> privacy.PrivacyMaskPermissionSetResponseBody:
    """Set a column mask."""
    raise NotBuilt("set_mask is documented, not built yet")


def set_threshold(
    context: Context, body: privacy.PrivacyThresholdPermissionSetRequestBody
) -> privacy.PrivacyThresholdPermissionSetResponseBody:
    """Set a threshold."""
    raise NotBuilt("set_threshold is documented, not built yet")
