"""What a handler is given: who asks, the one open transaction, and where things are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from quarantine.domain.settings import Settings
from quarantine.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person. `level` is the highest default level of the person's roles; `session_id` is the session."""

    user_id: int
    email: str
    level: int
    session_id: int


@dataclass(slots=True)
class Context:
    """One request's surroundings; the seam opens the transaction, commits it and then runs `after_commit`."""

    connection: Connection
    settings: Settings
    request_id: str
    client: str = ""
    # The token that the request acts under, for the operation that shows it; kept out of every repr.
    token: str = field(default="", repr=False)
    actor: Actor | None = None
    # The row that `x-permission` names (dataset, job, ...), already found and permitted, and the actor's level on it.
    target: AnyRow | None = None
    level: int = 0
    # What the audit row says beside actor, action and outcome: identifiers only, never a secret or a private value.
    audited: str = ""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    # Run with the connection of the transaction that keeps a refusal, when this one is rolled back: counting a login.
    on_refusal: list[Callable[[Connection], None]] = field(default_factory=list)

    @property
    def user(self) -> Actor:
        """The actor of an operation that is not public (the seam has made sure there is one)."""
        if self.actor is None:  # pragma: no cover - the seam refuses before
            raise LookupError("this operation has no actor")
        return self.actor

    @property
    def row(self) -> "AnyRow":
        """The object that the operation's permission names (the seam has found it, or answered 404)."""
        if self.target is None:  # pragma: no cover - the seam refuses before
            raise LookupError("this operation names no object")
        return self.target
