"""What goes wrong is one line and an exit status; what a server says never moves the cursor."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dq0.cli import failures
from live import ROOT
from terminal import COMMAND, Terminal
from world import World, fresh

UNKNOWN = "00000000-0000-4000-8000-000000000000"
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2028\r\x00\x7f"


@pytest.fixture
def shell(fast: World, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, fast.live.address, {"DQ0_TOKEN": fast.admin.token})


def test_each_kind_of_refusal_has_its_status(shell: Terminal, fast: World) -> None:
    name = fresh("role")
    shell.done("role", "create", name)
    wanted = {
        ("role", "nothing"): failures.USAGE,
        ("nothing",): failures.USAGE,
        ("data", "info"): failures.USAGE,
        ("data", "list", "--page", "one"): failures.USAGE,
        ("user", "update", "1", "--state", "dead"): failures.USAGE,
        ("job", "info", UNKNOWN, "surplus"): failures.USAGE,
        ("job", "info", UNKNOWN, "--job-uuid", UNKNOWN): failures.USAGE,
        ("data", "list", "--server", "ftp://127.0.0.1/api"): failures.USAGE,
        ("data", "list", "--server", "http://ada:secret@127.0.0.1/api"): failures.USAGE,
        ("job", "info", UNKNOWN): failures.NOT_FOUND,
        ("data", "info", "no such name"): failures.NOT_FOUND,
        ("job", "info", "not-a-uuid"): failures.INVALID,
        ("data", "list", "--page", "0"): failures.INVALID,
        ("data", "create", "--meta", "name: x"): failures.INVALID,
        ("role", "create", name): failures.CONFLICT,
        ("device", "health", "--server", "http://127.0.0.1:1/api"): failures.UNAVAILABLE,
        ("device", "health", "--server", "http://no-such-host.invalid/api"): failures.UNAVAILABLE,
    }
    for words, status in wanted.items():
        ended = shell.run(*words)
        assert (ended.returncode, ended.stdout) == (status, ""), (words, ended)
        assert ended.stderr.startswith("error: ")
        assert ended.stderr.count("\n") == 1
    shell.more["DQ0_TOKEN"] = fast.user.token
    assert shell.run("user", "list").returncode == failures.REFUSED
    shell.more["DQ0_TOKEN"] = "x" * 43
    assert shell.run("user", "list").returncode == failures.NOT_SIGNED_IN


def test_the_statuses_are_those_of_the_documentation() -> None:
    rows = (ROOT / "docs" / "cli.md").read_text("utf8").partition("## Exit statuses")[2].partition("##")[0]
    told = {int(line.split("|")[1]) for line in rows.splitlines() if line.startswith("| ") and line[2].isdigit()}
    known = {value for name, value in vars(failures).items() if name.isupper() and isinstance(value, int)}
    assert told == known | {0}


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """A shell whose server answers whatever it is told to."""
    servers = []

    def made(*answers: tuple[int, bytes], **headers: str) -> Terminal:
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, content = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Terminal(tmp_path, f"http://127.0.0.1:{server.server_port}/api")

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def clean(text: str) -> bool:
    return all(c.isprintable() or c == "\n" for c in text)


def test_an_error_text_is_one_line_without_control_characters(odd: Callable[..., Terminal]) -> None:
    ended = odd((400, json.dumps({"error": f"first\n{EVIL}"}).encode())).run("device", "health")
    assert (ended.returncode, ended.stderr.count("\n"), clean(ended.stderr)) == (6, 1, True)
    assert "\\x1b" in ended.stderr


def test_tables_items_and_json_hold_no_control_characters(odd: Callable[..., Terminal]) -> None:
    item = {"id": 1, EVIL: EVIL, "email": EVIL, "state": EVIL, "nested": [{"a": EVIL}], "more": {EVIL: [EVIL]}}
    page = {"items": [item], "total": 1, "page": 1, "page_size": 100}
    for content in (json.dumps(page), json.dumps(page, ensure_ascii=False)):
        shell = odd((200, content.encode()))
        for words in (("user", "list"), ("group", "list"), ("device", "version")):
            said = shell.done(*words)
            assert clean(said)
            assert "\\x1b" in said
        said = shell.done("user", "list", "--json")
        assert clean(said)
        assert json.loads(said) == page


def test_a_jobs_log_and_errors_hold_none_either(odd: Callable[..., Terminal]) -> None:
    job = {"job_uuid": UNKNOWN, "job_type": EVIL, "job_state": "error", "job_errors": EVIL, "job_logs": EVIL + "\nb"}
    ended = odd((200, json.dumps(job).encode())).run("job", "wait", UNKNOWN)
    assert (ended.returncode, clean(ended.stderr)) == (1, True)


def test_a_file_is_written_as_it_is_into_a_pipe_and_escaped_at_a_terminal(odd: Callable[..., Terminal]) -> None:
    shell = odd((200, json.dumps({"data_string": EVIL + "é\r\n", "data_encoding": "text"}).encode()))
    words = ["artifact", "download", UNKNOWN, "log.txt"]
    raw = subprocess.run([*COMMAND, *words], env=shell.environment(), cwd=shell.folder, capture_output=True)
    assert raw.stdout == (EVIL + "é\r\n").encode()
    seen = shell.typed(words, [])
    assert (seen.status, "\x1b" in seen.text, "\\x1b" in seen.text) == (0, False, True)
    binary = odd((200, json.dumps({"data_string": "AAEC", "data_encoding": "base64"}).encode()))
    raw = subprocess.run([*COMMAND, *words], env=binary.environment(), cwd=shell.folder, capture_output=True)
    assert raw.stdout == b"\x00\x01\x02"
    assert binary.typed(words, []).status == 2


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"7", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"items": 7}', b'{"items": [7]}']
)
def test_an_answer_of_something_else_is_no_traceback(odd: Callable[..., Terminal], content: bytes) -> None:
    shell = odd((200, content))
    for words in (("user", "list"), ("user", "list", "--all"), ("device", "health"), ("job", "wait", UNKNOWN)):
        if content.startswith(b"{") and words[0] != "user":
            continue
        ended = shell.run(*words)
        assert "Traceback" not in ended.stderr
        assert ended.stderr.count("\n") <= 1


def test_a_redirect_is_not_followed(odd: Callable[..., Terminal]) -> None:
    ended = odd((307, b""), Location="http://127.0.0.1:1/elsewhere").run("device", "health")
    assert (ended.returncode, "redirect" in ended.stderr) == (8, True)


def test_a_server_that_is_away_for_a_moment_is_waited_for(odd: Callable[..., Terminal]) -> None:
    job = {"job_uuid": UNKNOWN, "job_type": "data.prepare", "job_state": "finished", "job_progress": 1.0}
    shell = odd(
        (200, json.dumps({**job, "job_state": "running"}).encode()), (503, b""), (200, json.dumps(job).encode())
    )
    assert "finished" in shell.done("job", "wait", UNKNOWN)


def test_a_password_beyond_loopback_brings_a_warning(tmp_path: Path) -> None:
    shell = Terminal(tmp_path, "http://no-such-host.invalid/api")
    ended = shell.run("user", "login", "ada@example.org", "--password-file", "-", text="a long passphrase\n")
    assert ended.stderr.startswith("warning: the password travels to http://no-such-host.invalid/api unencrypted\n")
    shell.address = "https://no-such-host.invalid/api"
    ended = shell.run("user", "login", "ada@example.org", "--password-file", "-", text="a long passphrase\n")
    assert "warning" not in ended.stderr


def test_who_stops_reading_sees_no_traceback(shell: Terminal) -> None:
    line = " ".join(f"'{word}'" for word in (*COMMAND, "audit", "list", "--all"))
    ended = subprocess.run(
        ["bash", "-c", f"{line} | head -1"], env=shell.environment(), capture_output=True, text=True, cwd=shell.folder
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_bytes_that_are_no_text_are_no_traceback(shell: Terminal) -> None:
    for words in ((b"data", b"info", b"\xff"), (b"\xff",), (b"job", b"list", b"--job-params", b"\xfe")):
        command = [*map(str.encode, COMMAND), *words]
        ended = subprocess.run(command, env=shell.environment(), cwd=shell.folder, capture_output=True)
        assert (ended.returncode in (2, 5, 6), ended.stderr.count(b"\n")) == (True, 1), ended
        assert b"itself failed" not in ended.stderr
