"""The pages of the API reference: every operation is there, under its names, and they are current."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dq0.client import Client
from generated.commands import COMMANDS
from generated.operations import OPERATIONS
from generator.reference import outdated, pages
from generator.reference_words import Words, cell, code
from live import ROOT

BUNDLE = ROOT / "generated" / "openapi.json"
FOLDER = ROOT / "docs" / "reference"


def section(identity: str, tag: str) -> str:
    """What the page says of an operation."""
    found = re.search(rf"^## `{identity}`$.*?(?=^## )", (FOLDER / f"{tag}.md").read_text("utf8") + "\n## ", re.M | re.S)
    assert found is not None, identity
    return found[0]


def test_the_pages_are_what_the_contract_says() -> None:
    command = [sys.executable, "-m", "generator.reference", "generated/openapi.json", "docs/reference", "--check"]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 0


def test_each_operation_is_told_whole() -> None:
    index = (FOLDER / "index.md").read_text("utf8")
    commands = {command.operation: f"`dq0 {command.context} {command.name}`" for command in COMMANDS}
    for o in OPERATIONS:
        told = section(o.id, o.tag)
        assert f"`{o.method} {o.path}`" in told
        assert f"(action `{o.action}`;" in told
        assert commands[o.id] in told
        assert ("**An extension**" in told) == o.extension
        assert f"({o.tag}.md#{o.id})" in index


def test_every_field_and_status_of_the_contract_is_named() -> None:
    document = json.loads(BUNDLE.read_text("utf8"))
    words = Words(document)
    for o in OPERATIONS:
        node = document["paths"][o.path][o.method.lower()]
        told = section(o.id, o.tag)
        body = node.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert all(f"| `{name}`{' (required)' * needed} |" in told for name, _, needed in words.fields(body))
        parameters = [words.resolved(each)["name"] for each in node.get("parameters", ())]
        assert all(re.search(rf"^\| `{name}`", told, re.M) for name in parameters)
        assert all(f"| {status} |" in told for status in node["responses"] if status != "200")


def test_every_method_of_the_python_client_is_there() -> None:
    named = [call for o in OPERATIONS for call in re.findall(r"`client\.(\w+)\.(\w+)\(", section(o.id, o.tag))]
    assert len(named) == len(OPERATIONS)
    with Client("http://127.0.0.1:9", "token") as client:
        assert all(callable(getattr(getattr(client, group), method)) for group, method in named)


def test_a_page_that_is_not_current_or_nobody_s_is_noticed(tmp_path: Path) -> None:
    texts = {"a.md": "a\n", "b.md": "b\n"}
    (tmp_path / "a.md").write_text("a\n")
    (tmp_path / "b.md").write_text("other\n")
    (tmp_path / "gone.md").write_text("<!-- Generated from x: do not edit. -->\n")
    (tmp_path / "own.md").write_text("mine\n")
    assert [path.name for path in outdated(tmp_path, texts)] == ["b.md", "gone.md"]


def test_prose_of_the_contract_cannot_break_a_table_or_write_html() -> None:
    assert cell("a | b\n<script> `x|y` `z<1`") == "a &#124; b &lt;script&gt; <code>x&#124;y</code> `z<1`"
    assert code("") == '`""`'
    assert code("a`](b)") == "<code>a&#96;&#93;&#40;b&#41;</code>"


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (
            {"type": "integer", "format": "int64", "minimum": 1, "default": 2},
            "integer (int64), at least 1, default `2`",
        ),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1}, "number, above 0, at most 1"),
        ({"type": "string", "minLength": 1, "maxLength": 9, "nullable": True}, "string, 1 to 9 characters, or null"),
        ({"enum": ["a", "b"]}, "`a`, `b`"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 3}, "list of (string), at most 3 items"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "string *or* integer"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object (any name: string)"),
        ({"type": "object", "properties": {"x": {"type": "boolean"}}}, "object (`x`: boolean)"),
        ({"$ref": "#/components/schemas/Thing"}, "[Thing](#thing)"),
        ({"type": "string", "pattern": "^a|b$"}, "string, matching <code>&#94;a&#124;b&#36;</code>"),
    ],
)
def test_types_and_limits_are_told_in_words(schema: dict[str, object], said: str) -> None:
    thing = {"type": "object", "properties": {"name": {"type": "string"}}}
    assert Words({"components": {"schemas": {"Thing": thing}}}).kind(schema) == said


def test_a_bundle_with_faults_makes_no_pages(tmp_path: Path) -> None:
    broken = tmp_path / "openapi.json"
    broken.write_text('{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {"/x": 7}}')
    with pytest.raises(ValueError, match=r"openapi\.json"):
        pages(broken)
