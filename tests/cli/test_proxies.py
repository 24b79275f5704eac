"""Commands about an active proxy: the session with it is the server's to keep, and ours goes on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dq0.cli import program
from live import PASSWORD, live_server
from quarantines import ADMIN, LAPTOP, own
from world import settle


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a quarantine with people; the command line asks a laptop's server."""
    with (
        live_server(tmp_path / "there", ambient_session="false") as there,
        live_server(tmp_path / "laptop") as laptop,
        own(laptop),
    ):
        settle(there).close()
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("DQ0_ADDRESS", laptop.address)
        (tmp_path / "password").write_text(PASSWORD + "\n")
        monkeypatch.chdir(tmp_path)
        yield int(there.address.split(":")[2].split("/")[0])


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that succeeds prints."""
    status = program.run(list(words))
    told = capsys.readouterr()
    assert (status, told.err) == (0, ""), words
    return told.out


def test_signing_in_elsewhere_and_out_again_leaves_the_session_with_ones_own_server(
    at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    password = ("--password-file", "password")
    said(capsys, "user", "login", LAPTOP, *password)
    said(capsys, "proxy", "add", "--hostname", "127.0.0.1", "--port", str(at), "--scheme", "http")
    said(capsys, "proxy", "activate", "2")
    assert "this server keeps it" in said(capsys, "auth", "login", ADMIN, *password)
    assert json.loads(said(capsys, "auth", "login", ADMIN, *password, "--json"))["token"]
    assert json.loads(said(capsys, "user", "list", "--json"))["total"] == 4
    assert json.loads(said(capsys, "proxy", "current", "--json"))["email_address"] == ADMIN
    said(capsys, "auth", "logout")
    assert program.run(["user", "list"]) == 3
    capsys.readouterr()
    said(capsys, "proxy", "activate", "1")
    assert json.loads(said(capsys, "user", "list", "--json"))["total"] == 1
