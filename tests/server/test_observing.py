"""What a server tells Prometheus and OpenTelemetry, over real HTTP: what it does, and nothing about anybody."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families as families

from generated.operations import OPERATIONS
from live import ROOT, free_port, live_server
from quarantine.domain.errors import Invalid
from quarantine.domain.settings import Settings
from quarantine.server.app import Front, create_app
from quarantine.server.cli import main
from quarantine.server.metrics import Metrics
from quarantine.server.observing import LOOK_AT_SOURCES, observer
from quarantine.store.engine import open_database
from world import World, answer, ask, refused, settle

CANARY = "canary7f3a"
# 128 and 64 bits that are nobody's but the test's.
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WORDS = {
    *(o.id for o in OPERATIONS),
    *("none", "2xx", "3xx", "4xx", "5xx", "credentials", "throttled", "session", "unavailable", "failed"),
    *("query.run", "data.prepare", "created", "running", "finished", "error", "quick", "runs"),
}
FAMILIES = {"requests", "request_seconds", "refused_sign_ins", "jobs_ended", "database_errors", "jobs"}


class Collector(ThreadingHTTPServer):
    """Takes what an exporter sends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[Any] = []
        self.texts: list[str] = []


class Receiver(BaseHTTPRequestHandler):
    """The collector's side of OTLP over HTTP."""

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
        assert isinstance(self.server, Collector)
        self.server.texts.append(str(sent))
        found = [span for each in sent.resource_spans for scope in each.scope_spans for span in scope.spans]
        self.server.spans.extend(found)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@dataclass
class Told:
    """A server that is observed, and what its observers hear."""

    world: World
    port: int
    collector: Collector

    def text(self, path: str = "/metrics", at: str = "127.0.0.1", **headers: str) -> httpx.Response:
        """What the listener says."""
        return httpx.get(f"http://{at}:{self.port}{path}", headers=headers, trust_env=False)

    def count(self, name: str, **labels: str) -> float:
        """One number as of now; 0 where there is none yet."""
        samples = [each for family in families(self.text().text) for each in family.samples]
        return sum(each.value for each in samples if each.name == name and each.labels == labels)

    def span(self, fits: Callable[[Any], bool]) -> Any:
        """A span that has come, or comes soon."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = [span for span in self.collector.spans if fits(span)]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError([span.name for span in self.collector.spans])


@pytest.fixture(scope="module", params=["fast", "plain"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    collector, port = Collector(), free_port()
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    home = tmp_path_factory.mktemp(request.param) / "home"
    traces = f"http://127.0.0.1:{collector.server_port}/v1/traces"
    settings = {"metrics_port": str(port), "traces_url": traces, "ambient_session": "false"}
    with pytest.MonkeyPatch.context() as patch, closing(collector.socket):
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        with live_server(home, plain=request.param == "plain", **settings) as live:
            world = settle(live)
            yield Told(world, port, collector)
            world.close()
        collector.shutdown()


@pytest.fixture(scope="module")
def dataset(told: Told) -> Any:
    return told.world.dataset(name=CANARY, description=CANARY)


def attributes(span: Any) -> dict[str, Any]:
    """A span's attributes as texts and numbers."""
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_requests_and_jobs_are_counted(told: Told, dataset: Any) -> None:
    asked = {"operation": "create_query", "status": "2xx"}
    ended = {"type": "query.run", "outcome": "finished"}
    before = told.count("dq0_requests_total", **asked), told.count("dq0_jobs_ended_total", **ended)
    answer(told.world.admin, dataset, epsilon=0.125)
    assert told.count("dq0_requests_total", **asked) == before[0] + 1
    deadline = time.monotonic() + 20
    while told.count("dq0_jobs_ended_total", **ended) != before[1] + 1:
        assert time.monotonic() < deadline
    assert told.count("dq0_workers", kind="quick") == 1
    assert told.count("dq0_jobs", type="query.run", state="created") == 0


def test_a_request_counts_as_the_operation_that_answered_it(told: Told) -> None:
    # Plain Connexion does not know that a list with a body is another operation.
    plain = told.world.live.plain
    asked = {"operation": "list_actions" if plain else "set_action_permission", "status": "2xx" if plain else "4xx"}
    before = told.count("dq0_requests_total", **asked)
    told.world.admin.request("GET", "/actions", json={"action_name": "Nothing"})
    assert told.count("dq0_requests_total", **asked) == before + 1


def test_refused_sign_ins_are_counted(told: Told) -> None:
    names = ("credentials", "session")
    before = [told.count("dq0_refused_sign_ins_total", why=why) for why in names]
    refused(told.world.nobody.post("/users/login", json={"email": f"{CANARY}@example.org", "password": CANARY}), 401)
    refused(told.world.nobody.get("/jobs"), 401)
    refused(told.world.nobody.get("/jobs", headers={"authorization": f"Bearer {CANARY}"}), 401)
    after = [told.count("dq0_refused_sign_ins_total", why=why) for why in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 2]


def test_no_number_and_no_span_names_anybody_or_anything(told: Told, dataset: Any) -> None:
    user, uuid = told.world.user, dataset["data_uuid"]
    headers = {"tracestate": f"x={CANARY}", "baggage": f"user={CANARY}", "traceparent": CANARY, "user-agent": CANARY}
    told.world.admin.get(f"/data/{uuid}", headers=headers)
    told.world.admin.get(f"/{CANARY}", params={CANARY: CANARY})
    refused(user.get(f"/data/{CANARY}"), 400, 403, 404)
    refused(ask(told.world.admin, dataset, f"SELECT {CANARY} FROM pums.person WHERE income = 59132"), 400, 422)
    refused(told.world.admin.post("/users/register", json={"email": CANARY, "password": "x"}), 400, 422)
    numbers = told.text().text
    told.span(lambda span: span.name == "user_register" and attributes(span)["http.response.status_code"] >= 400)
    for text in (numbers, *told.collector.texts):
        for secret in (CANARY, "example.org", uuid, "pums", "SELECT", "59132", told.world.admin.token, str(told.port)):
            assert secret not in text.replace(TRACE, "")


def test_every_label_is_a_word_of_the_contract_or_of_the_server(told: Told, dataset: Any) -> None:
    found = list(families(told.text().text))
    assert {family.name.removeprefix("dq0_") for family in found} == FAMILIES | {"workers", "workers_busy"}
    for family in found:
        for sample in family.samples:
            assert {value for name, value in sample.labels.items() if name != "le"} <= WORDS


def test_what_can_look_at_a_source_is_not_timed(told: Told, dataset: Any) -> None:
    answer(told.world.admin, dataset, epsilon=0.0625)
    names = {o.id for o in OPERATIONS if o.tag in LOOK_AT_SOURCES}
    timed = {s.labels.get("operation") for f in families(told.text().text) if f.type == "histogram" for s in f.samples}
    assert "user_login" in timed
    assert not timed & names
    told.span(lambda span: span.name == "query.run")
    for span in told.collector.spans:
        if span.name in names or "dq0.job_type" in attributes(span):
            assert span.start_time_unix_nano % 10**9 == span.end_time_unix_nano % 10**9 == 0


def test_a_request_is_a_span_below_the_one_that_it_names(told: Told) -> None:
    told.world.admin.get("/jobs", headers={"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": f"x={CANARY}"})
    span = told.span(lambda span: span.trace_id.hex() == TRACE)
    assert (span.name, span.parent_span_id.hex(), span.trace_state) == ("list_jobs", SPAN, "")
    assert attributes(span) == {"dq0.operation": "list_jobs", "http.response.status_code": 200}


def test_a_job_is_a_span_with_its_type_and_outcome(told: Told, dataset: Any) -> None:
    answer(told.world.admin, dataset, epsilon=0.03125)
    span = told.span(lambda span: span.name == "query.run")
    assert attributes(span) == {"dq0.job_type": "query.run", "dq0.outcome": "finished"}


def test_the_listener_is_this_machine_s_own_and_answers_no_foreign_page(told: Told) -> None:
    assert told.text("/other").status_code == 404
    assert told.text(at="localhost").status_code == 200
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        found = told.text(**headers)
        assert (found.status_code, "dq0_" in found.text) == (403, False)
    # Every address of 127.0.0.0/8 is this machine's: whoever listened on all would listen there.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", told.port), timeout=5)
    assert told.world.nobody.get("/metrics").status_code == 404


def test_who_is_observed_by_nobody_loads_nothing_for_it(tmp_path: Path) -> None:
    assert [layer.func for layer in create_app(Settings(home=str(tmp_path))).middlewares] == [Front]
    lines = "import sys, quarantine.server.process, quarantine.worker.crew, quarantine.server.observing as o"
    lines += "; from quarantine.domain.settings import Settings; assert o.observer(Settings(), None) is None"
    lines += "; print([m for m in sys.modules if m.startswith(('prometheus_client', 'opentelemetry'))])"
    ran = subprocess.run([sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the tests' own is read as a setting."""
    for name in list(os.environ):
        if name.startswith("DQ0_"):
            monkeypatch.delenv(name)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("setting", "value", "module", "extra"),
    [
        ("DQ0_METRICS_PORT", "9100", "metrics", "metrics"),
        ("DQ0_TRACES_URL", "http://127.0.0.1:4318/v1/traces", "traces", "telemetry"),
    ],
)
def test_an_extra_that_is_not_installed_is_named(
    setting: str,
    value: str,
    module: str,
    extra: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DQ0_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(setting, value)
    monkeypatch.setitem(sys.modules, f"quarantine.server.{module}", None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("quarantine.server.working.configure_logs", lambda _: None)
    assert main(["worker", "start"]) == 2
    told = f"dq0: {setting} needs an extra that is not installed: pip install 'dq0-server[{extra}]'\n"
    assert capsys.readouterr().err == told


def test_a_port_that_is_taken_is_named_and_nothing_stays_open(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path), traces_url="http://127.0.0.1:9/v1/traces")
    database = open_database(settings)
    with closing(database), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        threads = set(threading.enumerate())
        with pytest.raises(Invalid, match=f"DQ0_METRICS_PORT: 127.0.0.1:{port}: .*a port of its own"):
            observer(msgspec.structs.replace(settings, metrics_port=port), database)
        assert set(threading.enumerate()) <= threads


def test_a_database_that_fails_is_counted_and_takes_its_own_numbers_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    # Without tables: each look at the jobs fails.
    with closing(open_database(Settings(home=str(tmp_path)))) as database, closing(Metrics(port, database)):
        # A failure of the first look is there at the second.
        _, text = (httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text for _ in range(2))
    assert 'dq0_database_errors_total{kind="failed"} 1.0' in text
    assert "dq0_jobs{" not in text
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("url", ["file:///x", "http://user:secret@host/v1/traces", "host:4318"])
def test_an_address_that_is_no_collector_s_is_refused(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DQ0_TRACES_URL", url)
    assert main(["server", "config"]) == 2
    said = capsys.readouterr().err
    assert re.match("dq0: DQ0_TRACES_URL: expected http://host", said)
    assert "secret" not in said
