"""What a server signs of an answer, so that who asked through another server knows whose answer it is.

Who asks sends a challenge. The answer's head then carries a digest of the body and an Ed25519 signature over what is in
`signed_text`. Why so, and what is not covered: `docs/decisions/0022-forwarding.md`.
"""

import hashlib
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHALLENGE = b"dq0-challenge"
SIGNATURE = b"dq0-signature"
DIGEST = b"content-digest"
# Says which text is signed: a signature for one purpose is worth nothing for another.
_PURPOSE = "dq0 answer 1"
_CHALLENGE = re.compile(rb"[A-Za-z0-9_-]{22,86}\Z")
_DIGEST = re.compile(rb"sha-256=:([A-Za-z0-9+/]{43}=):\Z")


class Head(msgspec.Struct, frozen=True):
    """What is signed of an answer: the question it belongs to, and what a reader of it acts on.

    `target` is path and query below the API's own folder, since what stands before the server may move that.
    """

    challenge: bytes
    method: str
    target: str
    status: int
    content_type: bytes
    digest: bytes
    retry_after: bytes = b""


def fresh_challenge() -> bytes:
    """256 random bits, as text that fits into a header."""
    return secrets.token_urlsafe(32).encode()


def is_challenge(value: bytes) -> bool:
    """Whether a header holds what may be signed with an answer."""
    return _CHALLENGE.match(value) is not None


def signed_text(head: Head) -> bytes:
    """The bytes that are signed: one line for each part; none can hold a line break, as none could be sent with one."""
    question = [_PURPOSE, head.challenge.decode("latin-1"), head.method, head.target, str(head.status)]
    answer = [part.decode("latin-1") for part in (head.content_type, head.digest, head.retry_after)]
    return "\n".join([*question, *answer]).encode()


def digest_of(hashed: "hashlib._Hash") -> bytes:
    """The value of a `Content-Digest` header (RFC 9530) for what a SHA-256 has seen."""
    return b"sha-256=:" + b64encode(hashed.digest()) + b":"


def is_digest(value: bytes) -> bool:
    """Whether a `Content-Digest` is of the one kind that is used here."""
    return _DIGEST.match(value) is not None


def is_signed(public_key: str, head: Head, signature: bytes) -> bool:
    """Whether the signature (base64) over an answer's head is that of this key (base64)."""
    from cryptography.exceptions import InvalidSignature

    try:
        _key(public_key).verify(b64decode(signature, validate=True), signed_text(head))
    except (InvalidSignature, Error, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _key(public_key: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))


@lru_cache(maxsize=64)
def fingerprint(public_key: str) -> str:
    """A short name of a key, for the `Via` header."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]
