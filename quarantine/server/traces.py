"""Spans for an OpenTelemetry collector: one for a request, one for a job."""

import time

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from quarantine.server.observing import Answered, Counts, shown

# Seconds for the collector to take what is sent, and for the rest when the process ends.
PATIENCE = 5
FAILED = Status(StatusCode.ERROR)


class Traces:
    """Sends spans to the collector at `url`, in the background; what it does not take is lost."""

    def __init__(self, url: str) -> None:
        resource = Resource.create({SERVICE_NAME: "dq0-server"})
        # Kept from the library's global: nobody else's spans go where ours go.
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=PATIENCE)))
        self._tracer = self._provider.get_tracer("quarantine")
        self._propagator = TraceContextTextMapPropagator()

    def answered(self, request: Answered) -> None:
        """A request is answered. Its tracestate and baggage, which may hold anything, are not taken along."""
        parent = self._propagator.extract({"traceparent": request.parent}, context=Context())
        began, ended = shown(request.began, request.ended, request.timed)
        attributes: dict[str, str | int] = {"dq0.operation": request.operation}
        if request.status:
            attributes["http.response.status_code"] = request.status
        kind = SpanKind.SERVER
        span = self._tracer.start_span(request.operation, parent, kind, attributes, start_time=began)
        if request.status >= 500:
            span.set_status(FAILED)
        span.end(ended)

    def ended(self, kind: str, how: str, began: int) -> None:
        """A job has ended: in whole seconds, as `GET /jobs` has it, since the time depends on private data."""
        start, end = shown(began, time.time_ns(), timed=False)
        attributes = {"dq0.job_type": kind, "dq0.outcome": how}
        span = self._tracer.start_span(kind, Context(), SpanKind.INTERNAL, attributes, start_time=start)
        if how == "error":
            span.set_status(FAILED)
        span.end(end)

    def works(self, counts: Counts) -> None:
        """How many workers there are is no span."""

    def close(self) -> None:
        """Sends the rest."""
        self._provider.shutdown()
