"""Completion: the shells' scripts, and what they are told."""

import shutil
import subprocess
from pathlib import Path

import pytest

from terminal import COMMAND, Terminal

CHECKS = {"bash": ("bash", "-n"), "zsh": ("zsh", "-n"), "fish": ("fish", "--no-execute")}


@pytest.mark.parametrize("shell", CHECKS)
def test_a_script_is_printed_that_the_shell_takes(shell: str, tmp_path: Path) -> None:
    script = Terminal(tmp_path).done("completion", shell)
    assert f"_DQ0_COMPLETE={shell}_complete" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(script)
    checked = subprocess.run([*CHECKS[shell], str(tmp_path / "script")], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_another_shell_has_none(tmp_path: Path) -> None:
    ended = Terminal(tmp_path).run("completion", "powershell")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


def completed(tmp_path: Path, line: str) -> set[str]:
    """What bash would offer for the last word of a line."""
    words = line.split(" ")
    more = {"_DQ0_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    told = Terminal(tmp_path, more=more).done()
    return {each.partition(",")[2] for each in told.splitlines()}


def test_contexts_commands_options_and_values_are_offered(tmp_path: Path) -> None:
    assert completed(tmp_path, "dq0 pro") == {"project", "proxy"}
    assert completed(tmp_path, "dq0 server st") == {"start"}
    assert completed(tmp_path, "dq0 audit ") == {"list", "spent", "verify"}
    assert completed(tmp_path, "dq0 model pre") == {"predict"}
    assert completed(tmp_path, "dq0 query run --eps") == {"--epsilon"}
    assert completed(tmp_path, "dq0 user update --state ") == {"waiting", "confirmed", "blocked"}
    assert completed(tmp_path, "dq0 user login --password") == {"--password-file"}
    assert completed(tmp_path, "dq0 completion ") == {"bash", "zsh", "fish"}


def test_bash_itself_completes(tmp_path: Path) -> None:
    (tmp_path / "dq0").write_text("#!/bin/sh\nexec " + " ".join(f'"{word}"' for word in COMMAND) + ' "$@"\n')
    (tmp_path / "dq0").chmod(0o755)
    shell = Terminal(tmp_path)
    environment = shell.environment()
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    code = (
        'eval "$(dq0 completion bash)"; COMP_WORDS=(dq0 data at); COMP_CWORD=2;'
        ' _dq0_completion dq0; echo "${COMPREPLY[@]}"'
    )
    told = subprocess.run(["bash", "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (told.stdout, told.returncode) == ("attach\n", 0), told.stderr
