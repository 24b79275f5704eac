"""Jobs: whatever takes longer than a request."""

from msgspec import UNSET

from generated.checking import Raw
from generated.models.common import Message
from generated.models.jobs import JobCancelRequestBody, JobItem, JobListResponseBody
from generated.models.runs import JobType
from quarantine.domain import events
from quarantine.domain.errors import Refused
from quarantine.store import datasets, jobs, permissions, rows
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table

RUN_STATUS = {
    jobs.CREATED: "SCHEDULED",
    jobs.RUNNING: "RUNNING",
    jobs.FINISHED: "FINISHED",
    jobs.ERROR: "FAILED",
    jobs.CANCELLED: "KILLED",
}


def list_jobs(
    context: Context,
    *,
    commit_uuid: str | None = None,
    job_params: str | None = None,
    job_type: JobType | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> JobListResponseBody:
    """The jobs that the actor sees."""
    c = jobs_table.c
    wanted = {c.commit_uuid: commit_uuid, c.job_type: job_type, c.project_uuid: project_uuid, c.user_id: user_id}
    statement = permissions.started_jobs(context.user)
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if job_params is not None:
        statement = statement.where(c.job_params.contains(job_params, autoescape=True))
    orders = (c.created_at, c.updated_at)
    found = rows.page(
        context.connection, statement, key=c.job_uuid, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(JobListResponseBody, found, item)


def get_job(context: Context, job_uuid: str) -> JobItem:
    """One job."""
    return item(context.row)


def watch_job(context: Context, job_uuid: str, *, last_event_id: str | None = None) -> Raw:
    """What is new of a job since an event; the server asks again for as long as the client listens."""
    row = context.row
    seen, _, read = (last_event_id or "").rpartition("-")
    now = f"{row.job_state}-{int(row.job_progress * 1000)}"
    new = row.job_logs[int(read) :] if read.isascii() and read.isdigit() and len(read) < 10 else row.job_logs
    if (seen, new) == (now, "") and row.job_state not in jobs.ENDED:
        return Raw(b"", events.MEDIA_TYPE)
    data = {"job_uuid": job_uuid, "job_state": row.job_state, "run_status": run_status(row.job_state)}
    data |= {"job_progress": row.job_progress, "job_errors": row.job_errors, "job_logs": new}
    name = events.END if row.job_state in jobs.ENDED else "job"
    return Raw(events.text([events.Event(name, data, f"{now}-{len(row.job_logs)}")]), events.MEDIA_TYPE)


def cancel_job(context: Context, job_uuid: str, body: JobCancelRequestBody | None) -> Message:
    """End a job and everything it started."""
    named = None if body is None or body.job_uuid is UNSET else body.job_uuid
    return cancel(context, job_uuid, named, "job", force=body is not None and body.force)


def cancel(context: Context, job_uuid: str, named: str | None, what: str, *, force: bool = False) -> Message:
    """Ask the job to end; raises Refused where the body names another one than the path."""
    if named is not None and named != job_uuid:
        raise Refused(f"{what}_uuid: expected the one in the path")
    state = jobs.request_cancel(context.connection, job_uuid, force=force)
    if state == jobs.CANCELLED and context.row.job_type == "data.prepare":
        # Nothing has begun and nothing will: the dataset waits no longer. A running job says so itself.
        datasets.mark_abandoned(context.connection, job_uuid)
    return Message(message=f"successfully cancelled {what}")


def run_status(job_state: str) -> str:
    """A job's state in the words that runs use."""
    return RUN_STATUS[job_state]


def item(row: AnyRow) -> JobItem:
    """A job's row as the API shows it."""
    return rows.into(row, JobItem, run_status=run_status(row.job_state), run_params=[])
