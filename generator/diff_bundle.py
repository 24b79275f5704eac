"""A specification of several files as one document, for the review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generator.bundle import Bundle
from generator.diff_document import Unusable
from generator.findings import Findings
from generator.source import Sources

Read = Callable[[str], bytes]


def read_bundle(path: Path, read: Read | None = None) -> Mapping[str, Any]:
    """The bundled document; raises `Unusable` with the first fault where the files cannot be read."""
    findings = Findings()
    sources = Sources(path, findings, read)
    bundled = Bundle(sources, findings).document() if not findings.fatal else {}
    if findings.fatal:
        raise Unusable(str(findings.sorted()[0]))
    if "paths" not in sources.root:
        raise Unusable(f"{path.as_posix()} has no paths: it is no OpenAPI document")
    return bundled
