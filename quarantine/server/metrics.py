"""Numbers for Prometheus, on a listener of their own that nobody beyond this machine can reach."""

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from quarantine.domain.errors import DomainError, Invalid
from quarantine.server.logs import log, where
from quarantine.server.observing import SECOND, Answered, Counts
from quarantine.server.origin import check_origin
from quarantine.store import jobs
from quarantine.store.engine import Database

ADDRESS = "127.0.0.1"
PATH = "/metrics"
# What `generate_latest` writes, whichever version of the library it is.
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# Seconds for a client to say what it wants.
PATIENCE = 10
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_REFUSED = {(True, 401): "credentials", (True, 429): "throttled", (False, 401): "session"}


class Metrics:
    """Counts what the process does and shows it on `port`; raises Invalid where the port is taken."""

    def __init__(self, port: int, database: Database) -> None:
        # When something was first counted is nobody's business.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        told = "Requests by operationId (none: no operation) and class of status (none: the client went away)."
        self._requests = Counter("dq0_requests", told, ["operation", "status"], registry=registry)
        told = "Seconds from a request to its answer, of groups that never look at a source of data."
        self._seconds = Histogram("dq0_request_seconds", told, ["operation"], buckets=BUCKETS, registry=registry)
        told = "Refused sign-ins: wrong credentials, too many attempts, no or an ended session."
        self._refused = Counter("dq0_refused_sign_ins", told, ["why"], registry=registry)
        told = "Jobs that workers of this process have let go of, by type and how."
        self._jobs = Counter("dq0_jobs_ended", told, ["type", "outcome"], registry=registry)
        told = "Errors of the server's own database: unavailable (busy or gone), failed."
        self._errors = Counter("dq0_database_errors", told, ["kind"], registry=registry)
        self._state = State(database)
        registry.register(self._state)
        database.on_error = lambda kind: self._errors.labels(kind).inc()
        self._listener = _listening(port, registry)

    def answered(self, request: Answered) -> None:
        """A request is answered."""
        status = f"{request.status // 100}xx" if request.status else "none"
        self._requests.labels(request.operation, status).inc()
        if request.timed:
            self._seconds.labels(request.operation).observe((request.ended - request.began) / SECOND)
        why = _REFUSED.get((request.public, request.status))
        if why is not None:
            self._refused.labels(why).inc()

    def ended(self, kind: str, how: str, began: int) -> None:
        """A job has ended; how long it took depends on private data and is not told."""
        self._jobs.labels(kind, how).inc()

    def works(self, counts: Counts) -> None:
        """There are workers."""
        self._state.counts = counts

    def close(self) -> None:
        """Stops listening."""
        self._listener.shutdown()
        self._listener.server_close()


class State:
    """What is looked up when it is asked for: the jobs of the database, the workers of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.counts: Counts = dict

    def collect(self) -> Iterator[Metric]:
        """The gauges; without those of the database where that does not answer."""
        told = "Jobs of the database that wait or run, the same from each of its processes."
        found = GaugeMetricFamily("dq0_jobs", told, labels=["type", "state"])
        try:
            with self._database.transaction() as connection:
                rows = jobs.unfinished(connection)
        except Exception as error:
            log.warning("the metrics lack the jobs", **where(error))
            rows = []
        for kind, state, number in rows:
            found.add_metric([kind, state], number)
        yield found
        yield from _workers(self.counts())


def _workers(counts: Mapping[str, tuple[int, int]]) -> Iterator[Metric]:
    present = GaugeMetricFamily("dq0_workers", "Threads of this process that take jobs.", labels=["kind"])
    busy = GaugeMetricFamily("dq0_workers_busy", "Threads of this process that have a job.", labels=["kind"])
    for kind, (all_of_them, at_work) in counts.items():
        present.add_metric([kind], all_of_them)
        busy.add_metric([kind], at_work)
    yield present
    yield busy


def _listening(port: int, registry: CollectorRegistry) -> ThreadingHTTPServer:
    class Page(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_GET(self) -> None:
            try:
                check_origin({name.lower().encode(): value.encode("latin-1") for name, value in self.headers.items()})
            except DomainError as error:
                self._send(403, "text/plain", error.message.encode())
                return
            if self.path.partition("?")[0] == PATH:
                self._send(200, FORMAT, generate_latest(registry))
            else:
                self._send(404, "text/plain", f"the numbers are at {PATH}".encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response_only(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody wants a line for each look."""

    class Listener(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that went away; the library would print a traceback, with values."""

    try:
        listener = Listener((ADDRESS, port), Page)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Invalid(f"DQ0_METRICS_PORT: {ADDRESS}:{port}: {why}; each process needs a port of its own") from None
    threading.Thread(target=listener.serve_forever, name="dq0-metrics", daemon=True).start()
    return listener
