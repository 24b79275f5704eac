"""A web page cannot use a server on loopback: not by its address, not by a name that it makes point there."""

import pytest

from quarantine.domain.errors import Forbidden
from quarantine.domain.settings import Settings
from quarantine.server.origin import check_origin, is_forwarded


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:9000"])
def test_loopback_names_pass(host: str) -> None:
    check_origin({b"host": host.encode()})
    check_origin({b"host": host.encode(), b"origin": b"http://" + host.encode()})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost:x",
        "0.0.0.0",
        "[::1",
        "[::2]",
        "10.0.0.1",
        "localhost@evil.example",
        "localhost:80:80",
        "::1",
        "[::1]x",
        "127.0.0.1ÿ",
    ],
)
def test_another_host_is_refused(host: str) -> None:
    with pytest.raises(Forbidden):
        check_origin({b"host": host.encode("latin-1")})


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://localhost:3000", "http://127.0.0.1:9001", ""]
)
def test_a_page_of_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(Forbidden):
        check_origin({b"host": b"localhost:9000", b"origin": origin.encode()})


@pytest.mark.parametrize("site", [b"cross-site", b"same-site"])
def test_a_picture_of_another_site_is_refused(site: bytes) -> None:
    with pytest.raises(Forbidden):
        check_origin({b"host": b"localhost:9000", b"sec-fetch-site": site})


def test_an_address_bar_and_the_own_pages_pass() -> None:
    for site in (b"none", b"same-origin"):
        check_origin({b"host": b"localhost:9000", b"sec-fetch-site": site})


@pytest.mark.parametrize("name", [b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"cf-connecting-ip"])
def test_a_proxy_shows(name: bytes) -> None:
    assert is_forwarded({b"host": b"localhost", name: b"10.0.0.1"})
    assert not is_forwarded({b"host": b"localhost"})


@pytest.mark.parametrize(
    ("hostname", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("127.8.8.8", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("dq0.example", False),
        ("", False),
    ],
)
def test_loopback_is_an_address_not_a_hope(hostname: str, loopback: bool) -> None:
    assert Settings(hostname=hostname).loopback is loopback
