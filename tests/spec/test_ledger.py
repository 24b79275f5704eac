"""The curation ledger names every place where an operation is not where the reference printed it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FACTS: dict[str, Any] = json.loads((HERE / "reference-facts.json").read_text(encoding="utf8"))
BUNDLE: dict[str, Any] = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf8"))
LEDGER = (ROOT / "docs" / "curation.md").read_text(encoding="utf8")
NAMED = set(re.findall(r"`([^`\n]+)`", LEDGER))
VERBS = {"get", "post", "put", "patch", "delete"}
OPERATIONS: list[dict[str, Any]] = [
    {**operation, "at": f"{verb.upper()} {path}"}
    for path, item in BUNDLE["paths"].items()
    for verb, operation in item.items()
    if verb in VERBS
]


def _shape(form: str) -> str:
    return re.sub(r"{\w+}", "{}", form)


PRINTED = {
    fact["name"].removesuffix("Request").lower(): _shape(f"{fact['method']} {fact['path']}")
    for fact in FACTS["operations"]
}
EXTENSIONS = [each for each in OPERATIONS if each.get("x-extension")]
MOVED = [
    each
    for each in OPERATIONS
    if not each.get("x-extension") and PRINTED.get(each["x-action"].lower()) != _shape(each["at"])
]
ALIASES = [(each, alias) for each in OPERATIONS for alias in each.get("x-aliases", [])]


def _id(operation: dict[str, Any]) -> str:
    return str(operation["operationId"])


def test_seventeen_operations_are_not_where_they_were_printed() -> None:
    assert len(MOVED) == 17


@pytest.mark.parametrize("operation", MOVED, ids=_id)
def test_an_operation_away_from_its_printed_path_is_in_the_ledger(operation: dict[str, Any]) -> None:
    assert {operation["at"], operation["operationId"]} <= NAMED


@pytest.mark.parametrize("operation", EXTENSIONS, ids=_id)
def test_an_extension_is_in_the_ledger(operation: dict[str, Any]) -> None:
    row = re.compile(rf"^\| `{operation['operationId']}` \| `{re.escape(operation['at'])}` \|", re.MULTILINE)
    assert row.search(LEDGER.partition("## Extensions")[2])


@pytest.mark.parametrize(("operation", "alias"), ALIASES, ids=[f"{_id(each)}-{alias}" for each, alias in ALIASES])
def test_an_alias_stands_in_its_operation_row(operation: dict[str, Any], alias: dict[str, Any]) -> None:
    rows = [line for line in LEDGER.splitlines() if line.startswith(f"| `{operation['operationId']}` |")]
    wanted = [*alias.get("body", {}), *alias.get("query", {})] or [f"{alias['method']} {alias['path']}"]
    assert all(any(f"`{form}`" in row for row in rows) for form in wanted)


def test_the_ledger_names_no_form_that_is_not_answered() -> None:
    answered = {each["at"] for each in OPERATIONS}
    answered |= {f"{alias['method']} {alias['path']}" for _, alias in ALIASES if "path" in alias}
    forms = {form for form in NAMED if re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /\S*", form)}
    assert not forms - answered


def test_an_operation_that_the_reference_does_not_know_is_marked_or_recovered() -> None:
    recovered = {name.removesuffix("RequestBody").removesuffix("ResponseBody").lower() for name in FACTS["schemas"]}
    unknown = {
        each["operationId"]
        for each in OPERATIONS
        if each["x-action"].lower() not in PRINTED | dict.fromkeys(recovered, "") and not each.get("x-extension")
    }
    assert not unknown
