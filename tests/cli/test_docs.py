"""Every command that the documentation prints can be typed as it stands."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dq0.cli import program
from dq0.cli.program import HOST, Root
from generated.commands import COMMANDS
from live import ROOT, environment_of
from quarantine.domain.settings import read_settings
from quarantine.server.cli import parser

PAGES = ("README.md", "docs/cli.md", "docs/operations.md", "docs/runs.md", "SECURITY.md")


def printed(page: str) -> list[str]:
    """The lines of code blocks that call `dq0`, without their comments."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", (ROOT / page).read_text("utf8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    found = [re.sub(r'^eval "\$\((.*)\)"', r"\1", line.partition(" #")[0].strip()) for line in lines]
    return [line.partition(" | ")[0] for line in found if line.startswith("dq0 ")]


LINES = [(page, line) for page in PAGES for line in printed(page)]


def test_the_pages_print_commands() -> None:
    assert {page for page, _ in LINES} >= {"README.md", "docs/cli.md"}


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_printed_command_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(re.sub(r"\$\([^)]*\)", "x", line))[1:]
    if words[0] in HOST and words[1] in HOST[words[0]]:
        parser().parse_args(words)
        return
    root = Root()
    context = click.Context(root, info_name="dq0")
    below = root.get_command(context, words[0])
    assert below is not None, line
    if isinstance(below, click.Group):
        command = below.get_command(context, words[1])
        assert command is not None, line
        command.make_context(words[1], words[2:], parent=context)
        (known,) = [c for c in COMMANDS if (c.context, c.name) == tuple(words[:2])]
        given = [w for w in words[2:] if not w.startswith("--")]
        assert not known.arguments or given or any(o.source for o in known.options), line
    else:
        below.make_context(words[0], words[1:], parent=context)


def test_commands_named_in_the_text_are_there() -> None:
    known = {f"{c.context} {c.name}" for c in COMMANDS} | {f"{c} {n}" for c, names in HOST.items() for n in names}
    for page in PAGES:
        for words in re.findall(r"`dq0 ([a-z]+ [a-z][a-z-]*)[^`]*`", (ROOT / page).read_text("utf8")):
            if not words.startswith("completion "):
                assert words in known, (page, words)


def test_the_clients_variables_do_not_keep_a_server_from_starting() -> None:
    assert read_settings({"DQ0_ADDRESS": "http://x/api", "DQ0_TOKEN": "y", "DQ0_PORT": "9100"}).port == 9100


def test_the_installed_command_leads_to_the_host_and_to_the_client(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    for words, told in (
        (("server", "config"), "DQ0_PORT"),
        (("audit", "verify"), "audit log: whole"),
        ((), "Contexts"),
    ):
        command = [sys.executable, "-m", "dq0.cli", *words]
        ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, told in ended.stdout) == (0, True), ended.stderr


@pytest.mark.parametrize("words", [["--help"], ["query", "run", "--help"], ["data", "list"]])
def test_a_remote_command_loads_nothing_of_the_server(words: list[str]) -> None:
    code = (
        "import sys; from dq0.cli.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'connexion', 'sqlalchemy', 'quarantine', 'handlers', 'msgspec', 'httpx', 'yaml', 'numpy', 'jinja2'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DQ0_ADDRESS": "http://127.0.0.1:1/api"}
    ended = subprocess.run([sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "loaded:"


def test_the_servers_commands_load_nothing_of_the_client() -> None:
    code = (
        "import sys; from dq0.cli.__main__ import main\n"
        "try: main(['server', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit('click' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (ended.returncode, "usage: dq0 server" in ended.stdout) == (0, True)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["--version"]) == 0
    assert re.fullmatch(r"dq0-server \d+\.\d+\.\d+\n", capsys.readouterr().out)
