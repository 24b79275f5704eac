"""What a program in the sandbox finds, wherever the server is installed."""

import shutil
import sys
from pathlib import Path

import pytest

from quarantine.worker import walls
from quarantine.worker.sandbox_bwrap_words import python_binds
from quarantine.worker.staging import environment


@pytest.mark.parametrize(
    ("own", "base"),
    [("a", "b"), ("b", "a")],
    ids=["the environment sorts first", "what it was made from sorts first"],
)
def test_python_is_the_servers_own_with_its_packages_wherever_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, base: str
) -> None:
    for name in (own, base):
        folder = tmp_path / name / "bin"
        folder.mkdir(parents=True)
        (folder / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / own))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / base))
    found = shutil.which("python", path=environment([], walls.places("bubblewrap", tmp_path))["PATH"])
    assert found == str(tmp_path / own / "bin" / "python")
    assert {each.place for each in python_binds()} == {str(tmp_path / own), str(tmp_path / base)}
