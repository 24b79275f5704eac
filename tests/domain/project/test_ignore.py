"""What stays at home is what git would ignore; git itself is asked."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.project import ignore
from quarantine.domain.settings import Settings
from quarantine.store import folders, packing

NAMES = st.sampled_from(["a", "b", "ab", "a.csv", "b.py", "build", "data"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.one_of(
    PATHS,
    PATHS.map(lambda path: path + "/"),
    PATHS.map(lambda path: "/" + path),
    PATHS.map(lambda path: "!" + path),
    st.sampled_from(["*", "*.csv", "!*.csv", "**/a", "a/**", "a/**/b", "data/*", "!data/a", "/*", "!/b", "!*/"]),
    st.sampled_from(["[ab]", "?", "a*", "# a", "\\#", "", " ", "a ", "a\\ ", "!", "b\r", "!data/", "**", "*/"]),
)
FILES = st.dictionaries(PATHS, st.just("x"), min_size=1, max_size=8)


def kept_by_git(folder: Path) -> set[str]:
    command = ["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-o", "--exclude-standard", "-z"]
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    found = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return {path for path in found.stdout.decode().split("\0") if path}


def kept(folder: Path) -> set[str]:
    with folders.opened(str(folder)) as opened:
        return {file.path for file in packing.listed(packing.walk(Settings(), opened))}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES, st.lists(PATTERNS, max_size=4), st.lists(PATTERNS, max_size=3))
def test_what_is_deployed_is_what_git_would_take(files: dict[str, str], patterns: list[str], deeper: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for path, text in {**files, "data/z": "x"}.items():
            place = folder / path
            if any(parent.is_file() for parent in place.parents) or place.is_dir():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf8")
        (folder / ".gitignore").write_text("\n".join(patterns), encoding="utf8")
        if (folder / "data").is_dir():
            (folder / "data" / ".gitignore").write_text("\n".join(deeper), encoding="utf8")
        assert kept(folder) == kept_by_git(folder)


def test_a_hostile_pattern_takes_no_time_and_a_hostile_file_is_refused() -> None:
    # Backtracking over this would outlast everybody who could see the test fail.
    known = [ignore.rules("", b"a*" * 100 + b"b\n")]
    assert not ignore.is_ignored(known, "a" * 250, folder=False)
    for content in (b"a\n" * 2000, b"a" * 100_000):
        with pytest.raises(Refused):
            ignore.rules("", content)


@pytest.mark.parametrize("path", [".git", "x/.git", ".venv", "x/__pycache__", ".meta", ".meta.new"])
def test_what_is_this_machines_own_stays_whatever_the_rules_say(path: str) -> None:
    assert ignore.is_ignored([ignore.rules("", b"!*\n")], path, folder=True)
    assert not ignore.is_ignored([], f"sub/{path}x", folder=False)
