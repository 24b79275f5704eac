"""The owner's privacy policy: budgets and caps, masks, thresholds; for everybody or for one person."""

from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Table, select

from generated.models.common import Message
from generated.models.privacy import (
    PrivacyAccountingSetRequestBody,
    PrivacyBudgetListItem,
    PrivacyBudgetListResponseBody,
    PrivacyBudgetPermissionSetRequestBody,
    PrivacyMaskListItem,
    PrivacyMaskListResponseBody,
    PrivacyMaskPermissionSetRequestBody,
    PrivacyProfileBuyRequestBody,
    PrivacyProfileBuyResponseBody,
    PrivacyRepetitionSetRequestBody,
    PrivacyThresholdListItem,
    PrivacyThresholdListResponseBody,
    PrivacyThresholdPermissionSetRequestBody,
)
from quarantine.domain.errors import Conflict
from quarantine.store import accounts, datasets, derived, filters, jobs, ledger, policies, profiles, rows
from quarantine.store.context import Context
from quarantine.store.tables import data, masks, thresholds


class OfPerson(Protocol):
    """A body that may be about one person."""

    @property
    def user_id(self) -> int | UnsetType: ...
    @property
    def user_email(self) -> str | UnsetType: ...


def list_budgets(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> PrivacyBudgetListResponseBody:
    """What was granted and what is left of the datasets that the actor may query, and of the caps that he sees."""
    shown = policies.budgets(context.user, data_id)
    orders = (shown.c.created_at, shown.c.updated_at)
    found = rows.page(
        context.connection,
        select(shown),
        key=shown.c.number,
        orders=orders,
        order_by=order_by,
        page=page,
        page_size=page_size,
    )
    lineages = {row.lineage for row in found.items}
    left = ledger.balances(context.connection, lineages)
    people = {row.user_id for row in found.items if row.user_id is not None}
    caps = ledger.cap_balances(context.connection, lineages, people) if people else {}
    limits = filters.filters(context.connection, lineages)
    return rows.listed(
        PrivacyBudgetListResponseBody,
        found,
        lambda row: budget(row, caps.get((row.lineage, row.user_id), left[row.lineage]), limits.get(row.lineage)),
    )


def set_budget(context: Context, body: PrivacyBudgetPermissionSetRequestBody) -> Message:
    """Set what is left to spend from now on, for all people or for one; what was spent stays on the ledger."""
    row, connection, actor = context.row, context.connection, context.user
    check_ready(row, "set its budget")
    delta = None if body.current_delta is UNSET else body.current_delta
    user_id = person(context, body)
    if user_id is None:
        ledger.set_current(connection, row.lineage, body.current, delta, user_id=actor.user_id)
        context.audited = f"dataset {row.data_uuid} epsilon {body.current:g}"
    else:
        ledger.set_cap(connection, row.lineage, user_id, body.current, delta, set_by=actor.user_id)
        context.audited = f"dataset {row.data_uuid} user {user_id} epsilon {body.current:g}"
    return Message(message="successfully set privacy budget")


def set_repetition(context: Context, body: PrivacyRepetitionSetRequestBody) -> Message:
    """Decide whether an identical query on unchanged data is answered again at no charge."""
    row = context.row
    rows.update(context.connection, data, {"data_id": row.data_id, "deleted_at": None}, free_repetition=body.free)
    context.audited = f"dataset {row.data_uuid}: repeating a query is {'free' if body.free else 'charged'}"
    return Message(message="successfully set privacy repetition")


def buy_profile(context: Context, body: PrivacyProfileBuyRequestBody) -> PrivacyProfileBuyResponseBody:
    """Price and charge a profile, and queue the job that computes it: durable before data is touched."""
    from quarantine.domain.privacy import profiling  # with it comes the SQL compiler

    row, connection, user_id = context.row, context.connection, context.user.user_id
    check_ready(row, "buy its profile")
    policy = policies.policy_of(connection, row, user_id)
    plans = profiling.plans(datasets.metadata_of(row.meta), policy, epsilon=body.epsilon, delta=body.delta)
    written = msgspec.json.encode(policy).decode()
    asked = profiles.Asked(row.meta_version, body.epsilon, body.delta, written)
    job_uuid = jobs.create(
        connection,
        job_type="data.profile",
        job_name=row.data_name,
        job_params=msgspec.json.encode(asked).decode(),
        user_id=user_id,
        data_id=row.data_id,
    )
    cost = profiling.price(plans, body.epsilon)
    entries = [entry for plan in plans.values() for entry in plan.ledger_entries()]
    profiles.pay(connection, row, cost, user_id=user_id, job_uuid=job_uuid, mechanisms=entries)
    context.audited = f"dataset {row.data_uuid} job {job_uuid} epsilon {cost.epsilon:g} delta {cost.delta:g}"
    message = f"profile started by job with uuid: {job_uuid}"
    return PrivacyProfileBuyResponseBody(message=message, job_uuid=job_uuid, epsilon=cost.epsilon, delta=cost.delta)


def set_accounting(context: Context, body: PrivacyAccountingSetRequestBody) -> Message:
    """Turn the dataset's zCDP filter on, with its limit, or off."""
    row = context.row
    check_ready(row, "set its accounting")
    ledger.set_filter(context.connection, row.lineage, body.rho, user_id=context.user.user_id)
    context.audited = f"dataset {row.data_uuid} {f'zCDP filter of rho {body.rho:g}' if body.rho else 'no filter'}"
    return Message(message="successfully set privacy accounting")


def budget(row: rows.AnyRow, left: ledger.Balance, limit: filters.Filter | None) -> PrivacyBudgetListItem:
    """A dataset's budget over all people, or a person's cap on it; epsilon and delta, and rho where a filter is on."""
    own = limit if row.user_id is None else None
    return PrivacyBudgetListItem(
        data_id=row.data_id,
        data_name=row.data_name,
        user_id=UNSET if row.user_id is None else row.user_id,
        initial=left.initial_epsilon,
        current=left.current_epsilon,
        initial_delta=left.initial_delta,
        current_delta=left.current_delta,
        free_repetition=bool(row.free_repetition) if row.user_id is None else UNSET,
        initial_rho=UNSET if own is None else own.initial,
        current_rho=UNSET if own is None else own.current,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def list_masks(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> PrivacyMaskListResponseBody:
    """Everybody's masks and the actor's own, and for an owner those of others."""
    found = listing(context, masks, data_id, order_by=order_by, page=page, page_size=page_size)
    return rows.listed(PrivacyMaskListResponseBody, found, mask)


def set_mask(context: Context, body: PrivacyMaskPermissionSetRequestBody) -> Message:
    """Replace everybody's mask of the dataset, or a person's own."""
    from quarantine.domain import masks as domain_masks  # with it comes the SQL compiler

    row, given = context.row, body.mask_data
    kinds = {"hidden": given.hidden, "private": given.private, "public": given.public}
    wanted = {kind: names for kind, names in kinds.items() if not isinstance(names, UnsetType)}
    kept = domain_masks.checked(datasets.metadata_of(row.meta), wanted)
    user_id = person(context, body)
    policies.set_mask(context.connection, row.data_id, user_id, kept)
    derived.hide(context.connection, row.data_id, user_id, [*kept["hidden"], *kept["private"]])
    told = "; ".join(f"{kind} {', '.join(names)}" for kind, names in kept.items() if names)
    context.audited = f"dataset {row.data_uuid} {whose(user_id)}: {told or 'no mask'}"
    return Message(message="successfully set privacy mask")


def mask(row: rows.AnyRow) -> PrivacyMaskListItem:
    """A mask; the columns of each kind in one text."""
    texts = {kind: ",".join(getattr(row, kind)) for kind in ("hidden", "private", "public")}
    return rows.into(row, PrivacyMaskListItem, **texts)


def list_thresholds(
    context: Context,
    *,
    data_id: int | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> PrivacyThresholdListResponseBody:
    """Everybody's thresholds and the actor's own, and for an owner those of others."""
    found = listing(context, thresholds, data_id, order_by=order_by, page=page, page_size=page_size)
    return rows.listed(PrivacyThresholdListResponseBody, found, lambda row: rows.into(row, PrivacyThresholdListItem))


def set_threshold(context: Context, body: PrivacyThresholdPermissionSetRequestBody) -> Message:
    """Replace everybody's threshold of a column, or a person's own."""
    from quarantine.domain import masks as domain_masks  # with it comes the SQL compiler

    row = context.row
    field = domain_masks.spelled(datasets.metadata_of(row.meta), body.field)
    user_id = person(context, body)
    policies.set_threshold(context.connection, row.data_id, user_id, field, body.threshold)
    derived.raise_thresholds(context.connection, row.data_id, user_id, body.threshold)
    context.audited = f"dataset {row.data_uuid} {whose(user_id)}: {field}<{body.threshold}"
    return Message(message="successfully set privacy threshold")


def listing(
    context: Context, table: Table, data_id: int | None, *, order_by: str, page: int, page_size: int
) -> rows.Page[rows.AnyRow]:
    """One page of the masks or thresholds that the actor sees."""
    c = table.c
    return rows.page(
        context.connection,
        policies.seen(table, context.user, data_id),
        key=table.primary_key.columns[0],
        orders=(c.created_at, c.updated_at),
        order_by=order_by,
        page=page,
        page_size=page_size,
    )


def check_ready(row: rows.AnyRow, wanted: str) -> None:
    """Raises Conflict until the content is known: before, it is not known whose budget this is."""
    if row.data_state != datasets.READY:
        raise Conflict(f"the dataset is not ready; {wanted} when the job that prepares it has finished")


def person(context: Context, body: OfPerson) -> int | None:
    """The number of the person that a body is about; None where it is about everybody."""
    if body.user_id is UNSET and body.user_email is UNSET:
        return None
    return accounts.named(context.connection, user_id=body.user_id, emails=[body.user_email])


def whose(user_id: int | None) -> str:
    """Whom a policy is for, in the audit log's words."""
    return "everybody" if user_id is None else f"user {user_id}"
