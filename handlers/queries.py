"""Private queries: checked and charged here, answered by a job."""

from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType

from generated.models.common import Message
from generated.models.queries import (
    QueryCancelRequestBody,
    QueryCreateRequestBody,
    QueryCreateResponseBody,
    QueryItem,
    QueryListResponseBody,
    QueryOptions,
    QueryQuoteColumn,
    QueryQuoteMechanism,
    QueryQuoteResponseBody,
)
from handlers.jobs import cancel, run_status
from quarantine.domain.errors import Conflict, Refused
from quarantine.store import datasets, jobs, ledger, permissions, policies, repetition, rows
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table

if TYPE_CHECKING:
    from quarantine.domain.privacy import Mechanism, Plan

RUN_FIELDS = ("run_start_time", "run_end_time")
LONGEST_RESULT = 16_777_216
# Shells leave them around a name, as in the reference's own sample.
QUOTES = " \t'\"\\`"


def list_queries(
    context: Context,
    *,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    user_id: int | None = None,
) -> QueryListResponseBody:
    """The queries that the actor sees, without results."""
    c = jobs_table.c
    statement = rows.narrowed(permissions.asked_queries(context.user), {c.user_id: user_id})
    orders = (c.created_at, c.updated_at)
    found = rows.page(
        context.connection, statement, key=c.job_uuid, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(QueryListResponseBody, found, item)


def create_query(context: Context, body: QueryCreateRequestBody) -> QueryCreateResponseBody:
    """Compile, charge and queue: one transaction, durable before any data is touched.

    What was answered before from unchanged data is answered with that, without a charge and at once.
    """
    found = question(context, body)
    earlier = repeated(context, found)
    job_uuid = noted(context, body, found)
    message = f"query started by job with uuid: {job_uuid}"
    answer = QueryCreateResponseBody(message=message, job_uuid=job_uuid, query_uuid=job_uuid)
    if earlier is not None:
        repetition.repeat(context.connection, job_uuid, earlier)
        context.audited = f"job {job_uuid} repeats job {earlier.job_uuid} at no charge"
        return answer
    cost = found.plan.cost
    ledger.charge(
        context.connection,
        found.row.lineage,
        cost,
        user_id=context.user.user_id,
        job_uuid=job_uuid,
        mechanisms=found.plan.ledger_entries(),
    )
    context.audited = f"job {job_uuid} epsilon {cost.epsilon:g} delta {cost.delta:g}"
    return answer


def noted(context: Context, body: QueryCreateRequestBody, found: "Question") -> str:
    """The uuid of the question's row, and of the job that is to answer it."""
    row = found.row
    return jobs.create_query(
        context.connection,
        user_id=context.user.user_id,
        data_id=row.data_id,
        statement=body.query,
        datasets={row.data_name: row.data_uuid},
        epsilon=body.epsilon,
        delta=found.plan.cost.delta,
        tau=body.tau,
        gaussian_delta=body.delta,
        private_column=found.private_column,
        params=msgspec.json.encode(found.bound).decode() if found.bound else "",
        permissions=",".join(options(body.permissions)),
        policy=found.policy,
        question=found.key,
        job_name="query.run",
        job_params=params(row),
        project_uuid=body.project_uuid or None,
    )


def repeated(context: Context, found: "Question", *, own: bool = False) -> AnyRow | None:
    """The earlier answer to this question from the data as it is now, if there is one for this person."""
    known = repetition.answered(context.connection, found.row, found.key, context.user.user_id, own=own)
    if known is None:
        return None
    now = context.outside(repetition.state_now, found.row.meta, context.settings)
    return repetition.first(context.connection, known, now)


def quote_query(context: Context, body: QueryCreateRequestBody) -> QueryQuoteResponseBody:
    """The price and the expected errors of the same plan; nothing is charged."""
    found = question(context, body)
    row, plan = found.row, found.plan
    who, entries = context.user.user_id, plan.ledger_entries()
    shortage = ledger.shortage(context.connection, row.lineage, plan.cost, user_id=who, mechanisms=entries)
    context.audited = f"dataset {row.data_uuid} epsilon {plan.cost.epsilon:g} delta {plan.cost.delta:g}"
    return QueryQuoteResponseBody(
        epsilon=plan.cost.epsilon,
        delta=plan.cost.delta,
        columns=quoted_columns(plan),
        threshold=UNSET if plan.threshold is None else plan.threshold,
        mechanisms=[mechanism(one) for one in plan.mechanisms],
        free=repeated(context, found, own=True) is not None,
        covered=not shortage,
        shortage=shortage or UNSET,
    )


def quoted_columns(plan: "Plan") -> list[QueryQuoteColumn]:
    """The columns of the answer with what is known of their errors before the query runs."""
    from quarantine.domain import privacy

    known = zip(plan.outputs, plan.half_widths(), privacy.rank_errors(plan), strict=True)
    return [
        QueryQuoteColumn(
            name=output.label,
            error=UNSET if error is None else error,
            rank_error=UNSET if rank is None else rank,
        )
        for output, error, rank in known
    ]


def mechanism(one: "Mechanism") -> QueryQuoteMechanism:
    """The noise of one measurement, as it is quoted."""
    return QueryQuoteMechanism(
        measurement=one.measurement,
        mechanism=one.name,
        sensitivity=one.sensitivity,
        scale=one.scale,
        epsilon=one.epsilon,
        delta=one.delta,
    )


class Question(msgspec.Struct, frozen=True):
    """What is asked, of which dataset, under which policy (JSON text), and the plan; `key` tells it from others."""

    row: AnyRow
    plan: "Plan"
    key: str
    policy: str
    bound: dict[str, str]
    private_column: str


def question(context: Context, body: QueryCreateRequestBody) -> Question:
    """The checked question of a request, from metadata and SQL alone."""
    from quarantine.domain import privacy  # the SQL compiler is only loaded by a server that is asked

    row = the_dataset(context, body.datasets)
    metadata = datasets.metadata_of(row.meta)
    private_column = body.private_column.strip(QUOTES)
    allowed = policies.policy_of(context.connection, row, context.user.user_id)
    policy = msgspec.structs.replace(allowed, requested=privacy.requested_thresholds(options(body.permissions)))
    written = msgspec.json.encode(policy, order="sorted").decode()
    bound = privacy.named_parameters(options(body.params))
    plan = privacy.plan(
        body.query,
        metadata,
        epsilon=body.epsilon,
        tau=body.tau,
        gaussian_delta=body.delta,
        private_column=private_column,
        policy=policy,
        params=bound,
    )
    return Question(row, plan, repetition.question(row, plan, written), written, bound, private_column)


def options(given: QueryOptions | UnsetType) -> list[str]:
    """The texts of an option that may be one text, several, or nothing."""
    return [given] if isinstance(given, str) else list(given or ())


def get_query(
    context: Context, query_uuid: str, *, include_result: bool = False, include_run: bool = False
) -> QueryItem:
    """One query, with its run and its result where asked for."""
    row = context.row
    more: dict[str, object] = {}
    if include_run:
        more |= run_times(row)
        more |= {"run_uuid": row.job_uuid, "run_status": run_status(row.job_state), "run_stage": "active"}
    if include_result and row.job_state == jobs.FINISHED:
        found = jobs.artifact(context.connection, row.job_uuid, "results.csv")
        if found is not None and len(found.content) > LONGEST_RESULT:
            raise Conflict("the result is too long to be shown here; download results.csv")
        more |= {"query_result_data": found.content.decode()} if found else {}
        more |= {"query_result_message": row.query_result_message}
    return item(row, **more)


def cancel_query(context: Context, query_uuid: str, body: QueryCancelRequestBody | None) -> Message:
    """End the query's job; what was charged stays charged."""
    named = None if body is None or body.query_uuid is UNSET else body.query_uuid
    return cancel(context, query_uuid, named, "query")


def run_times(row: AnyRow) -> dict[str, int]:
    """The instants of a job that are known, in milliseconds of whole seconds: how long it takes depends on the data."""
    return {name: at // 1000 * 1000 for name in RUN_FIELDS if (at := getattr(row, name)) is not None}


def the_dataset(context: Context, text: str) -> AnyRow:
    """The one dataset that is asked, ready to be asked."""
    found = permissions.named_datasets(context.connection, context.user, text)
    if len(found) > 1:
        raise Refused("datasets: a query over several datasets is not built yet; name one")
    row = found[0]
    if row.data_state != datasets.READY:
        state = "is still being prepared; wait for its job" if row.data_state == datasets.PREPARING else "has failed"
        raise Conflict(f"the dataset's bounded copy {state} {row.job_uuid or ''}".rstrip())
    return row


def params(row: AnyRow) -> str:
    """What the job needs beside the query's own row: which metadata the price was made from."""
    return msgspec.json.encode({"datasets": row.data_name, "meta_version": row.meta_version}).decode()


def item(row: AnyRow, **more: object) -> QueryItem:
    """A query's row without its run and result, unless they are in `more`."""
    hidden = {*RUN_FIELDS, "query_result_message"}
    values = {str(name): value for name, value in row._mapping.items() if name not in hidden}
    return rows.into(values, QueryItem, **more)
