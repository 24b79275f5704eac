"""Actions: every operation of the contract, and what roles may do with it."""

from generated.models.actions import (
    ActionExplainResponseBody,
    ActionItem,
    ActionListResponseBody,
    ActionPermissionSetRequestBody,
    ActionReason,
)
from generated.models.common import Message
from quarantine.domain.errors import Refused
from quarantine.store import actions, memberships, permissions, rows
from quarantine.store.actions import Explained
from quarantine.store.context import Context
from quarantine.store.tables import actions as actions_table


def list_actions(
    context: Context, *, order_by: str = "action_id", page: int = 1, page_size: int = 100
) -> ActionListResponseBody:
    """All actions."""
    found = rows.listing(context.connection, actions_table, order_by=order_by, page=page, page_size=page_size)
    return rows.listed(ActionListResponseBody, found, lambda row: rows.into(row, ActionItem))


def set_action_permission(context: Context, body: ActionPermissionSetRequestBody) -> Message:
    """Set a role's level on an action."""
    action = actions.named(context.connection, action_id=body.action_id, action_name=body.action)
    role = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    permission = int(body.permission)
    context.audited = f"action {action.action_name} role {role.role_id} level {permission}"
    with memberships.guarded(context.connection, context.user):
        actions.set_permission(context.connection, context.user, action, role, permission)
    return Message(message="successfully set permission of action")


def explain_own_permission(
    context: Context, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
) -> ActionExplainResponseBody:
    """Why the actor may or may not."""
    return explained(context, context.user.user_id, action, data_uuid, project_uuid)


def explained(
    context: Context, user_id: int, name: str, data_uuid: str | None, project_uuid: str | None
) -> ActionExplainResponseBody:
    """Why a person may or may not; raises NotFound for an object that the actor does not see."""
    action = actions.named(context.connection, action_name=name)
    on = permissions.holder(action.needed_on)
    uuid = {"data": data_uuid, "project": project_uuid}.get(on)
    if on not in ("public", "session", "action") and uuid is None:
        right = f"name it by {on}_uuid" if on in ("data", "project") else "what it is on belongs to who started it"
        raise Refused(f"{name} is decided by the {on} that it is on: {right}")
    found = actions.explain(context.connection, context.user, user_id, action, uuid)
    told = {"action": name, "allowed": found.allowed, "needed": found.needed, "level": found.level}
    reasons = [rows.into(held._asdict(), ActionReason) for held in found.reasons]
    return rows.into(told, ActionExplainResponseBody, explanation=sentence(found), reasons=reasons)


def sentence(found: Explained) -> str:
    """The explanation as one sentence."""
    verdict, needed = "allowed" if found.allowed else "refused", f"and {found.needed} is needed"
    if found.needed == 0:
        return "allowed, because it is open to everybody"
    if found.state != "confirmed":
        return f"refused, because the account is {found.state} and cannot sign in"
    if found.shut:
        return "refused, because the action is closed to all roles of the person"
    if found.creator:
        return f"{verdict}, because who made it has level {found.level} {needed}"
    if found.reasons and found.reasons[0].level == found.level:
        held = found.reasons[0]
        through = f", through group {held.group_name}," if held.group_name else ""
        return f"{verdict}, because role {held.role_name}{through} has level {held.level} {needed}"
    if found.allowed:
        return "allowed, because it is open to everybody who is signed in"
    return f"refused, because no role gives more than level {found.level} {needed}"
