"""docs/first_quarter.ipynb, as a person runs it: cell by cell, against a real server that nobody has used yet."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from boxed import need_sandbox
from live import PASSWORD, ROOT, live_server, log_of

NOTEBOOK = ROOT / "docs" / "first_quarter.ipynb"
# What Jupyter does with a cell: run it, and show the value of its last line.
RUNNER = """
import ast, json, sys
space = {"__name__": "__main__"}
for number, cell in enumerate(json.load(sys.stdin)):
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, f"cell {number}", "exec"), space)
    if last is not None:
        shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space)
        print(shown._repr_html_() if hasattr(shown, "_repr_html_") else repr(shown))
"""


def cells(kind: str) -> list[dict[str, Any]]:
    """The cells of a kind."""
    found = json.loads(NOTEBOOK.read_text(encoding="utf8"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    return [cell for cell in found["cells"] if cell["cell_type"] == kind]


def test_the_notebook_is_kept_without_its_outputs() -> None:
    for cell in cells("code"):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


def run(work: Path, **environment: str) -> str:
    """What the notebook prints, run in this folder."""
    code = json.dumps(["".join(cell["source"]) for cell in cells("code")])
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DQ0_")}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=code,
        cwd=work,
        env={**clean, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_every_cell_runs_on_a_fresh_server_and_once_more(tmp_path: Path) -> None:
    need_sandbox()
    pytest.importorskip("matplotlib")
    home = tmp_path / "home"
    work = tmp_path / "work"
    work.mkdir()
    # The notebook looks for the examples in the folders above its own.
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with live_server(home) as live:
        given = {"DQ0_ADDRESS": live.address, "DQ0_EMAIL": "ada@example.org", "DQ0_PASSWORD": PASSWORD}
        first = run(work, **given, DQ0_HOME=str(home))
        assert "ready" in first
        assert "covered by the budget: True" in first
        assert "9 of epsilon 10 is left" in first
        assert "FINISHED {'accuracy': 0." in first
        assert first.count("<tr>") >= 8
        assert PASSWORD not in first
        # The question is free the second time, the training is not.
        again = run(work, **given, DQ0_HOME=str(home))
        assert "8 of epsilon 10 is left" in again
        assert "FINISHED" in again
    assert "Traceback" not in log_of(home).read_text(encoding="utf8")
