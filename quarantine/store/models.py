"""Models: registered places among a run's artifacts, and the jobs in which they predict."""

import time
import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, NotFound, TooManyRequests
from quarantine.store import jobs, ledger, rows
from quarantine.store.model_tables import models, predictions
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table

FILE, CARD = "model.onnx", "card.json"
HOUR = 3600
MISSING = "model location does not exist"


def file_of(connection: Connection, run_uuid: str, location: str) -> AnyRow | None:
    """The model's file among what the run has published: the place itself, or what is in the folder."""
    place = location if location.endswith(".onnx") else f"{location}/{FILE}"
    return jobs.artifact(connection, run_uuid, place)


def card_of(connection: Connection, model: AnyRow) -> bytes:
    """The card of a trained model; of any other what is written there is nobody's word: empty."""
    if not model.trained:
        return b""
    found = jobs.artifact(connection, model.run_uuid, f"{model.location}/{CARD}")
    return b"" if found is None else bytes(found.content)


def register(
    connection: Connection, run: AnyRow, location: str, *, name: str, permissions: Sequence[str], user_id: int
) -> str:
    """The uuid of the model of this place, a new one unless it is registered; raises NotFound where there is none."""
    if file_of(connection, run.job_uuid, location) is None:
        raise NotFound(MISSING)
    found = rows.get(connection, models, run_uuid=run.job_uuid, location=location, deleted_at=None)
    if found is not None:
        return str(found.model_uuid)
    now, key = int(time.time()), str(uuid.uuid4())
    trained = is_trained(connection, run.job_uuid)
    values = {"model_uuid": key, "run_uuid": run.job_uuid, "location": location, "model_name": name, "trained": trained}
    kept = {"permissions": list(permissions) if trained else [], "user_id": user_id}
    rows.insert(connection, models, **values, **kept, created_at=now, updated_at=now)
    return key


def is_trained(connection: Connection, run_uuid: str) -> bool:
    """Whether the run was the trusted trainer's: nothing else that runs code is ever charged."""
    return ledger.charged_job(connection, run_uuid)


def change(connection: Connection, model_id: int, **values: object) -> None:
    """Set columns of a model."""
    rows.update(connection, models, {"model_id": model_id}, **values, updated_at=int(time.time()))


def unregister(connection: Connection, model_id: int) -> None:
    """Take a model from the list."""
    change(connection, model_id, deleted_at=int(time.time()))


def ask(connection: Connection, model: AnyRow, given: Sequence[Sequence[float]], *, user_id: int) -> str:
    """The uuid of a job in which the model predicts from these rows.

    Raises Conflict while another one is under way, and TooManyRequests where the hour's predictions are used up.
    """
    # Whoever comes second waits here until the first is there to be seen.
    change(connection, model.model_id)
    c, asked = jobs_table.c, predictions.c
    under_way = select(c.job_uuid).join(predictions, asked.prediction_uuid == c.job_uuid)
    under_way = under_way.where(asked.model_id == model.model_id, c.job_state.in_((jobs.CREATED, jobs.RUNNING)))
    if connection.execute(under_way.limit(1)).first() is not None:
        raise Conflict("the model is predicting already; wait for its job, or cancel it")
    check_rate(connection, model)
    named = {"project_uuid": model.project_uuid, "commit_uuid": model.commit_uuid, "user_id": user_id}
    key = jobs.create(connection, job_type="model.predict", job_name="predict", **named)
    content = msgspec.json.encode(given).decode()
    rows.insert(connection, predictions, prediction_uuid=key, model_id=model.model_id, rows=content)
    return key


def check_rate(connection: Connection, model: AnyRow) -> None:
    """Raises TooManyRequests where the model has predicted as often within an hour as the owner of its data allows."""
    c, asked, now = jobs_table.c, predictions.c, int(time.time())
    most = model.predictions_per_hour
    joined = select(c.created_at).join(predictions, asked.prediction_uuid == c.job_uuid)
    lately = joined.where(asked.model_id == model.model_id, c.created_at > now - HOUR).order_by(c.created_at.desc())
    # The one that has to be an hour old before there may be another.
    oldest = connection.scalars(lately.offset(most - 1).limit(1)).first() if most else None
    if oldest is not None:
        words = f"the owner of the model's data lets it predict {most} times in an hour; try again later"
        raise TooManyRequests(words, max(1, oldest + HOUR - now))
