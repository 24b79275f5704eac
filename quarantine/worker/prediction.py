"""Lets a model predict: its file is loaded in the sandbox and nowhere else, and finds the rows there alone."""

import csv
import io
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from quarantine.domain.errors import Conflict, DomainError, Refused
from quarantine.domain.settings import Settings
from quarantine.store import models, rows
from quarantine.store.engine import Database
from quarantine.store.jobs import Artifact
from quarantine.store.rows import AnyRow
from quarantine.store.tables import models as models_table
from quarantine.store.tables import predictions
from quarantine.worker import walls
from quarantine.worker.loop import Control, Outcome
from quarantine.worker.sandbox import Kind, Limits
from quarantine.worker.staging import INSIDE, boxed, finished, staged

if TYPE_CHECKING:
    from quarantine.domain.training.encoding import Input

LIMITS = Limits(seconds=120.0, memory_mb=1024, processes=64, cores=1, folder_mb=64)
LABEL, SHARES, NUMBER = "label", "probabilities", "variable"
GONE = "the model was unregistered or its permission taken back; ask anew"
NO_SANDBOX = "predictions are refused: this machine has no working sandbox; `dq0 server` says why in its log"
FAILED = "the model could not predict from these rows"
Outputs = Mapping[str, list[Any]]


class Prediction:
    """The runner of `model.predict`."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """The predictions as `results.csv`."""
        from quarantine.domain.training.rows import read_card

        kind = walls.chosen(self._settings).kind
        # A file that executes on load would be outside all walls.
        if kind is None or kind == "nothing":
            raise Refused(NO_SANDBOX)
        model, given, file, card = self._read(job)
        with staged(self._settings, job, kind) as folder:
            made = predicted(file, given.encode(), folder, kind, control)
        target = read_card(card).target
        table = written(
            made, target, len(msgspec.json.decode(given)), shares="predict_proba_allowed" in model.permissions
        )
        return Outcome(artifacts=(Artifact(path="results.csv", content=table, media_type="text/csv"),))

    def _read(self, job: AnyRow) -> tuple[AnyRow, str, bytes, bytes]:
        """The model, the rows, the model's file, and its card if it is the trainer's."""
        with self._database.transaction() as connection:
            asked = rows.get(connection, predictions, prediction_uuid=job.job_uuid)
            model = asked and rows.get(connection, models_table, model_id=asked.model_id, deleted_at=None)
            if asked is None or model is None or "predict_allowed" not in model.permissions:
                raise Conflict(GONE)
            file = models.file_of(connection, model.run_uuid, model.location)
            card = models.card_of(connection, model)
        if file is None:
            raise Conflict(GONE)
        return model, asked.rows, file.content, card


def predicted(file: bytes, given: bytes, folder: Path, kind: Kind, control: Control) -> Outputs:
    """Every output of a model file; raises DomainError where it does not load, or predicts nothing."""
    places = walls.places(kind, folder)
    for name in ("code", "support"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "code" / "model.onnx").write_bytes(file)
    (folder / "code" / "rows.json").write_bytes(given)
    shutil.copy(INSIDE / "predict.py", folder / "support" / "predict.py")
    own = [f"{places.support}/predict.py", f"{places.code}/model.onnx", f"{places.code}/rows.json", places.out]
    done = finished(boxed(("python", *own), folder, kind, LIMITS, begins="out"), kind, control, "prediction")
    content = next((each.content for each in done.outputs.files if each.path == "predictions.json"), b"")
    try:
        return msgspec.json.decode(content, type=dict[str, list[Any]])
    except msgspec.MsgspecError:
        raise DomainError(FAILED) from None


def written(made: Outputs, target: "Input | None", count: int, *, shares: bool) -> bytes:
    """The predictions as CSV, a line for each row; classes by their names, and their shares where these are allowed."""
    labels = target.values if target is not None else ()
    columns: dict[str, list[object]] = {}
    for name, values in made.items():
        if len(values) != count or (name == SHARES and not shares):
            continue
        if name == LABEL and labels:
            columns[name] = [labels[_index(value, len(labels))] for value in values]
        else:
            columns |= _flat(name, values, labels if name == SHARES else ())
    if not columns:
        raise DomainError(FAILED)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _index(value: object, count: int) -> int:
    if isinstance(value, int) and 0 <= value < count:
        return value
    raise DomainError(FAILED)


def _flat(name: str, values: Sequence[Any], labels: Sequence[object]) -> dict[str, list[object]]:
    """Lists of numbers as a column each."""
    nested = [value if isinstance(value, list) else [value] for value in values]
    width = len(nested[0])
    if any(len(row) != width or not all(_plain(cell) for cell in row) for row in nested):
        raise DomainError(FAILED)
    if width == 1:
        return {name: [row[0] for row in nested]}
    named = labels if len(labels) == width else range(width)
    return {f"{name}_{label}": [row[i] for row in nested] for i, label in enumerate(named)}


def _plain(cell: object) -> bool:
    return isinstance(cell, str | int) or (isinstance(cell, float) and math.isfinite(cell))
