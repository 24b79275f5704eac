"""Clients of any specification: what they send is what the emitted operations read, and they pass every check."""

import importlib
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.__main__ import main

OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
INTEGERS = {"type": "array", "items": {"type": "integer"}}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "thing_id": {}}}


def query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


PATHS = {
    "/things/{thing_id}": {
        "parameters": [{"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {
            "operationId": "get_thing",
            "tags": ["things"],
            "parameters": [
                query("flag", {"type": "boolean"}),
                query("ratio", {"type": "number"}),
                query("ids", INTEGERS),
                query("csv", INTEGERS, explode=False),
                query("piped", INTEGERS, style="pipeDelimited", explode=False),
                query("filter", {"type": "object", "additionalProperties": {"type": "integer"}}, style="deepObject"),
                query("json", {}, content={"application/json": {"schema": INTEGERS}}) | {"schema": None},
                query("class", {"type": "string"}),
                query("body", {"type": "string"}),
                query("start<", {"type": "string"}),
                {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
            ],
            "responses": OK,
        },
        "post": {
            "operationId": "change_thing",
            "tags": ["things"],
            "requestBody": {"required": True, "content": {"application/json": {"schema": NAMED}}},
            "responses": {"201": OK["200"], "202": {"description": "later"}},
        },
    },
    "/things": {
        "get": {
            "operationId": "list_things",
            "tags": ["things"],
            "parameters": [query("page", {"type": "integer"}), query("page_size", {"type": "integer"})],
            "responses": {
                "200": {
                    "description": "ok",
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["items", "page", "page_size", "total"],
                                "properties": {
                                    "items": {"type": "array", "items": NAMED},
                                    **{n: {"type": "integer"} for n in ("page", "page_size", "total")},
                                },
                            }
                        }
                    },
                }
            },
        }
    },
    "/upload": {
        "post": {
            "operationId": "upload",
            "tags": ["self"],
            "requestBody": {"required": True, "content": {"image/png": {}}},
            "responses": {"200": {"description": "ok", "content": {"image/png": {}}}, "204": {"description": "none"}},
        }
    },
    "/files": {
        "post": {
            "operationId": "send_file",
            "tags": ["list"],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["file"],
                            "properties": {
                                "file": {"type": "string", "format": "binary"},
                                "name": {"type": "string"},
                                "sizes": INTEGERS,
                            },
                        }
                    }
                },
            },
            "responses": {"204": {"description": "none"}},
        }
    },
    "/forms": {
        "post": {
            "operationId": "fill_form",
            "tags": ["list"],
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": NAMED}}},
            "responses": {"204": {"description": "none"}},
        }
    },
}
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
HEADER = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,"\\='), min_size=1, max_size=8
)


class Emitted:
    """A package with a client, and what its client sends."""

    def __init__(self, name: str) -> None:
        self.client = importlib.import_module(f"{name}.client")
        self.operations = {o.id: o for o in importlib.import_module(f"{name}.operations").OPERATIONS}
        self.checking = importlib.import_module(f"{name}.checking")
        self.answer = httpx.Response(200, json={})
        self.request = httpx.Request("GET", "http://x")

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        return httpx.Response(self.answer.status_code, headers=self.answer.headers, content=self.answer.content)

    def connect(self) -> Any:
        http = httpx.Client(transport=httpx.MockTransport(self))
        return self.client.Client("http://x", "t", http=http)

    def read(self, operation: str, **path: str) -> Any:
        """The request as the operation reads it."""
        headers = dict(self.request.headers)
        pairs = parse_qsl(self.request.url.query.decode(), keep_blank_values=True)
        return self.operations[operation].read(path, pairs, headers)

    def decode(self, operation: str) -> Any:
        """The body as the operation reads it."""
        return self.operations[operation].decode(self.request.content, self.request.headers.get("content-type", ""))


@pytest.fixture
def emitted(workplace: Path) -> Emitted:
    spec = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": PATHS}
    Path("openapi.json").write_text(json.dumps(spec), "utf-8")
    assert main(["openapi.json", "out", "--client"]) == 0
    return Emitted("out")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_what_a_client_sends_is_what_the_operation_reads(emitted: Emitted, data: st.DataObject) -> None:
    integers = st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=3)
    possible: dict[str, st.SearchStrategy[Any]] = {
        "flag": st.booleans(),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        **dict.fromkeys(("ids", "csv", "piped", "json"), integers),
        "filter": st.dictionaries(st.from_regex(r"\A[a-z]{1,3}\Z"), st.integers(0, 9), min_size=1, max_size=2),
        **dict.fromkeys(("class", "body", "start<"), TEXT),
        **dict.fromkeys(("X-Trace", "sid"), HEADER),
    }
    names = {p.name: p.attribute for p in emitted.operations["get_thing"].parameters}
    given = {name: data.draw(values) for name, values in possible.items() if data.draw(st.booleans())}
    emitted.connect().things.get("a/b?c", **{names[name]: value for name, value in given.items()})
    assert emitted.request.url.raw_path.startswith(b"/things/a%2Fb%3Fc")
    found = emitted.read("get_thing", thing_id="a/b?c")
    for name, value in given.items():
        assert getattr(found, names[name]) == value, name


def test_bodies_of_any_media_type_are_sent(emitted: Emitted) -> None:
    client = emitted.connect()
    emitted.answer = httpx.Response(201, json={})
    client.things.change("7", name="x")
    assert json.loads(emitted.request.content) == {"name": "x"}
    emitted.answer = httpx.Response(202)
    assert client.things.change("7", name="x", thing_id_in_field=[1]) is None
    assert json.loads(emitted.request.content) == {"name": "x", "thing_id": [1]}
    emitted.answer = httpx.Response(200, content=b"\x89PNG", headers={"content-type": "image/png"})
    answer = client.self_.upload(body=b"\x89")
    assert (answer.content, answer.media_type) == (b"\x89PNG", "image/png")
    assert emitted.decode("upload").content == b"\x89"
    emitted.answer = httpx.Response(204)
    client.list_.fill_form(name="a b&c")
    assert emitted.decode("fill_form").name == "a b&c"
    client.list_.send_file(file=emitted.checking.Raw(b"\x00\xff", "image/png", "a.png"), name="é", sizes=[1, 2])
    found = emitted.decode("send_file")
    assert (found.file.content, found.file.name, found.name, found.sizes) == (b"\x00\xff", "a.png", "é", [1, 2])
    client.list_.send_file(file=b"\x01")
    assert emitted.decode("send_file").file.content == b"\x01"


def test_a_client_is_the_same_every_time_and_passes_every_check(emitted: Emitted) -> None:
    files = {p: p.read_bytes() for p in Path("out").rglob("*.py")}
    assert all(content.startswith(b"# Generated from ") for content in files.values())
    Path("out/manifest.json").write_text("{}")
    assert main(["openapi.json", "out", "--client"]) == 0
    assert {p: p.read_bytes() for p in Path("out").rglob("*.py")} == files
    for command in (
        ["ruff", "format", "--check", "--isolated", "--line-length", "120", "out"],
        ["ruff", "check", "--isolated", "--line-length", "120", "--select", "E,F,W,I,UP,B,C4,SIM,PIE,RET,RUF,S", "out"],
        ["mypy", "--strict", "--no-error-summary", "out"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_without_the_option_there_is_no_client_and_with_it_drift_is_found(workplace: Path) -> None:
    spec = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": PATHS}
    Path("openapi.json").write_text(json.dumps(spec), "utf-8")
    assert main(["openapi.json", "out"]) == 0
    assert not Path("out/client").exists()
    assert main(["openapi.json", "out", "--client", "--check"]) == 1
    assert main(["openapi.json", "out", "--client"]) == 0
    assert main(["openapi.json", "out", "--client", "--check"]) == 0
    place = Path("out/client/groups/things.py")
    place.write_text(place.read_text().replace("thing_id", "thing", 1))
    assert main(["openapi.json", "out", "--client", "--check"]) == 1
    assert main(["openapi.json", "out"]) == 0
    assert not place.exists()


@pytest.mark.parametrize(
    ("root", "job", "said"),
    [
        ({"x-client": 7}, None, "x-client is 7"),
        ({"x-client": {"addres": "x"}}, None, "x-client is"),
        ({"x-client": {"login": "nothing"}}, None, 'x-client names the operation "nothing"'),
        ({"x-client": {"environment": "a b"}}, None, 'environment is "a b"'),
        ({"x-client": {"jobs": {"watch": 1}}}, None, "jobs is"),
        ({}, {"outcome": "ping"}, "ping has an x-job and x-client no jobs"),
        ({}, {"outcome": 1}, "x-job is"),
        ({}, {"outcome": "ping", "with": {"a": [1]}}, "x-job is"),
        ({}, [1], "x-job is [1]"),
        (
            {
                "x-client": {
                    "jobs": {**dict.fromkeys(("watch", "cancel"), "ping"), "done": [], "cancelled": [], "failed": []}
                }
            },
            {"outcome": "pong"},
            'x-job names the operation "pong"',
        ),
    ],
)
def test_what_is_said_of_clients_is_held_against_the_specification(
    workplace: Path, capsys: pytest.CaptureFixture[str], root: dict[str, Any], job: Any, said: str
) -> None:
    ping: dict[str, Any] = {"operationId": "ping", "responses": OK, **({"x-job": job} if job else {})}
    spec = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/p": {"get": ping}}, **root}
    Path("openapi.json").write_text(json.dumps(spec), "utf-8")
    assert main(["openapi.json", "out", "--client"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("openapi.json:1: ")
    assert said in error


def shuffled(node: Any, chance: random.Random) -> Any:
    if isinstance(node, dict):
        items = list(node.items())
        chance.shuffle(items)
        return {k: shuffled(v, chance) for k, v in items}
    return [shuffled(v, chance) for v in node] if isinstance(node, list) else node


def test_reordering_a_specification_changes_no_line_of_its_client(emitted: Emitted) -> None:
    before = {p: p.read_bytes() for p in Path("out").rglob("*.py")}
    document = json.loads(Path("openapi.json").read_text())
    for seed in range(3):
        Path("openapi.json").write_text(json.dumps(shuffled(document, random.Random(seed))))
        assert main(["openapi.json", "out", "--client"]) == 0
        assert {p: p.read_bytes() for p in Path("out").rglob("*.py")} == before
