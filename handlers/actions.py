"""What answers the operations of actions."""

from typing import Literal

from generated.models import actions
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def list_actions(
    context: Context,
    *,
    order_by: Literal["action_id", "-action_id", "action_name", "-action_name"] = "action_id",
    page: int = 1,
    page_size: int = 100,
) -> actions.ActionListResponseBody:
    """List the actions."""
    raise NotBuilt("list_actions is documented, not built yet")


def set_action_permission(
    context: Context, body: actions.ActionPermissionSetRequestBody
) -> actions.ActionPermissionSetResponseBody:
    """Set a role's level on an action."""
    raise NotBuilt("set_action_permission is documented, not built yet")
