"""What a released run looks like in MLflow: names that it takes, and requests of the sizes that it takes.

Its limits are those of the tracking API's documentation: 1000 metrics, 100 parameters and 100 tags in a request, values
of parameters up to 6000 characters and of tags up to 5000.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_METRICS, MOST_TEXTS = 1_000, 100
LONGEST_PARAM, LONGEST_TAG = 6_000, 5_000
# The tag by which a mirrored run is found again.
OWN_TAG = "dq0.run_uuid"
STATUS = {"finished": "FINISHED", "error": "FAILED", "cancelled": "KILLED"}


def key_of(name: str) -> str:
    """A name as MLflow takes it: some characters, and slashes only where they make a path."""
    found = re.sub(r"[^\w.\- :/]", "_", name)[:250]
    leads_out = found.startswith(("/", "..")) or posixpath.normpath(found) != found
    found = found.replace("/", "_") if leads_out else found
    return "_" if found.strip(".") == "" else found


def batches(
    metrics: Sequence[Mapping[str, object]], params: Mapping[str, str], tags: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    """The requests that log all of these, without the id of the run."""
    for part in parts(metrics, MOST_METRICS):
        yield {"metrics": part}
    for name, texts, longest in (("params", params, LONGEST_PARAM), ("tags", tags, LONGEST_TAG)):
        for pairs in parts(list({key_of(key): text for key, text in texts.items()}.items()), MOST_TEXTS):
            yield {name: [{"key": key, "value": text[:longest]} for key, text in pairs]}


def parts(whole: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    """The same in pieces."""
    return (whole[start : start + size] for start in range(0, len(whole), size))
