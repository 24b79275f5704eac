"""What code in the sandbox logs: one JSON object a line, written by a small module with MLflow's calls.

Whoever wrote the file is not trusted: what does not fit is dropped and counted, never shown.
"""

import math
import re
from collections.abc import Sequence

import msgspec

FILE = "log.jsonl"
MOST_METRICS = 100_000
MOST_TEXTS = 1_000
LONGEST_TEXT = 100_000
LARGEST = 1 << 62
_KEY = re.compile(r"[^\x00-\x1f\x7f]{1,250}")


class Logged(msgspec.Struct, frozen=True):
    """A metric (`number` at a step and an instant in milliseconds), a parameter or a tag (`text`)."""

    kind: str
    key: str
    number: float = 0.0
    text: str = ""
    step: int = 0
    timestamp: int = 0


class Tracked(msgspec.Struct, frozen=True):
    """Everything that was logged and fits, and how many lines did not."""

    metrics: tuple[Logged, ...] = ()
    params: tuple[Logged, ...] = ()
    tags: tuple[Logged, ...] = ()
    dropped: int = 0


_decode = msgspec.json.Decoder(Logged).decode


def read_tracked(content: bytes) -> Tracked:
    """The lines of a log; of a parameter or tag that was set twice the last one counts."""
    metrics: list[Logged] = []
    texts: dict[str, dict[str, Logged]] = {"param": {}, "tag": {}}
    dropped = 0
    for line in content.splitlines():
        logged = _fitting(line)
        if logged is not None and logged.kind == "metric" and len(metrics) < MOST_METRICS:
            metrics.append(logged)
        elif logged is not None and logged.kind in texts and len(texts[logged.kind]) < MOST_TEXTS:
            texts[logged.kind][logged.key] = logged
        else:
            dropped += 1
    return Tracked(tuple(metrics), tuple(texts["param"].values()), tuple(texts["tag"].values()), dropped)


def encoded(logged: Sequence[Logged]) -> bytes:
    """As lines again."""
    return msgspec.json.Encoder().encode_lines(logged)


def _fitting(line: bytes) -> Logged | None:
    try:
        logged = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    fits = (
        _KEY.fullmatch(logged.key) is not None
        and math.isfinite(logged.number)
        and len(logged.text) <= LONGEST_TEXT
        and "\0" not in logged.text
        and abs(logged.step) < LARGEST
        and 0 <= logged.timestamp < LARGEST
    )
    return logged if fits else None
