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
    QueryQuoteError,
    QueryQuoteMechanism,
    QueryQuoteResponseBody,
)
from handlers.jobs import cancel, run_status
from quarantine.domain.errors import BudgetExceeded, Conflict
from quarantine.store import datasets, jobs, ledger, permissions, policies, repetition, rows
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table

if TYPE_CHECKING:
    from quarantine.domain.privacy import Mechanism, Plan, Policy

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
    charge(context, found, job_uuid)
    cost = found.plan.cost
    context.audited = f"job {job_uuid} epsilon {cost.epsilon:g} delta {cost.delta:g}{also_charged(found)}"
    return answer


def charge(context: Context, found: "Question", job_uuid: str) -> None:
    """Take the price from every dataset whose private tables are read, or from none: who refuses undoes them all."""
    who, entries = context.user.user_id, found.plan.ledger_entries()
    # Datasets of one lineage have one budget: the price is taken from it once.
    first: dict[str, AnyRow] = {}
    for row in found.paying:
        first.setdefault(row.lineage, row)
    for lineage, row in first.items():
        try:
            ledger.charge(
                context.connection, lineage, found.plan.cost, user_id=who, job_uuid=job_uuid, mechanisms=entries
            )
        except BudgetExceeded as error:
            raise BudgetExceeded(lacking_of(found, row, error.message)) from None


def shortage(context: Context, found: "Question") -> str:
    """What one of the datasets that pay lacks just now, or an empty text."""
    who, entries = context.user.user_id, found.plan.ledger_entries()
    for row in found.paying:
        lacking = ledger.shortage(context.connection, row.lineage, found.plan.cost, user_id=who, mechanisms=entries)
        if lacking:
            return lacking_of(found, row, lacking)
    return ""


def lacking_of(found: "Question", row: AnyRow, lacking: str) -> str:
    """What a dataset lacks, with its name where several pay."""
    return f"dataset {row.data_name}: {lacking}" if len(found.paying) > 1 else lacking


def also_charged(found: "Question") -> str:
    """The datasets that are charged, for the audit log, where they are several."""
    if len(found.paying) == 1:
        return ""
    return f" charged to each of the datasets {', '.join(row.data_uuid for row in found.paying)}"


def noted(context: Context, body: QueryCreateRequestBody, found: "Question") -> str:
    """The uuid of the question's row, and of the job that is to answer it."""
    return jobs.create_query(
        context.connection,
        user_id=context.user.user_id,
        data_id=found.asked[0].data_id,
        statement=body.query,
        datasets={row.data_name: row.data_uuid for row in found.asked},
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
        job_params=params(found.asked),
        project_uuid=body.project_uuid or None,
    )


def repeated(context: Context, found: "Question", *, own: bool = False) -> AnyRow | None:
    """The earlier answer to this question from the data as it is now, if there is one for this person."""
    known = repetition.answered(context.connection, found.asked, found.key, context.user.user_id, own=own)
    if known is None:
        return None
    now = context.outside(repetition.state_now, tuple(row.meta for row in found.asked), context.settings)
    return repetition.first(context.connection, known, now)


def quote_query(context: Context, body: QueryCreateRequestBody) -> QueryQuoteResponseBody:
    """The price and the expected errors of the same plan; nothing is charged."""
    found = question(context, body)
    plan, lacking = found.plan, shortage(context, found)
    named = ", ".join(row.data_uuid for row in found.asked)
    context.audited = f"dataset {named} epsilon {plan.cost.epsilon:g} delta {plan.cost.delta:g}"
    return QueryQuoteResponseBody(
        epsilon=plan.cost.epsilon,
        delta=plan.cost.delta,
        columns=quoted_columns(plan),
        threshold=UNSET if plan.threshold is None else plan.threshold,
        mechanisms=[mechanism(one) for one in plan.mechanisms],
        free=repeated(context, found, own=True) is not None,
        covered=not lacking,
        shortage=lacking or UNSET,
    )


def quoted_columns(plan: "Plan") -> list[QueryQuoteColumn]:
    """The columns of the answer with what is known of their errors before the query runs."""
    from quarantine.domain import privacy

    known = zip(plan.outputs, privacy.expected(plan), privacy.rank_errors(plan), strict=True)
    return [
        QueryQuoteColumn(
            name=output.label,
            error=UNSET if one.error is None else one.error,
            errors_at=[QueryQuoteError(rows=rows, error=error) for rows, error in one.at] or UNSET,
            rank_error=UNSET if rank is None else rank,
            note=one.note or UNSET,
        )
        for output, one, rank in known
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
    """What is asked, of which datasets, under which policies (JSON text), and the plan; `key` tells it from others."""

    asked: list[AnyRow]
    plan: "Plan"
    key: str
    policy: str
    bound: dict[str, str]
    private_column: str

    @property
    def paying(self) -> list[AnyRow]:
        """The datasets that are charged."""
        return [self.asked[number] for number in self.plan.paying]


def question(context: Context, body: QueryCreateRequestBody) -> Question:
    """The checked question of a request, from metadata and SQL alone."""
    from quarantine.domain import privacy  # the SQL compiler is only loaded by a server that is asked

    asked = the_datasets(context, body.datasets)
    requested = privacy.requested_thresholds(options(body.permissions))
    bound, private_column = privacy.named_parameters(options(body.params)), body.private_column.strip(QUOTES)

    def planned(read: list[AnyRow], allowed: "list[Policy]") -> "Plan":
        first, *beside = zip((datasets.metadata_of(row.meta) for row in read), allowed, strict=True)
        return privacy.plan(
            body.query,
            first[0],
            epsilon=body.epsilon,
            tau=body.tau,
            gaussian_delta=body.delta,
            private_column=private_column,
            policy=first[1],
            params=bound,
            beside=beside,
        )

    allowed = [policy_of(context, row, requested) for row in asked]
    plan = planned(asked, allowed)
    if len(plan.datasets) < len(asked):
        # What is not read is not part of the question: it is neither waited for nor told of.
        asked = [asked[number] for number in plan.datasets]
        allowed = [policy_of(context, row, requested) for row in asked]
        plan = planned(asked, allowed)
    written = msgspec.json.encode(allowed if len(allowed) > 1 else allowed[0], order="sorted").decode()
    return Question(asked, plan, repetition.question(asked, plan, written), written, bound, private_column)


def policy_of(context: Context, row: AnyRow, requested: dict[str, int]) -> "Policy":
    """What the dataset's owner allows the asking person, with what the request asks for."""
    allowed = policies.policy_of(context.connection, row, context.user.user_id)
    return msgspec.structs.replace(allowed, requested=requested)


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


def the_datasets(context: Context, text: str) -> list[AnyRow]:
    """The datasets that are asked, ready to be asked, in an order of their own: which is named first means nothing."""
    found = permissions.named_datasets(context.connection, context.user, text)
    for row in found:
        if row.data_state != datasets.READY:
            state = (
                "is still being prepared; wait for its job" if row.data_state == datasets.PREPARING else "has failed"
            )
            raise Conflict(f"the dataset's bounded copy {state} {row.job_uuid or ''}".rstrip())
    return sorted(found, key=lambda row: int(row.data_id))


def params(asked: list[AnyRow]) -> str:
    """What the job needs beside the query's own row: which metadata the price was made from."""
    first, *further = asked
    told = {"datasets": ", ".join(row.data_name for row in asked), "meta_version": first.meta_version}
    more = {"further": [(row.data_id, row.meta_version) for row in further]} if further else {}
    return msgspec.json.encode(told | more).decode()


def item(row: AnyRow, **more: object) -> QueryItem:
    """A query's row without its run and result, unless they are in `more`."""
    hidden = {*RUN_FIELDS, "query_result_message"}
    values = {str(name): value for name, value in row._mapping.items() if name not in hidden}
    return rows.into(values, QueryItem, **more)
