"""What a handler is given: who asks, the one open transaction, and where things are kept."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from quarantine.domain.settings import Settings
from quarantine.store import levels
from quarantine.store.rows import AnyRow

T = TypeVar("T")
# Work by what it is and what it is given, and its results.
Done = dict[tuple[Callable[..., Any], tuple[Hashable, ...]], Any]


class Runner(Protocol):
    """Does slow work where it sees fit: `at_once`, or `Context.outside` where a transaction would be held meanwhile."""

    def __call__(self, work: Callable[..., T], *given: Hashable) -> T:
        """The result of `work(*given)`."""


def at_once(work: Callable[..., T], *given: Hashable) -> T:
    """The result of work that nobody waits for meanwhile."""
    return work(*given)


class Outside(Exception):
    """No error: work that the seam is to do while no transaction is open, before it calls the handler once more."""

    def __init__(self, work: Callable[..., Any], given: tuple[Hashable, ...]) -> None:
        super().__init__()
        self.work, self.given = work, given


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person. `level` is the highest level over the person's roles, `may` the one on the asked action."""

    user_id: int
    email: str
    level: int
    session_id: int
    sees_all: bool = False
    may: int = 0

    @property
    def reach(self) -> int:
        """The level on every object there is: own for administrators, see for who sees all."""
        return levels.reach(self.level, self.sees_all)


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
    # What has been done outside the transaction so far, by `outside`; may hold secrets.
    done: Done = field(default_factory=dict, repr=False)

    def outside(self, work: Callable[..., T], *given: Hashable) -> T:
        """The result of slow work, done while no transaction is open.

        Ends this transaction the first time; then the handler runs once more from its start, and sees the rows of then.
        """
        key = work, given
        if key not in self.done:
            raise Outside(work, given)
        found: T = self.done[key]
        return found

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
