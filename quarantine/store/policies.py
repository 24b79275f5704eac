"""The owner's policies: masks and thresholds, for everybody or for one person; and the lists that show them.

What is for one person takes the place of what is for everybody: a mask as a whole, a threshold for its column.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Table, bindparam, cast, func, null, or_, select, union_all

from quarantine.store import datasets, permissions, rows
from quarantine.store.context import Actor
from quarantine.store.permissions import OWN, SEE, USE, data_level
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import caps, data, masks, thresholds

if TYPE_CHECKING:
    from quarantine.domain.metadata.model import Metadata
    from quarantine.domain.privacy import Policy

# Above every number of a person, so that it makes one number of a dataset's and a person's.
_PEOPLE = 2**31


class Mask(NamedTuple):
    """Names of columns, by what may be done with them."""

    hidden: Sequence[str] = ()
    private: Sequence[str] = ()
    public: Sequence[str] = ()


def set_mask(connection: Connection, data_id: int, user_id: int | None, mask: Mapping[str, list[str]]) -> None:
    """Replace a person's mask, or everybody's for None; an empty one is removed."""
    key: dict[str, object] = {"data_id": data_id, "user_id": user_id}
    _put(connection, masks, key, mask if any(mask.values()) else None)


def set_threshold(connection: Connection, data_id: int, user_id: int | None, field: str, threshold: int) -> None:
    """Replace a person's threshold of a column, or everybody's for None; 0 removes it."""
    key: dict[str, object] = {"data_id": data_id, "user_id": user_id, "field": field}
    _put(connection, thresholds, key, {"threshold": threshold} if threshold else None)


def _put(connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, object] | None) -> None:
    if values is None:
        rows.delete(connection, table, **key)
        return
    now = int(time.time())
    if rows.update(connection, table, key, **values, updated_at=now):
        return
    with rows.unique(connection, "somebody else has just set this, too; try again"):
        rows.insert(connection, table, **key, **values, created_at=now, updated_at=now)


def mask_of(connection: Connection, data_id: int, user_id: int) -> Mask:
    """The mask that holds for a person: his own, or everybody's."""
    found = connection.execute(_MASK, {"data_id": data_id, "user_id": user_id}).first()
    return Mask() if found is None else Mask(found.hidden, found.private, found.public)


def hidden_from(connection: Connection, data: Iterable[int], user_id: int) -> dict[int, Sequence[str]]:
    """The columns that a person must not see of each of these datasets, where there are any."""
    c = masks.c
    found = connection.execute(
        select(c.data_id, c.user_id, c.hidden).where(
            c.data_id.in_(data), or_(c.user_id.is_(None), c.user_id == user_id)
        )
    ).all()
    # A person's own mask takes the place of everybody's.
    everybody = {row.data_id: row.hidden for row in found if row.user_id is None}
    return everybody | {row.data_id: row.hidden for row in found if row.user_id is not None}


def thresholds_of(connection: Connection, data_id: int, user_id: int) -> dict[str, int]:
    """The thresholds that hold for a person, by column: his own, or everybody's."""
    found = connection.execute(_THRESHOLDS, {"data_id": data_id, "user_id": user_id})
    return {row.field: int(row.threshold) for row in found}


def policy_of(connection: Connection, row: AnyRow, user_id: int) -> "Policy":
    """What a person may say of a dataset, without what his request asks for."""
    from quarantine.domain.privacy import Policy

    mask = mask_of(connection, row.data_id, user_id)
    return Policy(
        hidden=tuple(mask.hidden),
        private=tuple(mask.private),
        public=tuple(mask.public),
        thresholds=thresholds_of(connection, row.data_id, user_id),
    )


def forget_public(connection: Connection, data_id: int, metadata: "Metadata") -> None:
    """After a change of the description: what it no longer has stays hidden or private, and is no longer public.

    Under a name that comes back there may be other values than those that the owner said were no secret.
    """
    found = connection.execute(select(masks).where(masks.c.data_id == data_id)).all()
    for row in found:
        if not row.public:
            continue
        from quarantine.domain.masks import still_public

        mask = {"hidden": row.hidden, "private": row.private, "public": still_public(metadata, row.public)}
        if mask["public"] != row.public:
            set_mask(connection, data_id, row.user_id, mask)


def seen(table: Table, actor: Actor, data_id: int | None) -> AnySelect:
    """The masks or thresholds that the actor sees: everybody's and his own, as an owner those of others, too."""
    known = _datasets(actor, data_id).subquery()
    shown = select(table, known.c.data_name).join(known, known.c.data_id == table.c.data_id)
    if actor.reach >= SEE:
        return shown
    user_id = table.c.user_id
    return shown.where(or_(user_id.is_(None), user_id == actor.user_id, known.c.level >= OWN))


def budgets(actor: Actor, data_id: int | None) -> Any:
    """The budgets and caps that the actor sees, as a subquery: of datasets that he may query, of people like `seen`.

    Columns are `data_id`, `data_name`, `lineage`, `free_repetition`, `user_id` (NULL for the budget over all people),
    the instants, and `number`, which no two of them share.
    """
    known = _datasets(actor, data_id)
    if actor.reach < SEE:
        known = known.where(data_level(actor) >= USE)
    c, times = data.c, datasets.budget_times()
    nobody = cast(null(), BigInteger).label("user_id")
    whole = _columns(known, nobody, (c.data_id * _PEOPLE).label("number"), times["created_at"], times["updated_at"])
    capped = _capped()
    people = known.join(capped, capped.c.lineage == c.lineage)
    if actor.reach < SEE:
        people = people.where(or_(capped.c.user_id == actor.user_id, data_level(actor) >= OWN))
    number = (c.data_id * _PEOPLE + capped.c.user_id).label("number")
    return union_all(
        whole, _columns(people, capped.c.user_id, number, capped.c.created_at, capped.c.updated_at)
    ).subquery("budgets")


def _datasets(actor: Actor, data_id: int | None) -> AnySelect:
    known = permissions.datasets(actor)
    return known if data_id is None else known.where(data.c.data_id == data_id)


def _columns(statement: AnySelect, user_id: Any, number: Any, created_at: Any, updated_at: Any) -> Any:
    c = data.c
    instants = created_at.label("created_at"), updated_at.label("updated_at")
    columns = (c.data_id, c.data_name, c.lineage, c.free_repetition, user_id, number, *instants)
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _capped() -> Any:
    c = caps.c
    instants = func.min(c.created_at).label("created_at"), func.max(c.created_at).label("updated_at")
    return select(c.lineage, c.user_id, *instants).group_by(c.lineage, c.user_id).subquery("capped")


def _holding(table: Table) -> AnySelect:
    """What is for everybody or for the person `user_id`, of the dataset `data_id`."""
    mine = or_(table.c.user_id.is_(None), table.c.user_id == bindparam("user_id"))
    return select(table).where(table.c.data_id == bindparam("data_id"), mine)


_MASK = _holding(masks).order_by(masks.c.user_id.is_(None)).limit(1)
# A person's own come last, and stay.
_THRESHOLDS = _holding(thresholds).order_by(thresholds.c.user_id.is_not(None))
