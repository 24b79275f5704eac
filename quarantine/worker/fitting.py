"""The process in which the trusted trainer fits: `python -m quarantine.worker.fitting`, told by its standard input.

It asks the engine that holds the bounded copy for sums, and gives back a model in ONNX with its metrics. Nothing that
goes wrong is said in words: they could hold a value.
"""

import os
import sys
import threading
import time
from typing import Any

import msgspec

from quarantine.domain.metadata.model import Table
from quarantine.domain.settings import Settings
from quarantine.domain.training.training import Training
from quarantine.store.sources.connector import Copy


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be fitted, and where the bounded copy is; its price has been charged."""

    settings: Settings
    table: Table
    copy: Copy
    training: Training


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The model and its metrics."""

    onnx: bytes
    metrics: dict[str, float]


def made(task: Task) -> Made:
    """The fit itself."""
    from quarantine.domain.training.training import fit
    from quarantine.store.sources.connectors import Connectors
    from quarantine.worker.onnx_export import exported

    connectors = Connectors(task.settings)

    def exact(sums: Any) -> Any:
        return connectors.of(task.table).aggregate(sums, task.table, task.copy)

    try:
        fitted = fit(task.training, exact)
    finally:
        connectors.close()
    return Made(onnx=exported(task.training.problem, fitted.model), metrics=fitted.metrics)


def _end_with(parent: int) -> None:
    """End when the worker is gone: nobody would take what is made."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main() -> int:
    """Read the task, write what was made; 1 without a word where it cannot be."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        found = made(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task))
        sys.stdout.buffer.write(msgspec.msgpack.encode(found))
    except Exception:
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
