"""The audit chain, for those who may read it."""

from generated.models.audits import AuditListItem, AuditListResponseBody
from quarantine.store import audit, rows
from quarantine.store.context import Context


def list_audits(
    context: Context,
    *,
    action: str | None = None,
    actor: str | None = None,
    from_: int | None = None,
    order_by: str = "-timestamp",
    page: int = 1,
    page_size: int = 100,
    to: int | None = None,
) -> AuditListResponseBody:
    """What was done, by whom, to what, and how it ended."""
    wanted = audit.Wanted(actor=actor, action=action, since=from_, until=to)
    newest = order_by.startswith("-")
    found = audit.entries(context.connection, wanted, newest=newest, page=page, page_size=page_size)
    return rows.listed(AuditListResponseBody, found, item)


def item(row: rows.AnyRow) -> AuditListItem:
    """An audit row as the API shows it; `description` says everything in one text, as old clients read it."""
    told = " ".join(part for part in (row.object, row.description) if part)
    description = f"{told}: {row.outcome}" if told else row.outcome
    return rows.into(row, AuditListItem, timestamp=str(row.timestamp), description=description)
