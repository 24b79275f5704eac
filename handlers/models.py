"""Models: registered from what runs have published, patched by owners of data, asked by jobs."""

import re
from collections.abc import Sequence

from msgspec import UNSET

from generated.models.common import Message
from generated.models.models import (
    ModelContentRequestBody,
    ModelItem,
    ModelListResponseBody,
    ModelPatchRequestBody,
    ModelPredictRequestBody,
    ModelRegisterRequestBody,
    ModelUnregisterRequestBody,
)
from handlers.artifacts import check_released
from handlers.queries import QUOTES
from quarantine.domain.errors import Conflict, Forbidden, Invalid, Refused
from quarantine.store import jobs, models, permissions, rows
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import models as models_table

PREDICT, SHARES = "predict_allowed", "predict_proba_allowed"
NEEDS_REVIEW = (
    "the model needs review: an owner of the data that it learned from allows it by PATCH /models/{model_uuid}"
)
_PRINTED = re.compile(r"[\[({]?[\s\w,'\"]*[\])}]?")


def list_models(
    context: Context,
    *,
    commit_uuid: str | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> ModelListResponseBody:
    """The registered models that the actor sees."""
    c, of = models_table.c, {jobs_table.c.commit_uuid: commit_uuid, jobs_table.c.project_uuid: project_uuid}
    statement = rows.narrowed(permissions.seen_models(context.user), {**of, c.user_id: user_id})
    orders = rows.creation(models_table) | {"updated_at": c.updated_at}
    found = rows.page(
        context.connection, statement, key=c.model_id, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(ModelListResponseBody, found, item)


def get_model(context: Context, model_uuid: str) -> ModelItem:
    """One model."""
    return item(context.row)


def get_model_content(context: Context, model_uuid: str, body: ModelContentRequestBody | None) -> ModelItem:
    """The same: weights and files stay where they are."""
    return item(context.row)


def register_model(context: Context, body: ModelRegisterRequestBody) -> ModelItem:
    """A model of what a finished run has published."""
    run = context.row
    if body.job_uuid is not UNSET and body.job_uuid != run.job_uuid:
        raise Refused("job_uuid: expected the same as run_uuid")
    if run.job_state not in jobs.ENDED:
        raise Conflict("the run has not ended yet; wait for its job")
    location = place(body.model_path)
    check_released(context, run.job_uuid)
    name = f"{run.project_name or 'model'} {location}"[:1000]
    user_id, allowed = context.user.user_id, [PREDICT, SHARES]
    key = models.register(context.connection, run, location, name=name, permissions=allowed, user_id=user_id)
    context.audited = f"model {key}"
    return again(context, key)


def place(path: str) -> str:
    """The path among a run's artifacts; raises Invalid for one that leads elsewhere."""
    found = path.strip(QUOTES).rstrip("/")
    if not found or "\\" in found or any(part in ("", ".", "..") or part.startswith(".") for part in found.split("/")):
        raise Invalid("model_path: expected a path among the run's artifacts, like pyfunc_model")
    return found


def unregister_model(context: Context, body: ModelUnregisterRequestBody) -> Message:
    """Take the model from the list."""
    models.unregister(context.connection, context.row.model_id)
    return Message(message="successfully unregistered model")


def update_model(context: Context, model_uuid: str, body: ModelPatchRequestBody) -> ModelItem:
    """Change what is said of a model, and what it may be used for: the latter is for who owns its data."""
    changes: dict[str, object] = {}
    if body.model_name is not UNSET:
        changes["model_name"] = body.model_name
    if body.model_description is not UNSET:
        changes["description"] = body.model_description
    if body.permissions is not UNSET:
        check_owner(context)
        changes["permissions"] = allowed_of(body.permissions)
    if body.predictions_per_hour is not UNSET:
        check_owner(context)
        changes["predictions_per_hour"] = body.predictions_per_hour
    if changes:
        models.change(context.connection, context.row.model_id, **changes)
        context.audited = f"model {model_uuid} changed {' '.join(sorted(changes))}"
    return again(context, model_uuid)


def check_owner(context: Context) -> None:
    """Raises Forbidden for who does not own all the data that the model could learn from."""
    _, level = permissions.object_level(context.connection, context.user, "held", "run_uuid", context.row.run_uuid)
    if level < permissions.OWN:
        raise Forbidden(
            "permissions, predictions_per_hour: only who owns the data that the model learned from sets them"
        )


def allowed_of(given: str | Sequence[str]) -> list[str]:
    """Permissions as an array, or as the text that one is printed as; raises Refused for unknown ones."""
    if isinstance(given, str):
        if _PRINTED.fullmatch(given) is None:
            raise Refused(f"permissions: expected some of {PREDICT}, {SHARES}, or [] for none")
        given = re.findall(r"\w+", given)
    unknown = [name for name in given if name not in (PREDICT, SHARES)]
    if unknown:
        raise Refused(f"permissions: expected some of {PREDICT}, {SHARES}, or [] for none")
    return [name for name in (PREDICT, SHARES) if name in given]


def predict_model(context: Context, model_uuid: str, body: ModelPredictRequestBody) -> Message:
    """Queue a job in which the model predicts."""
    from quarantine.domain.training.rows import read_card, read_rows  # loads the privacy engine

    model = context.row
    if body.model_uuid is not UNSET and body.model_uuid != model_uuid:
        raise Refused("model_uuid: expected the one in the path")
    if PREDICT not in model.permissions:
        raise Forbidden(NEEDS_REVIEW)
    card = read_card(models.card_of(context.connection, model))
    given = read_rows(body.input_data, body.input_type, card.inputs)
    key = models.ask(context.connection, model, given, user_id=context.user.user_id)
    context.audited = f"job {key} model {model_uuid}"
    return Message(message=f"successfully started predict job with uuid: {key}")


def again(context: Context, model_uuid: str) -> ModelItem:
    """A model as it is now."""
    row, _ = permissions.object_level(context.connection, context.user, "model", "model_uuid", model_uuid)
    return item(row)


def item(row: AnyRow) -> ModelItem:
    """A model's row as the API shows it."""
    return rows.into(row, ModelItem)
