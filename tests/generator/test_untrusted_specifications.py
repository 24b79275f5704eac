"""Specification text is untrusted: whatever it holds, it never becomes code, and nothing ends in a traceback."""

import ast
import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.findings import Findings
from generator.jsontext import dumps
from generator.literals import docstring, literal, summary
from generator.names import field_names, member_names
from generator.patterns import translated
from generator.scan import scan

NASTY = [
    '"""',
    "'''",
    "\\",
    '\\"""',
    "\n",
    "\r\n",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{# x #}",
    "# noqa",
    "class",
    "None",
    "self",
    "__import__('os').abort()",
    '"); raise SystemExit(3); ("',
    "\u202e",
    "\u2028",
    "\x85",
    "\ufeff",
    "\U0001f600",
    "\x00",
    "${x}",
    "%s",
    "{0}",
    "é",
    "ﬁ",
    "a b",
    "1",
    "",
    "_",
    "__class__",
    "str",
    "Struct",
    "é\u0301",
    "é",
    "\\N{DASH}",
    "\\",
    "a" * 300,
    "x" * 130 + " y",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=4).map("".join),
).filter(lambda t: all(not 0xD800 <= ord(c) < 0xE000 for c in t))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(texts, st.integers(0, 8))
def test_a_description_stays_a_docstring(text: str, indent: int) -> None:
    lines = docstring(text, indent)
    pad = " " * indent
    source = "\n".join(["if True:", *lines, pad + "pass"]) if indent else "\n".join([*lines, "pass"])
    tree = ast.parse(source)
    body = tree.body[0].body if indent else tree.body  # type: ignore[attr-defined]
    assert len(body) == (2 if lines else 1)
    assert len(ast.parse(f"x = 1  # {summary(text)}").body) == 1
    assert "\n" not in summary(text)


@given(json_values)
def test_a_literal_is_its_value(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value


@given(st.lists(texts, unique=True, max_size=8))
def test_names_are_distinct_identifiers_in_any_order(wires: list[str]) -> None:
    for naming in (field_names, member_names):
        names = naming(wires)
        assert all(name.isidentifier() for name in names.values())
        assert len(set(names.values())) == len(wires)
        assert naming(reversed(wires)) == names


@given(json_values)
def test_the_bundle_reads_the_same_as_json_as_yaml_and_as_a_template(value: Any) -> None:
    text = dumps({"value": value})
    assert json.loads(text) == {"value": value}
    rendered = jinja2.Template(text).render()
    assert yaml.safe_load(rendered) == {"value": value}


@given(json_values)
def test_both_scanners_read_what_was_written(value: Any) -> None:
    raw = json.dumps({"value": value}).encode()
    findings = Findings()
    assert scan(raw, "x.json", findings).data == {"value": value}
    block = yaml.safe_dump({"value": value}, default_style='"').encode()
    assert scan(block, "x.yaml", findings).data == {"value": value}
    assert not findings.fatal


@given(st.text(max_size=30))
def test_a_pattern_is_translated_or_refused(pattern: str) -> None:
    found = translated(pattern)
    assert found is None or isinstance(found, str)


@given(
    st.binary(max_size=200) | st.text(alphabet=list("{}[]:,-&*!|>'\"%@#? \n\tabc<~0123"), max_size=60).map(str.encode)
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for name in ("x.yaml", "x.json"):
        findings = Findings()
        scan(raw, name, findings)


def document(data: st.DataObject) -> dict[str, Any]:
    """A valid document with hostile text wherever text is free."""

    def text() -> str:
        return data.draw(texts)

    names = data.draw(st.lists(texts.filter(bool), min_size=1, max_size=4, unique=True))
    properties = {
        n: {"type": "string", "description": text(), "default": text(), "enum": [text(), "e"], "nullable": True}
        for n in names
    }
    for schema in properties.values():
        schema["enum"] = list(dict.fromkeys([*schema["enum"], schema["default"]]))
    properties[text() or "p"] = {"type": "object", "description": text(), "default": {text(): text()}}
    component = data.draw(st.from_regex(r"\A[a-zA-Z0-9._-]{1,20}\Z"))
    identity, schema = text() or "x", {"$ref": f"#/components/schemas/{component}"}
    job = {"outcome": identity, "subject": text(), "with": {text(): text()}, "table": {"csv": text()}}
    jobs = {"watch": identity, "cancel": identity, "key": text(), "state": text(), "done": [text()]}
    return {
        "x-client": {"address": text(), "jobs": {**jobs, "cancelled": [], "failed": [text()]}},
        "openapi": "3.0.3",
        "info": {"title": text(), "version": text(), "description": text()},
        "tags": [{"name": text(), "description": text()}],
        "paths": {
            "/" + text().replace("{", "").replace("}", ""): {
                "get": {
                    "operationId": identity,
                    "tags": [text()],
                    "summary": text(),
                    "description": text(),
                    "x-action": text(),
                    "parameters": [
                        {
                            "name": n,
                            "in": "query",
                            "schema": {"type": "string", "default": text()},
                            "description": text(),
                        }
                        for n in names
                    ],
                    "responses": {
                        "200": {
                            "description": text(),
                            "content": {"application/json": {"schema": schema}},
                        }
                    },
                },
                "post": {
                    "operationId": identity + "2",
                    "tags": [text()],
                    "summary": text(),
                    "x-job": job,
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": "d"}},
                },
            }
        },
        "components": {
            "schemas": {
                component: {"type": "object", "description": text(), "properties": properties, "required": names[:1]},
                "Zed": {"type": "string", "enum": names, "description": text()},
                "Rule": {"type": "object", "not": {"enum": [text(), {text(): text()}]}, "additionalProperties": True},
                "Pattern": {"type": "string", "pattern": data.draw(st.sampled_from(["^a\"'\\\\$", "\\d\\/\n", "{{"]))},
            }
        },
    }


# Shrinking a whole document takes minutes and tells nothing that the document does not.
QUICK: dict[str, Any] = {
    "deadline": None,
    "report_multiple_bugs": False,
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
CALLS = {
    "Annotated",
    "Meta",
    "_field",
    "field",
    "Permission",
    "Operation",
    "Parameter",
    "Medium",
    "Alias",
    "checked",
    "made",
}
# What the templates of a client write beside its own names.
CLIENT_CALLS = {
    "Endpoint",
    "Place",
    "Defaults",
    "Words",
    "Work",
    "Pages",
    "AsyncPages",
    "Job",
    "AsyncJob",
    "_call",
    "_start",
}
CLIENT_CALLS |= {"exchange", "run", "use_token"}


def assert_inert(path: Path, more: frozenset[str] = frozenset()) -> None:
    """Nothing but the calls and imports that templates write."""
    tree = ast.parse(path.read_bytes())
    standard = {"__future__", "typing", "enum", "msgspec"} | ({"collections.abc", "functools"} if more else set())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name in CALLS | more | tree_functions(tree), (path, ast.unparse(node))
        if isinstance(node, ast.ImportFrom):
            assert node.level or node.module in standard
        assert not isinstance(node, ast.Import)


def tree_functions(tree: ast.Module) -> set[str]:
    """The methods that the bindings of these documents call."""
    return {n.name.removeprefix("call_") for n in tree.body if isinstance(n, ast.FunctionDef)}


def groups_of(package: str) -> list[Path]:
    """The modules of a client's methods."""
    return [path for path in Path(package, "client", "groups").glob("*.py") if path.stem != "__init__"]


def classes_of(path: Path) -> set[str]:
    """The classes of a module."""
    return {node.name for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ClassDef)}


def assert_sends_nothing_of_its_own(document: dict[str, Any]) -> None:
    """The client's endpoints are the document's operations, and its two clients are there."""
    endpoints = importlib.import_module("hostile.client.endpoints")
    client = importlib.import_module("hostile.client")
    found = [e for e in vars(endpoints).values() if type(e).__name__ == "Endpoint"]
    (endpoint,) = (e for e in found if e.method == "GET")
    ((path, item),) = document["paths"].items()
    assert (endpoint.id, endpoint.path, len(found)) == (item["get"]["operationId"], path, 2)
    (work,) = (w for w in vars(importlib.import_module("hostile.client.works")).values() if type(w).__name__ == "Work")
    job = item["post"]["x-job"]
    assert (work.outcome, work.subject, dict(work.given)) == (endpoint, job["subject"], job["with"])
    wires = {place.wire for places in endpoint.places.values() for place in places}
    assert wires == {p["name"] for p in item["get"]["parameters"]}
    assert repr(client.Client("http://127.0.0.1:9")) == "<Client http://127.0.0.1:9>"
    assert client.AsyncClient("http://127.0.0.1:9").address == "http://127.0.0.1:9"


@settings(max_examples=40, **QUICK)
@given(data=st.data())
def test_hostile_text_never_becomes_code(workplace: Path, forgotten: Any, data: st.DataObject) -> None:
    shutil.rmtree("hostile", ignore_errors=True)
    given_document = document(data)
    Path("spec.json").write_text(json.dumps(given_document), "utf-8")
    main(["spec.json", "hostile", "--client"])
    for path in Path("hostile").rglob("*.py"):
        if path.parent.name in {"models", "routes"} or path.name == "operations.py":
            assert_inert(path)
    for path in (Path("hostile/client/endpoints.py"), Path("hostile/client/clients.py"), *groups_of("hostile")):
        classes = {n.name for n in ast.walk(ast.parse(path.read_bytes())) if isinstance(n, ast.ClassDef)}
        made = {c.removeprefix("Async") for p in groups_of("hostile") for c in classes_of(p)} | classes
        assert_inert(path, frozenset(CLIENT_CALLS | made | {"Async" + name for name in made}))
    forgotten("hostile")
    assert_sends_nothing_of_its_own(given_document)
    operation = next(o for o in importlib.import_module("hostile.operations").OPERATIONS if o.method == "GET")
    assert operation.id == next(iter(given_document["paths"].values()))["get"]["operationId"]
    read = operation.read({}, [], {})
    wanted = {
        p["name"]: p["schema"]["default"] for p in next(iter(given_document["paths"].values()))["get"]["parameters"]
    }
    assert {p.name: getattr(read, p.attribute) for p in operation.parameters} == wanted


@settings(max_examples=150, **QUICK)
@given(data=st.data())
def test_a_broken_document_is_refused_with_a_line_and_no_traceback(
    workplace: Path, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string", "minLength": 1, "pattern": "a"}},
        "allOf": [{"$ref": "#/components/schemas/B"}],
        "oneOf": [{"type": "object", "properties": {"x": {}}}],
        "discriminator": {"propertyName": "a", "mapping": {"x": "B"}},
        "additionalProperties": {"type": "integer"},
    }
    spec: Any = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {
            "/p/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "post": {
                    "operationId": "op",
                    "tags": ["t"],
                    "x-aliases": [{"method": "GET", "path": "/q", "when": "body"}],
                    "x-permission": {"level": "see", "on": "data", "key": "id"},
                    "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                    "responses": {
                        "200": {
                            "description": "d",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "array",
                                        "items": {"$ref": "#/components/schemas/B"},
                                        "maxItems": 3,
                                    }
                                }
                            },
                        }
                    },
                },
            }
        },
        "components": {
            "schemas": {"B": {"type": "object", "properties": {"a": {"type": "string", "enum": ["x", "y"]}}}}
        },
    }
    for _ in range(data.draw(st.integers(1, 3))):
        break_somewhere(spec, data)
    Path("broken.json").write_text(json.dumps(spec), "utf-8")
    status = main(["broken.json", "broken"])
    error = capsys.readouterr().err
    assert (status == 0) == (error == "")
    assert all(line.startswith("broken.json:") for line in error.splitlines())


def break_somewhere(spec: Any, data: st.DataObject) -> None:
    """Put a value of another kind somewhere, or take one away."""
    node = spec
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and data.draw(st.integers(0, 4)):
            node = node[key]
            continue
        if data.draw(st.booleans()):
            node[key] = data.draw(
                st.sampled_from(
                    [None, True, False, 0, -1, 1.5, "", "x", [], {}, [1], {"$ref": "#/x"}, [{"a": 1}], "a b"]
                )
            )
        else:
            del node[key]
        return
