"""The page of attacks names tests that exist, and one in every row or that there is none."""

import ast
import re

from live import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The rows of the page's tables."""
    text = (ROOT / "docs" / "attacks.md").read_text(encoding="utf8")
    return [
        line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Attempt | What stops it")
    ]


def defined(path: str) -> set[str]:
    """Names of the functions in a file of tests; none where there is no such file."""
    file = ROOT / "tests" / path
    tree = ast.parse(file.read_text(encoding="utf8") if file.exists() else "")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = [found for row in rows() for found in NAMED.findall(row)]
    assert len(named) > 50
    assert not [f"{path}::{name}" for path, name in named if name not in defined(path)]


def test_every_row_names_a_test_or_says_that_there_is_none() -> None:
    assert not [row for row in rows() if not NAMED.search(row) and not row.endswith("| not tested |")]
