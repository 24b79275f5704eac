# Generated from spec/openapi.yaml: do not edit.
"""What outlasts the request that starts it."""

from __future__ import annotations

from ..models import data as _data
from ..models import jobs as _jobs
from ..models import runs as _runs
from . import endpoints as _endpoints
from . import tables as _tables
from . import waiting as _waiting

_WORDS = _waiting.Words(
    key="job_uuid",
    state="job_state",
    progress="job_progress",
    errors="job_errors",
    done=("finished",),
    cancelled=("cancelled",),
    failed=("error",),
)

BUY_PROFILE: _waiting.Work[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_JOB
)

CREATE_DATA: _waiting.Work[_jobs.JobInfoResponseBody, _data.DataGetResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_DATA, subject="data_uuid"
)

CREATE_QUERY: _waiting.Work[_jobs.JobInfoResponseBody, _tables.Table] = _waiting.Work(
    _WORDS,
    _endpoints.GET_JOB,
    _endpoints.CANCEL_JOB,
    _endpoints.GET_QUERY,
    given={"include_result": True},
    table={"csv": "query_result_data", "message": "query_result_message", "notes": "job_results"},
)

CREATE_RUN: _waiting.Work[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_RUN
)

PREDICT_MODEL: _waiting.Work[_jobs.JobInfoResponseBody, _tables.Table] = _waiting.Work(
    _WORDS,
    _endpoints.GET_JOB,
    _endpoints.CANCEL_JOB,
    _endpoints.DOWNLOAD_ARTIFACT,
    given={"artifact_path": "results.csv"},
    table={"csv": "data_string"},
)

RUN_COMMIT: _waiting.Work[_jobs.JobInfoResponseBody, _runs.RunInfoResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_RUN
)

TRANSFORM_COMMIT: _waiting.Work[_jobs.JobInfoResponseBody, _jobs.JobInfoResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_JOB
)

UPDATE_DATA: _waiting.Work[_jobs.JobInfoResponseBody, _data.DataGetResponseBody] = _waiting.Work(
    _WORDS, _endpoints.GET_JOB, _endpoints.CANCEL_JOB, _endpoints.GET_DATA, subject="data_uuid"
)
