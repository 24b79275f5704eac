"""What the project's folder that one stands in supplies: its `.meta` file, here or in a folder above."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from dq0.cli.failures import USAGE, Failure

FILE = ".meta"
_LONGEST = 1_048_576
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def supplied(source: str, folder: Path | None = None) -> str:
    """The value that a source has here; empty where it has none."""
    here = Path.cwd() if folder is None else folder
    if source == "directory":
        return str(here)
    meta = _meta(here)
    datasets = meta.get("datasets")
    attached = {k: v for k, v in datasets.items() if _is_uuid(v)} if isinstance(datasets, Mapping) else {}
    if source == "data_names":
        return ",".join(map(str, attached))
    if source == "data_uuid":
        return str(next(iter(attached.values()))) if len(attached) == 1 else ""
    value = meta.get(source)
    return str(value) if _is_uuid(value) else ""


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _meta(folder: Path) -> Mapping[str, object]:
    """The nearest project's file; empty where there is none."""
    for place in (folder, *folder.parents):
        try:
            with os.fdopen(os.open(place / FILE, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
                content = file.read(_LONGEST) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        except OSError:
            continue
        if b"project_uuid" in content:
            return _parsed(place / FILE, content)
    return {}


def _parsed(path: Path, content: bytes) -> Mapping[str, object]:
    import yaml

    try:
        found = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Failure(f"{path} is not a project's file: say --project-uuid and the like yourself", USAGE)
    return found
