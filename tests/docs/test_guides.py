"""The pages for a first quarter of an hour: their commands are run as they stand, and print what the pages say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boxed import need_sandbox
from live import ROOT, Live, live_server

PAGES = ("administrator", "owner", "scientist")
BLOCK = re.compile(r"^```bash\n(?P<commands>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```$)?", re.MULTILINE | re.DOTALL)
# What differs from run to run: identifiers, and numbers of four digits and more (times, noise).
# Short numbers have to be right.
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
LONG_NUMBER = re.compile(r"-?\b(?=(?:\.?\d){4})\d[\d.]*(?:e-?\d+)?")
MARK = "=== the next block ==="


def blocks(page: str) -> list[tuple[str, str]]:
    """Commands and what the page says they print, in order."""
    text = (ROOT / "docs" / "start" / f"{page}.md").read_text(encoding="utf8")
    return [(found["commands"], found["printed"] or "") for found in BLOCK.finditer(text)]


def loosely(text: str) -> str:
    """The text without what differs from run to run."""
    return LONG_NUMBER.sub("NUMBER", UUID.sub("UUID", text)).strip()


def says(printed: str, expected: str) -> bool:
    """Whether the text is what a page says; `...` there stands for anything."""
    pattern = ".*".join(re.escape(part) for part in loosely(expected).split("..."))
    return re.fullmatch(pattern, loosely(printed), re.DOTALL) is not None


def run(page: str, live: Live) -> list[str]:
    """What each block of the page printed, all of them in one shell."""
    script = f"\necho '{MARK}'\n".join(["set -eu -o pipefail", *(commands for commands, _ in blocks(page))])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DQ0_")}
    environment |= {
        "DQ0_HOME": str(live.home),
        "api": live.address,
        "PATH": f"{commands_folder(live.home)}:{os.environ['PATH']}",
        "TMPDIR": str(live.home.parent),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout.split(MARK)[1:]


def commands_folder(home: Path) -> Path:
    """A folder with a `dq0` that is this source tree's, as an installed one would be."""
    folder = home.parent / "bin"
    folder.mkdir(exist_ok=True)
    command = folder / "dq0"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m quarantine.server.cli "$@"\n', encoding="utf8")
    command.chmod(0o755)
    return folder


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is not there")
def test_each_page_does_what_it_says_one_after_the_other(tmp_path: Path) -> None:
    need_sandbox("bubblewrap")
    with live_server(tmp_path / "home") as live:
        for page in PAGES:
            printed = run(page, live)
            for (commands, expected), output in zip(blocks(page), printed, strict=True):
                assert says(output, expected), f"{page}.md:\n{commands}\nprinted:\n{output}\ninstead of:\n{expected}"


def test_what_is_printed_otherwise_is_noticed() -> None:
    assert says('{"current":4.0,"at":1795534569}', '{"current":4.0,...}')
    assert says("M,10118,47.76853", "M,9908,47.8000")
    assert not says('{"current":3.0,"at":1795534569}', '{"current":4.0,...}')
    assert not says("", "finished")
    assert not says("finished\nmore", "finished")
    assert all(len(blocks(page)) >= 7 for page in PAGES)
