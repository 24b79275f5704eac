"""docs/client.md: what it shows runs, in its order, on a real server; what it names is there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients import connect, methods
from dq0 import client as dq0
from live import PASSWORD, ROOT, Live, live_server

TEXT = (ROOT / "docs" / "client.md").read_text(encoding="utf8")
NOTEBOOK = (ROOT / "docs" / "first_quarter.ipynb").read_text(encoding="utf8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
EMAIL = "ada@example.org"


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server with the example dataset, and somebody who may use it."""
    home = tmp_path_factory.mktemp("docs") / "home"
    with live_server(home) as live, connect(live, live.sign_up(EMAIL)) as client:
        (home / "data").mkdir(exist_ok=True)
        subprocess.run([sys.executable, ROOT / "examples" / "make_census.py", home / "data"], check=True)
        client.data.create(meta=(ROOT / "examples" / "census.yaml").read_text(encoding="utf8")).wait()
        yield live


def test_what_the_page_shows_runs_in_its_order(census: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("ADDRESS", census.address), ("EMAIL", EMAIL), ("PASSWORD", PASSWORD)):
        monkeypatch.setenv(f"DQ0_{name}", value)
    monkeypatch.delenv("DQ0_TOKEN", raising=False)
    # A program of its own: what it leaves open is closed with it.
    program = tmp_path / "page.py"
    program.write_text("\n".join(BLOCKS), encoding="utf8")
    environment = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "finished 100%" in done.stdout
    assert re.search(r"F +[0-9,]+ ± [0-9]+ +[0-9.]+ ± [0-9.]+", done.stdout)
    assert "income" in done.stdout
    assert done.stdout.rstrip().endswith("census")


@pytest.mark.parametrize("text", [TEXT, NOTEBOOK], ids=["client.md", "first_quarter.ipynb"])
def test_every_method_and_exception_that_is_named_is_there(text: str) -> None:
    there = set(methods(dq0.Client).values())
    groups = {group for group, _ in there}
    named = set(re.findall(r"client\.(\w+)\.(\w+)", text)) | set(re.findall(r"`(\w+)\.(\w+)`", text))
    resumed = {(group, f"resume_{name}") for group, name in there}
    assert not {(group, name) for group, name in named if group in groups} - there - resumed
    words = set(
        re.findall(r"`(\w*(?:Refused|Failed|Cancelled|Running|Requests|Answer|Built|Found|In|Error|Out))`", text)
    )
    assert words <= set(dq0.__all__)
