"""Names from specifications as Python identifiers: never numbered, the same whatever else is in the specification."""

import hashlib
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

# What the emitted modules themselves mean by these names; nothing from a specification may shadow them.
BUILTINS = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict"})
MODULE_NAMES = frozenset(
    {"Annotated", "Any", "Literal", "Struct", "Meta", "UNSET", "UnsetType", "StrEnum", "TypeAlias", "Protocol", "self"}
    | {"TYPE_CHECKING", "Context", "ModuleType", "OPERATIONS"}
)
STATIC = frozenset({"checking", "contract", "forms", "rules", "texts"})
RESERVED = frozenset(keyword.kwlist) | BUILTINS | MODULE_NAMES


def _plain(text: str) -> bool:
    return text.isidentifier() and unicodedata.normalize("NFKC", text) == text and not text.startswith("_")


def short(name: str, limit: int) -> str:
    """The name, or its beginning and a digest of all of it: so that every line that uses it has room."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 9]}_{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def simple(text: str) -> str:
    """The text with everything that cannot be in an identifier as an underscore."""
    if _plain(text):
        return text
    out = re.sub(r"[^0-9A-Za-z_]", "_", text)
    return out if _plain(out) else "x" + out if out.startswith("_") else "x_" + out


def precise(text: str) -> str:
    """The text with everything that cannot be in an identifier spelled as its code point: no two are the same."""
    out = "".join(c if c.isascii() and c.isalnum() else f"_x{ord(c):X}_" for c in text)
    return out if _plain(out) else "x" + out


@cache
def capitalised(text: str) -> str:
    """The text as a class name: `api.v2010.account` is `ApiV2010Account`; names that are class names stay."""
    if re.fullmatch(r"[A-Z][A-Za-z0-9_]*", text):
        return text
    parts = [p for p in re.split(r"[^0-9A-Za-z]+", text) if p]
    out = "".join(p[:1].upper() + p[1:] for p in parts)
    if not text.isascii():
        out = "".join(p[:1].upper() + p[1:] for p in re.split(r"_+", precise(text)) if p)
    return out if out[:1].isalpha() else "N" + out


def constant(text: str) -> str:
    """The text as an enum member: `in progress` is `IN_PROGRESS`."""
    out = re.sub(r"[^0-9A-Za-z]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)).strip("_").upper()
    if not out:
        return "EMPTY" if not text else "X" + precise(text).upper()
    return "N" + out if out[0].isdigit() else out


def natural(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts names as isort does: numbers within them by their value."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"([0-9]+)", name)]


def module_name(text: str) -> str:
    """The text as a module name, in lower case."""
    out = short(simple(re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_").lower() or "default"), 30)
    return out + "_" if out in RESERVED or out in STATIC else out


def distinct(
    keys: Iterable[Key], first: Callable[[Key], str], second: Callable[[Key], str], taken: Iterable[str] = ()
) -> dict[Key, str]:
    """A name for every key: the first choice where nobody else wants it, else the second. No order plays a part."""
    wanted = {key: first(key) for key in keys}
    count = Counter(wanted.values())
    refused = frozenset(taken)
    out = {k: n for k, n in wanted.items() if count[n] == 1 and n not in refused}
    used = set(out.values()) | refused
    for key in sorted((k for k in wanted if k not in out), key=repr):
        name = second(key)
        while name in used:
            name += "_"
        used.add(name)
        out[key] = name
    return out


def field_names(wires: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Python names for property or parameter names. A name that needs no change is never the one that gives way."""
    names = list(wires)
    refused = RESERVED | frozenset(taken)
    kept = {n: n for n in names if _plain(n) and n not in refused and len(n) <= 50}
    rest = [n for n in names if n not in kept]

    def first(wire: str) -> str:
        name = short(simple(wire), 50)
        return name + "_" if name in refused else name

    return kept | distinct(rest, first, lambda w: short(precise(w), 60), refused | set(kept))


def member_names(values: Iterable[str]) -> dict[str, str]:
    """Names for the members of an enum."""
    return distinct(
        values, lambda v: short(constant(v), 60), lambda v: short("X" + precise(v), 70), {"MRO", "NAME_", "_"}
    )
