"""MLflow's logging calls for code in the sandbox: each writes a line, or copies a file, into the run's folder.

What is written here is held until the data's owner releases it. Only the standard library is at hand.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OUT = Path(os.environ.get("DQ0_OUT", "out"))
LOG = "log.jsonl"


def log_metric(key: str, value: float, step: int | None = None, timestamp: int | None = None) -> None:
    """One value of a metric."""
    at = int(time.time() * 1000) if timestamp is None else int(timestamp)
    _write(kind="metric", key=str(key), number=float(value), step=int(step or 0), timestamp=at)


def log_metrics(metrics: Mapping[str, float], step: int | None = None) -> None:
    """Several metrics at one step."""
    for key, value in metrics.items():
        log_metric(key, value, step)


def log_param(key: str, value: object) -> object:
    """A parameter; the value as it was given."""
    _write(kind="param", key=str(key), text=str(value))
    return value


def log_params(params: Mapping[str, object]) -> None:
    """Several parameters."""
    for key, value in params.items():
        log_param(key, value)


def set_tag(key: str, value: object) -> None:
    """A tag."""
    _write(kind="tag", key=str(key), text=str(value))


def set_tags(tags: Mapping[str, object]) -> None:
    """Several tags."""
    for key, value in tags.items():
        set_tag(key, value)


def log_artifact(local_path: str | Path, artifact_path: str = "") -> None:
    """Keep a file, in a folder of the run's artifacts."""
    source = Path(local_path)
    target = OUT / artifact_path / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def log_artifacts(local_dir: str | Path, artifact_path: str = "") -> None:
    """Keep all files of a folder."""
    shutil.copytree(local_dir, OUT / artifact_path, dirs_exist_ok=True)


def log_text(text: str, artifact_file: str) -> None:
    """Keep a text as a file."""
    target = OUT / artifact_file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf8")


def log_dict(dictionary: Mapping[str, object], artifact_file: str) -> None:
    """Keep a mapping as a JSON file."""
    log_text(json.dumps(dictionary), artifact_file)


def get_artifact_uri(artifact_path: str = "") -> str:
    """Where artifacts go."""
    return str(OUT / artifact_path)


def set_experiment(*_args: object, **_keywords: object) -> None:
    """The experiment was named when the run was asked for."""


set_tracking_uri = set_experiment
autolog = set_experiment
end_run = set_experiment


@contextmanager
def start_run(*_args: object, **_keywords: object) -> Iterator[None]:
    """There is one run, and it goes on already."""
    yield


def _write(**fields: object) -> None:
    line = json.dumps(fields, ensure_ascii=False) + "\n"
    with (OUT / LOG).open("ab") as log:
        log.write(line.encode(errors="replace"))
