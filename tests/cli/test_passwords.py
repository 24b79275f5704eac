"""Passwords at a terminal, from a file and from standard input; never on a command line, never shown."""

import json
from pathlib import Path

import pytest

from live import PASSWORD
from people import join
from terminal import Terminal
from world import World, fresh


@pytest.fixture
def shell(fast: World, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, fast.live.address)


def test_registering_asks_twice_without_echo_and_signing_in_once(shell: Terminal) -> None:
    email = f"{fresh('cli')}@example.org"
    seen = shell.typed(
        ["user", "register", email], [("Password: ", PASSWORD + "\n"), ("Password again: ", PASSWORD + "\n")]
    )
    assert (seen.status, PASSWORD in seen.text) == (0, False)
    assert "successfully registered" in seen.text
    # Somebody has to confirm him first: the password was taken, and is not shown.
    seen = shell.typed(["user", "login", email], [("Password: ", PASSWORD + "\n")])
    assert (seen.status, PASSWORD in seen.text, "again" in seen.text) == (4, False, False)


def test_two_passwords_that_differ_register_nobody(shell: Terminal) -> None:
    answers = [("Password: ", PASSWORD + "\n"), ("Password again: ", "another passphrase\n")]
    seen = shell.typed(["user", "register", f"{fresh('cli')}@example.org"], answers)
    assert (seen.status, "error: the two passwords differ" in seen.text) == (2, True)


def test_ctrl_c_and_ctrl_d_at_the_prompt_are_no_tracebacks(shell: Terminal) -> None:
    seen = shell.typed(["user", "login", "ada@example.org"], [("Password: ", "\x03")])
    assert (seen.status, "Traceback" in seen.text) == (130, False)
    seen = shell.typed(["user", "login", "ada@example.org"], [("Password: ", "\x04")])
    assert (seen.status, "error: no password was given" in seen.text) == (2, True)


def test_without_a_terminal_and_a_file_nothing_is_asked(shell: Terminal) -> None:
    ended = shell.run("user", "login", "ada@example.org", text=PASSWORD)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--password-file" in ended.stderr


def test_a_password_is_no_option(shell: Terminal) -> None:
    ended = shell.run("user", "login", "ada@example.org", "--password", PASSWORD)
    assert (ended.returncode, PASSWORD in ended.stderr) == (2, False)


def test_a_password_file_has_to_be_there_and_hold_one(shell: Terminal) -> None:
    (shell.folder / "empty").write_text("\n")
    for file in ("missing", "empty"):
        ended = shell.run("user", "login", "ada@example.org", "--password-file", file)
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


def test_changing_a_password_keeps_the_new_token(shell: Terminal, fast: World) -> None:
    person = join(fast, "users")
    (shell.folder / "old").write_text(PASSWORD + "\n")
    shell.done("user", "login", person.email, "--password-file", "old")
    kept = shell.folder / "config" / "dq0" / "sessions.json"
    before = json.loads(kept.read_text())[shell.address]
    new = "quite another passphrase"
    answers = [("Current password: ", PASSWORD + "\n"), ("Password: ", new + "\n"), ("Password again: ", new + "\n")]
    seen = shell.typed(["user", "change-password"], answers)
    assert (seen.status, new in seen.text) == (0, False)
    after = json.loads(kept.read_text())[shell.address]
    assert (after == before, after in seen.text, before in seen.text) == (False, False, False)
    assert shell.run("user", "own-profile").returncode == 0
    assert shell.run("user", "own-profile", text="").stdout.startswith("user_id")
    told = shell.run("user", "login", person.email, "--password-file", "old")
    assert told.returncode == 3


def test_tokens_that_others_could_read_are_refused(shell: Terminal, fast: World) -> None:
    person = join(fast, "users")
    shell.done("user", "login", person.email, "--password-file", "-", text=PASSWORD)
    kept = shell.folder / "config" / "dq0" / "sessions.json"
    assert kept.parent.stat().st_mode & 0o077 == 0
    kept.chmod(0o644)
    ended = shell.run("user", "own-profile")
    assert (ended.returncode, "chmod 600" in ended.stderr) == (2, True)
    kept.chmod(0o600)
    kept.write_text("[")
    assert shell.run("user", "own-profile").returncode == 2


def test_a_token_goes_to_its_own_address_only(shell: Terminal, fast: World) -> None:
    person = join(fast, "users")
    shell.done("user", "login", person.email, "--password-file", "-", text=PASSWORD)
    # The same server under another name: nobody has signed in there.
    other = shell.address.replace("127.0.0.1", "localhost")
    assert shell.run("user", "own-profile", "--server", other).returncode == 3
    assert shell.run("user", "own-profile", "--server", shell.address + "/").returncode == 0
    shell.more["DQ0_TOKEN"] = person.token
    assert shell.run("user", "own-profile", "--server", other).returncode == 0
    shell.more["DQ0_TOKEN"] = "not\na token"
    assert shell.run("user", "own-profile").returncode == 2
