"""A signature is worth something for one answer to one question, and for nothing else."""

import hashlib
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from quarantine.domain.signatures import (
    Head,
    digest_of,
    fingerprint,
    fresh_challenge,
    is_challenge,
    is_digest,
    is_signed,
    signed_text,
)
from quarantine.store.identity import Identity

HEAD = Head(b"c" * 43, "GET", "/jobs?page=1", 200, b"application/json", digest_of(hashlib.sha256(b"{}")), b"3")
LINE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
BYTES = LINE.map(str.encode)
HEADS = st.builds(Head, BYTES, LINE, LINE, st.integers(100, 599), BYTES, BYTES, BYTES)


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """One key."""
    return Identity(tmp_path_factory.mktemp("key"))


@pytest.mark.parametrize("name", [*asdict(HEAD)])
def test_no_part_of_a_head_can_be_another(identity: Identity, name: str) -> None:
    signature = identity.sign(HEAD)
    assert is_signed(identity.public_key, HEAD, signature)
    value = getattr(HEAD, name)
    other = value + 1 if isinstance(value, int) else value[:-1]
    assert not is_signed(identity.public_key, replace(HEAD, **{name: other}), signature)


@given(HEADS, HEADS)
def test_two_heads_have_two_texts(one: Head, other: Head) -> None:
    assert (signed_text(one) == signed_text(other)) == (one == other)


@given(st.binary(max_size=100), st.text(max_size=60))
def test_no_junk_is_a_signature_or_a_key(signature: bytes, key: str) -> None:
    assert not is_signed(key, HEAD, signature)
    assert not is_signed("A" * 43 + "=", HEAD, signature)


def test_another_key_signs_otherwise(identity: Identity, tmp_path: Path) -> None:
    other = Identity(tmp_path)
    assert not is_signed(other.public_key, HEAD, identity.sign(HEAD))
    assert fingerprint(other.public_key) != fingerprint(identity.public_key)
    assert len(b64decode(other.public_key)) == 32


def test_only_texts_that_fit_into_a_header_are_challenges_and_digests() -> None:
    assert is_challenge(fresh_challenge())
    assert fresh_challenge() != fresh_challenge()
    for wrong in (b"", b"short", b"x" * 87, b"a" * 30 + b"\n", b"a" * 30 + b"\r\nx: y", b"\xff" * 43):
        assert not is_challenge(wrong)
    assert is_digest(HEAD.digest)
    for wrong in (b"", HEAD.digest + b"\n", HEAD.digest[:-1], b"md5=:AAAA:"):
        assert not is_digest(wrong)
