"""The output folder: what would change, what is no longer emitted, and the digest that makes `--check` quick."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = "manifest.json"
_HERE = Path(__file__).parent


@dataclass(slots=True)
class Changes:
    """Paths in the output folder."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def digest(paths: Iterable[Path], base: Path | None = None) -> str:
    """One digest over files and their names; a missing file counts as missing."""
    total = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(base) if base and path.is_relative_to(base) else path
        content = path.read_bytes() if path.is_file() else b"missing"
        total.update(f"{name.as_posix()}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return total.hexdigest()


def inputs(spec_files: Iterable[str], handlers: Path | None, options: str) -> str:
    """The digest of everything that the output depends on."""
    own = [p for p in _HERE.rglob("*") if p.suffix in {".py", ".jinja"} and p.is_file()]
    answers = sorted(handlers.glob("*.py")) if handlers else []
    text = "\0".join([options, digest(own, _HERE), digest(map(Path, spec_files)), digest(answers)])
    return hashlib.sha256(text.encode()).hexdigest()


def manifest(out: Path) -> dict[str, list[str] | str]:
    """The manifest of an output folder, empty where there is none that can be read."""
    try:
        found = json.loads((out / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def listed(found: dict[str, list[str] | str], key: str) -> list[str]:
    """A list of relative paths from a manifest; anything else in it is ignored."""
    paths = found.get(key, [])
    return [p for p in paths if isinstance(p, str)] if isinstance(paths, list) else []


def unchanged(out: Path, handlers: Path | None, options: str) -> bool:
    """Whether the manifest vouches for the output: same inputs, same files."""
    found = manifest(out)
    sources = listed(found, "sources")
    if not sources or found.get("outputs") != digest([out / p for p in listed(found, "files")], out):
        return False
    return found.get("inputs") == inputs(sources, handlers, options)


def compare(out: Path, texts: dict[str, str]) -> Changes:
    """What writing these texts would change. Only files that the manifest or the header claims are ever removed."""
    changes = Changes()
    for path, text in sorted(texts.items()):
        place = out / path
        if not place.is_file() or place.read_bytes() != text.encode():
            changes.written.append(path)
    for path in listed(manifest(out), "files"):
        place = (out / path).resolve()
        if path not in texts and place.is_relative_to(out.resolve()) and place.is_file():
            changes.removed.append(path)
    return changes


def write(out: Path, texts: dict[str, str], changes: Changes) -> None:
    """Make the changes; files that are the same are not touched."""
    for path in changes.written:
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(texts[path].encode())
    for path in changes.removed:
        (out / path).unlink()


def record(out: Path, texts: dict[str, str], sources: list[str], handlers: Path | None, options: str) -> str:
    """The manifest's text for an output that has been written."""
    found = {
        "files": sorted(texts),
        "inputs": inputs(sources, handlers, options),
        "outputs": digest([out / p for p in texts], out),
        "sources": sorted(sources),
    }
    return json.dumps(found, indent=1, sort_keys=True) + "\n"
