"""Where the base of a review comes from: the files of a git revision, or another specification's path."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.diff_bundle import read_bundle
from generator.diff_document import Unusable
from generator.diff_text import visible


@dataclass(frozen=True)
class Base:
    """The state to compare with: its bundled specification, and the text of its ledger."""

    document: Mapping[str, Any]
    ledger: str


def read_base(base: str, spec: Path, ledger: Path) -> Base:
    """The base's specification and ledger; a path to a file has no ledger of its own."""
    if Path(base).is_file():
        return Base(read_bundle(Path(base)), "")
    revision = _Revision(base, spec.parent)
    if not revision.has(spec):
        # The first specification of a project: everything in it is new, and nothing can break.
        return Base({"paths": {}}, "")
    earlier = revision.read(ledger.as_posix()).decode("utf-8", "replace") if revision.has(ledger) else ""
    return Base(read_bundle(spec, revision.read), earlier)


class _Revision:
    """The files of one commit, read from git's objects: the working tree is not touched."""

    def __init__(self, name: str, near: Path) -> None:
        folder = near if near.is_dir() else Path()
        self._top = _git(folder, "rev-parse", "--show-toplevel").decode().rstrip("\n")
        # Anything that begins with a dash is a name here, never an option.
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        self._commit = found.decode().strip()

    def has(self, path: Path) -> bool:
        inside = self._inside(path.as_posix())
        return inside is not None and bool(_git(Path(self._top), "ls-tree", self._commit, "--", inside))

    def read(self, path: str) -> bytes:
        """One file's bytes; raises OSError where the commit has no such file."""
        inside = self._inside(path)
        try:
            return _git(Path(self._top), "cat-file", "blob", f"{self._commit}:{inside}")
        except Unusable as fault:
            raise FileNotFoundError(path) from fault

    def _inside(self, path: str) -> str | None:
        """The path from the top of the repository, if it is inside."""
        inside = Path(os.path.relpath(Path(path).resolve(), Path(self._top).resolve())).as_posix()
        return None if inside.startswith("../") else inside


def _git(folder: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout  # noqa: S603
    except FileNotFoundError:
        raise Unusable("git is not installed") from None
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode("utf-8", "replace").strip() or "there is no such revision"
        raise Unusable(f"git {arguments[0]} {visible(arguments[-1])}: {visible(said)}") from None
