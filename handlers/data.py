"""Datasets: registered by their owners with what may be known of them, never with what is in them."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from generated.models.common import Message
from generated.models.data import (
    DataAccess,
    DataCreateRequestBody,
    DataItem,
    DataListResponseBody,
    DataPermissionSetRequestBody,
    DataSampleResponseBody,
)
from quarantine.domain.errors import Conflict, Forbidden
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.metadata.synthetic import sample
from quarantine.domain.profile import Profile
from quarantine.store import (
    accounts,
    data,
    datasets,
    derived,
    ledger,
    memberships,
    permissions,
    policies,
    profiles,
    projects,
    rows,
)
from quarantine.store.context import Context
from quarantine.store.ledger import Balance
from quarantine.store.permissions import OWN, SEE, USE
from quarantine.store.rows import AnyRow
from quarantine.store.tables import data as data_table

SEEN = [DataAccess.META, DataAccess.TYPES]
USED = [DataAccess.READ, DataAccess.META, DataAccess.TYPES, DataAccess.STATS, DataAccess.SAMPLE]


def list_data(
    context: Context,
    *,
    commit_uuid: str | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> DataListResponseBody:
    """The datasets that the actor sees."""
    statement = data.datasets(context.user)
    statement = rows.narrowed(statement, {data_table.c.user_id: user_id})
    if project_uuid is not None or commit_uuid is not None:
        tied = projects.data_of(context.user, project_uuid=project_uuid, commit_uuid=commit_uuid)
        statement = statement.where(data_table.c.data_id.in_(tied))
    c = data_table.c
    orders = rows.creation(data_table) | {str(o.key): o for o in (c.updated_at, c.data_name, c.data_type)}
    whole = user_id is None and project_uuid is None and commit_uuid is None and context.user.reach >= SEE
    found = rows.page(
        context.connection,
        statement,
        key=c.data_id,
        orders=orders,
        order_by=order_by,
        page=page,
        page_size=page_size,
        counted=data_table if whole else None,
    )
    left = ledger.balances(context.connection, [row.lineage for row in found.items])
    known = profiles_for(context, found.items)
    return rows.listed(
        DataListResponseBody, found, lambda row: item(row, row.user_name, left[row.lineage], known.get(row.data_id))
    )


def create_data(context: Context, body: DataCreateRequestBody) -> DataItem:
    """Check the description and the source, note the dataset, and start the job that makes its bounded copy."""
    metadata = datasets.metadata_of(body.meta)
    files = datasets.located(metadata, context.settings)
    lineage = datasets.lineage_by_path(context.connection, files)
    datasets.check_joins(context.connection, lineage, user_id=context.user.user_id, level=context.user.level)
    datasets.check_headers(files)
    row = data.register(
        context.connection,
        user_id=context.user.user_id,
        name=metadata.name,
        meta=body.meta,
        lineage=lineage,
        type=metadata.type,
        description=metadata.description,
        size=declared_rows(metadata),
        state=datasets.PREPARING,
    )
    return prepared(context, row)


def get_data(context: Context, data_uuid: str) -> DataItem:
    """One dataset, as far as the actor's level goes."""
    return shown(context, context.row)


def update_data(context: Context, data_uuid: str, body: DataCreateRequestBody) -> DataItem:
    """Replace the description; the bounded copy is made anew."""
    metadata, before = datasets.metadata_of(body.meta), context.row
    changed = datasets.protection(metadata) != datasets.protection(datasets.metadata_of(before.meta))
    if context.level < OWN and changed:
        raise Forbidden(datasets.PROTECTED)
    files = datasets.located(metadata, context.settings)
    lineage = datasets.lineage_by_path(context.connection, files)
    actor = context.user
    if lineage != before.lineage:
        datasets.check_joins(context.connection, lineage, user_id=actor.user_id, level=actor.level)
    elif not before.fingerprint:
        # Never ready: what it was registered for may have turned out to be another's.
        datasets.check_joins(context.connection, lineage, user_id=before.user_id, level=actor.level)
    datasets.check_headers(files)
    row = data.change(
        context.connection,
        before.data_id,
        meta=body.meta,
        data_name=metadata.name,
        data_type=metadata.type,
        data_description=metadata.description,
        data_size=declared_rows(metadata),
        data_state=datasets.PREPARING,
        lineage=lineage,
    )
    policies.forget_public(context.connection, row.data_id, metadata)
    if changed:
        derived.close_all(context.connection, row.data_id)
    context.after_commit.append(
        lambda: datasets.drop_copies(
            context.settings, before, lambda version: version < row.meta_version, databases_only=True
        )
    )
    return prepared(context, row)


def delete_data(context: Context, data_uuid: str) -> DataItem:
    """Forget the dataset, its bounded copy and what was made of it; the source and what was spent stay."""
    answer = shown(context, context.row)
    derived.forget(context, context.row)
    gone = derived.remove(context, context.row.data_id)
    context.audited = f"with {gone} datasets that transforms have made of it" if gone else ""
    return answer


def set_data_permission(context: Context, data_uuid: str, body: DataPermissionSetRequestBody) -> Message:
    """Set a role's level on the dataset."""
    row = context.row
    check_same(row, body)
    role_id = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name).role_id
    context.audited = f"role {role_id} level {int(body.permission)}"
    data.set_permission(context.connection, row.data_id, role_id, int(body.permission))
    derived.lower(context.connection, row.data_id, role_id, int(body.permission))
    return Message(message="successfully set permission of data")


def sample_data(context: Context, data_uuid: str) -> DataSampleResponseBody:
    """Rows of the first table, made up from the description alone; without what is hidden from the actor."""
    row = context.row
    table = datasets.metadata_of(row.meta).tables[0]
    hidden = policies.mask_of(context.connection, row.data_id, context.user.user_id).hidden
    if hidden:
        from quarantine.domain.masks import without  # with it comes the SQL compiler

        table = without(table, hidden)
    return DataSampleResponseBody(
        name=row.data_name, sample=as_json(sample(table)), type=row.data_type, uuid=row.data_uuid
    )


def prepared(context: Context, row: AnyRow) -> DataItem:
    """The dataset with the job that makes its bounded copy."""
    job_uuid = datasets.prepare(context.connection, row, user_id=context.user.user_id)
    context.audited = f"dataset {row.data_uuid} job {job_uuid}"
    fresh, _ = permissions.object_level(context.connection, context.user, "data", "data_uuid", row.data_uuid)
    return shown(context, fresh)


def shown(context: Context, row: AnyRow) -> DataItem:
    """A dataset with its creator's address and its budget."""
    creator = accounts.address(context.connection, row.user_id)
    left = ledger.balance(context.connection, row.lineage)
    return item(row, creator, left, profiles_for(context, [row]).get(row.data_id))


def profiles_for(context: Context, data: Sequence[AnyRow]) -> Mapping[int, Profile]:
    """The profiles of those among these datasets that the actor may use, without the columns hidden from him."""
    connection, used = context.connection, [row for row in data if int(row.level) >= USE]
    found = profiles.of(connection, used) if used else {}
    hidden = policies.hidden_from(connection, found, context.user.user_id) if found else {}
    return {data_id: profile.without(hidden.get(data_id, ())) for data_id, profile in found.items()}


def item(row: AnyRow, creator: str, left: Balance, profile: Profile | None = None) -> DataItem:
    """A dataset as far as the row's `level` goes; what is beyond it is left out."""
    used = int(row.level) >= USE
    spent = left.initial_epsilon - left.current_epsilon
    usage = min(1.0, max(0.0, spent / left.initial_epsilon)) if left.initial_epsilon > 0 else 0.0
    size = row.data_size if row.data_size is not None or profile is None else profile.rows
    return DataItem(
        data_uuid=row.data_uuid,
        data_id=row.data_id,
        data_name=row.data_name,
        data_type=row.data_type,
        data_description=row.data_description,
        data_permissions=USED if used else SEEN,
        data_state=row.data_state,
        created_at=row.created_at,
        updated_at=row.updated_at,
        user_id=row.user_id,
        user_name=creator,
        job_uuid=row.job_uuid if used and row.job_uuid else UNSET,
        data_size=size if used and size is not None else UNSET,
        data_mean=UNSET if profile is None else as_json(profile.values("mean")),
        data_std=UNSET if profile is None else as_json(profile.values("std")),
        data_stats=UNSET if profile is None else as_json(profile),
        data_usage=usage if used else UNSET,
        privacy_budget=max(0, int(left.current_epsilon)) if used else UNSET,
    )


def as_json(value: object) -> str:
    """A value as JSON text, which is how the contract has statistics."""
    return msgspec.json.encode(value).decode()


def declared_rows(metadata: Metadata) -> int | None:
    """The number of rows that the owner declared for all tables; None unless declared for each."""
    counts = [table.rows for table in metadata.tables]
    return None if any(count is None for count in counts) else sum(count or 0 for count in counts)


def check_same(row: AnyRow, body: DataPermissionSetRequestBody) -> None:
    """A body that names the dataset has to name the one in the path."""
    named: tuple[tuple[object, object], ...] = (
        (body.data_id, row.data_id),
        (body.data_name, row.data_name),
        (body.data_uuid, row.data_uuid),
    )
    if any(not isinstance(given, UnsetType) and given != own for given, own in named):
        raise Conflict("the body names another dataset than the path")
