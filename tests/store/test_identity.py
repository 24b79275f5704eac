"""The identity of a server: made once, for its owner only, readable by the usual tools; and what it seals."""

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from quarantine.domain.errors import Unavailable
from quarantine.store.identity import FILE, Identity, ensure


def test_the_key_is_made_once_whoever_starts_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ensure, [tmp_path] * 32))
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert Identity(tmp_path).public_key == Identity(tmp_path).public_key


def test_the_file_is_an_ordinary_private_key(tmp_path: Path) -> None:
    key = Identity(tmp_path).public_key
    read = load_pem_private_key((tmp_path / FILE).read_bytes(), None)
    assert isinstance(read, Ed25519PrivateKey)
    assert read.public_key().public_bytes_raw().hex() == b64decode(key).hex()


@pytest.mark.parametrize("content", [b"", b"junk", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Unavailable, match="damaged"):
        _ = Identity(tmp_path).public_key
    assert (tmp_path / FILE).read_bytes() == content


def test_what_is_sealed_is_read_by_the_same_key_only(tmp_path: Path) -> None:
    one, other = Identity(tmp_path / "one"), Identity(tmp_path / "other")
    sealed = one.seal("a token")
    assert one.unseal(sealed) == "a token"
    assert other.unseal(sealed) is None
    assert one.seal("a token") != sealed
    for changed in (sealed[:-8], "", "junk", sealed.swapcase()):
        assert one.unseal(changed) is None
