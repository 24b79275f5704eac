"""A server's identity: an Ed25519 key in the state folder, made at the first start and readable by its owner only.

It signs answers (`quarantine.domain.signatures`), and what is kept of sessions elsewhere is encrypted under a key that
is derived from it: a copy of the database alone is no session.
"""

import os
import secrets
import uuid
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from quarantine.domain.errors import Unavailable
from quarantine.domain.signatures import Head, signed_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

FILE = "identity.key"
# PKCS 8 of an Ed25519 key is this and the 32 random bytes that the key is.
_PREFIX = bytes.fromhex("302e020100300506032b657004220420")
_BEGIN, _END = b"-----BEGIN PRIVATE KEY-----\n", b"\n-----END PRIVATE KEY-----\n"
_SEED, _NONCE = 32, 12
DAMAGED = f"the server's {FILE} is damaged or cannot be read; put the right one back into the state folder"


def ensure(root: Path) -> None:
    """Makes the key of a state folder that has none; several processes may start at once, and all have the same.

    Written without the cryptographic library, which a start need not wait for.
    """
    path = root / FILE
    if path.exists():
        return
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    passing = root / f".{FILE}.{uuid.uuid4().hex}"
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(_BEGIN + b64encode(_PREFIX + secrets.token_bytes(_SEED)) + _END)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Unlike renaming, this never replaces a key that another process has just made.
        with suppress(FileExistsError):
            os.link(passing, path)
    finally:
        passing.unlink()


class Identity:
    """The key of a state folder, read when it is first used."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _seed(self) -> bytes:
        ensure(self._root)
        try:
            text = (self._root / FILE).read_bytes()
            found = b64decode(text.removeprefix(_BEGIN).removesuffix(_END), validate=True)
        except (OSError, ValueError):
            raise Unavailable(DAMAGED) from None
        if len(found) != len(_PREFIX) + _SEED or not found.startswith(_PREFIX):
            raise Unavailable(DAMAGED)
        return found[len(_PREFIX) :]

    @cached_property
    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed)

    @cached_property
    def public_key(self) -> str:
        """The public half, 32 bytes in base64."""
        return b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, head: Head) -> bytes:
        """The signature (base64) over an answer's head."""
        return b64encode(self._key.sign(signed_text(head)))

    def seal(self, text: str) -> str:
        """A text that only who has the key file can read, and that nobody can change."""
        nonce = secrets.token_bytes(_NONCE)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()

    def unseal(self, sealed: str) -> str | None:
        """What was sealed; None where it was sealed under another key, or changed."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = urlsafe_b64decode(sealed)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except (InvalidTag, ValueError):
            return None

    @cached_property
    def _cipher(self) -> "ChaCha20Poly1305":
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), length=32, salt=None, info=b"dq0 sessions elsewhere").derive(self._seed)
        return ChaCha20Poly1305(derived)


@lru_cache(maxsize=8)
def identity(root: Path) -> Identity:
    """The identity of a state folder."""
    return Identity(root)
