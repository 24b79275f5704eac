"""What answers the operations of audits."""

from typing import Literal

from generated.models import audits
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def list_audits(
    context: Context,
    *,
    order_by: Literal["timestamp", "-timestamp"] = "-timestamp",
    page: int = 1,
    page_size: int = 100,
) -> audits.AuditListResponseBody:
    """List what was done, by whom and when."""
    raise NotBuilt("list_audits is documented, not built yet")
