"""Which files of a working folder stay at home: what git would ignore, and what belongs to this machine alone."""

import typing

from pathspec import GitIgnoreSpec

from quarantine.domain.errors import Refused
from quarantine.domain.project import meta

FILE = ".gitignore"
LONGEST = 65_536
MOST_PATTERNS = 1000
# Wherever they are: the history, the environment and what Python made of the code.
ALWAYS = frozenset({".git", ".venv", "__pycache__"})
# In the folder itself: what deploying changes must not change what is deployed.
AT_THE_TOP = frozenset({meta.FILE, meta.PASSING})


class Rules(typing.NamedTuple):
    """The `.gitignore` of the folder whose path ends with a slash, or is empty for the topmost."""

    folder: str
    patterns: GitIgnoreSpec


def rules(folder: str, content: bytes) -> Rules:
    """The rules in a `.gitignore`; raises Refused for one that is too long or that git's language does not cover."""
    lines = content.decode("utf8", errors="replace").removeprefix("\ufeff").split("\n")
    if len(content) > LONGEST or len(lines) > MOST_PATTERNS:
        raise Refused(f"{folder}{FILE}: expected at most {LONGEST} bytes and {MOST_PATTERNS} lines")
    # A mark without a pattern says nothing to git.
    told = (line for line in (each.removesuffix("\r") for each in lines) if line.rstrip(" ") != "!")
    try:
        # The patterns are a stranger's: this engine matches in linear time, the language's own one would not.
        return Rules(folder, GitIgnoreSpec.from_lines(told, backend="re2"))
    except Exception:
        raise Refused(f"{folder}{FILE}: a pattern in it is not one of git's") from None


def is_ignored(known: list[Rules], path: str, *, folder: bool) -> bool:
    """Whether a path stays at home; `known` are the rules of the folders above it, the topmost first.

    The last rule that says anything decides, and a deeper folder's are later. What is in an ignored folder need not be
    asked for: git does not look into it, so that nothing there can be taken in again.
    """
    name = path.rpartition("/")[2]
    if name in ALWAYS or path in AT_THE_TOP:
        return True
    for folder_rules in reversed(known):
        below = path.removeprefix(folder_rules.folder) + ("/" if folder else "")
        said = folder_rules.patterns.check_file(below).include
        if said is not None:
            return said
    return False
