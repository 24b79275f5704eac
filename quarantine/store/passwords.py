"""Passwords: argon2id, and the same work for an address that nobody has."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# OWASP's parameters for argon2id: 19 MiB, two passes: tens of milliseconds, so never while the database is locked.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
# A well-formed hash that no password has: checking it costs what checking a real one costs.
_NOBODY = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"


def hashed(password: str) -> str:
    """The password's argon2id hash with its salt and parameters."""
    return _hasher().hash(password.encode("utf-8", "surrogatepass"))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password has this hash; None (nobody) takes as long and is False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash or _NOBODY, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    # Imported late: most processes never see a password, and the import costs as much as a request.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
