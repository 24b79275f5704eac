"""Signs the answers to requests that carry a challenge: who asked through another server checks them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quarantine.domain.signatures import CHALLENGE, DIGEST, SIGNATURE, Head, digest_of, is_challenge
from quarantine.server.exchange import Reply, Streamed
from quarantine.server.routing import BASE
from quarantine.store.identity import identity

RETRY = b"retry-after"


class Signer:
    """Signs with the identity of a state folder; the key is read with the first challenge."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def sign(self, scope: Mapping[str, Any], reply: Reply | Streamed) -> None:
        """Adds digest and signature to a reply's headers where the request asks for them."""
        challenge = scope["fields"].get(CHALLENGE)
        if challenge is None or not is_challenge(challenge):
            return
        digest = digest_of(hashlib.sha256(reply.body)) if isinstance(reply, Reply) else reply.digest
        head = Head(
            challenge=challenge,
            method=scope["method"],
            target=target_of(scope["raw_path"], scope["query_string"]),
            status=reply.status,
            content_type=reply.content_type,
            digest=digest,
            retry_after=dict(reply.headers).get(RETRY, b""),
        )
        signature = identity(self._root).sign(head)
        reply.headers = (*reply.headers, (DIGEST, digest), (SIGNATURE, signature))


def target_of(raw_path: bytes, query: bytes) -> str:
    """Path and query below the API's own folder, as they were sent."""
    path = raw_path.decode("latin-1").removeprefix(BASE)
    return f"{path}?{query.decode('latin-1')}" if query else path
