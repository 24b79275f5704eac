"""What real clients send is valid as it stands, and what cannot mean anything is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

HERE = Path(__file__).parent
FACTS: dict[str, Any] = json.loads((HERE / "reference-facts.json").read_text(encoding="utf8"))
BUNDLE: dict[str, Any] = json.loads((HERE.parents[1] / "generated" / "openapi.json").read_text(encoding="utf8"))
UUID = "79ef8712-f3ed-4494-bb34-aa44fe0f000a"
QUERY = {"query": "SELECT COUNT(*) FROM census.people", "datasets": "census"}
# Printed samples that are placeholders or contradict themselves; the ledger says what they get.
UNSENDABLE = {
    "DataPermissionSetRequestBody",
    "ModelRegisterRequestBody",
    "ModelUnregisterRequestBody",
    "PrivacyMaskPermissionSetRequestBody",
    "PrivacyThresholdPermissionSetRequestBody",
    "ProxyCreateRequestBody",
    "UserRemoveRoleRequestBody",
    "UserUpdateRequestBody",
}


def valid(name: str, body: object) -> bool:
    whole = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "components": BUNDLE["components"]}
    return bool(OAS30Validator(whole, format_checker=OAS30Validator.FORMAT_CHECKER).is_valid(body))


SENT: list[tuple[str, object]] = [
    ("ProjectCreateRequestBody", {"working_dir": "/home/me", "name": "census_model"}),
    ("ProjectAttachRequestBody", {"data_uuid": UUID, "data_name": "census"}),
    ("RunCreateRequestBody", {"project_uuid": UUID, "commit_uuid": UUID, "ml_project_entry_point": "main", "args": ""}),
    ("RunCreateRequestBody", {"project_uuid": UUID, "commit_uuid": UUID, "args": {"epochs": "10"}}),
    ("JobCancelRequestBody", None),
    ("QueryCancelRequestBody", None),
    ("ModelContentRequestBody", None),
    ("ModelRegisterRequestBody", {"job_uuid": UUID, "run_uuid": UUID, "model_path": "pyfunc_model"}),
    ("ModelPredictRequestBody", {"model_uuid": UUID, "input_data": "[[1, 2]]", "input_type": "json"}),
    ("ModelPatchRequestBody", {"permissions": "['predict_allowed', 'predict_proba_allowed']"}),
    ("ModelPatchRequestBody", {"permissions": "[]"}),
    ("ModelPatchRequestBody", {"permissions": []}),
    (
        "QueryCreateRequestBody",
        {
            **QUERY,
            "epsilon": 1.0,
            "tau": 0,
            "private_column": "",
            "permissions": None,
            "params": None,
            "project_uuid": UUID,
        },
    ),
    ("QueryCreateRequestBody", {**QUERY, "epsilon": 2, "permissions": "households<75", "params": ["p1=123"]}),
    ("QueryCreateRequestBody", {**QUERY, "project_uuid": ""}),
]


@pytest.mark.parametrize(("name", "body"), SENT)
def test_what_the_public_sdk_sends_is_valid(name: str, body: object) -> None:
    assert valid(name, body)


SAMPLES = {
    fact["request_body"]["schema"]: fact["body_example"]
    for fact in FACTS["operations"]
    if fact["request_body"] and "body_example" in fact
}


@pytest.mark.parametrize("name", [each for each in SAMPLES if each not in UNSENDABLE])
def test_a_printed_sample_body_is_valid(name: str) -> None:
    assert valid(name, SAMPLES[name])


@pytest.mark.parametrize("name", sorted(UNSENDABLE))
def test_a_printed_placeholder_is_invalid(name: str) -> None:
    assert not valid(name, SAMPLES[name])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epsilon", 0),
        ("epsilon", -1),
        ("epsilon", 1e308),
        ("epsilon", "1"),
        ("epsilon", True),
        ("tau", -1),
        ("tau", 1e10),
        ("query", ""),
        ("datasets", ""),
        ("datasets", "a\nb"),
        ("project_uuid", "x"),
    ],
)
def test_a_query_that_means_nothing_is_invalid(field: str, value: object) -> None:
    assert not valid("QueryCreateRequestBody", {**QUERY, field: value})


@pytest.mark.parametrize("name", ["../x", ".hidden", "1st", "a/b", "", "x" * 101])
def test_a_project_name_that_is_no_folder_name_is_invalid(name: str) -> None:
    assert not valid("ProjectCreateRequestBody", {"name": name, "working_dir": "/home/me"})
