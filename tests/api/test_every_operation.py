"""What holds for all operations: nobody is refused everywhere, junk is answered in the documented shape."""

import json
import re
from typing import Any

import httpx
import pytest

from checked import DOCUMENT
from generated.operations import OPERATIONS
from generator.readme import not_built
from live import ROOT
from world import World, done, refused

IDS = [operation.id for operation in OPERATIONS]
UNKNOWN = "00000000-0000-4000-8000-000000000000"
QUERY = {"run_uuid": UNKNOWN, "artifact_path": "results.csv", "project_uuid": UNKNOWN}
# What the README lists as not built: its table is made of the same names.
NOT_BUILT = not_built(ROOT / "handlers")
JUNK: list[bytes] = [
    b"",
    b"null",
    b"{",
    b"[]",
    b'"text"',
    b"7",
    b"NaN",
    b"\xff\xfe",
    b'{"a":"\xc3\x28"}',
    b'{"a":"\\ud800"}',
    b'{"a":1,"a":2}',
    b'{"meta":"x","meta":"y"}',
    b"[" * 100_000,
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b'{"permission":99999999999999999999999999,"current":1e400}',
    b"\x00" * 100,
    b'{"a":1}garbage',
]

# Each field that some body has, of a type that it never has; a body without any of them takes it.
FIELDS = ("email", "password", "query", "datasets", "meta", "epsilon", "role_id", "job_uuid")
MISTYPED = json.dumps({field: {} for field in FIELDS}).encode()


def path_of(operation: Any, value: str = "") -> str:
    """The operation's path with something well formed in it."""

    def fill(found: re.Match[str]) -> str:
        return value or ("999999999" if found[1].endswith("_id") else UNKNOWN)

    return re.sub(r"\{([^}]+)\}", fill, operation.path)


def send(client: httpx.Client, operation: Any, content: bytes = b"", path: str = "", **headers: str) -> httpx.Response:
    wanted = {"content-type": "application/json", **headers} if content else headers
    url = path or path_of(operation)
    return client.request(operation.method, url, params=QUERY, content=content or None, headers=wanted)


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_without_a_token_only_public_operations_answer(world: World, operation: Any) -> None:
    # `check` has looked at WWW-Authenticate.
    for content in (b"", b"{}", b"{"):
        answer = send(world.nobody, operation, content)
        assert (answer.status_code == 401) == (operation.permission is not None), answer.text
    for header in ("Bearer " + "0" * 43, "Bearer not a token at all"):
        answer = send(world.nobody, operation, authorization=header)
        assert (answer.status_code == 401) == (operation.permission is not None), answer.text


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_junk_is_answered_with_the_documented_error(world: World, operation: Any) -> None:
    ends = operation.id in {"auth_logout", "user_logout"}
    for content in JUNK if not ends else []:
        answer = send(world.admin, operation, content)
        if operation.media_types and content not in (b"", b"null"):
            # A stranger's body is cut short before it is looked at.
            long = (413,) if operation.permission is None and len(content) > 65_536 else ()
            assert answer.status_code in (400, 404, *long), (content[:40], answer.status_code, answer.text)
    if operation.media_types:
        send(world.admin, operation, MISTYPED)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "{" in o.path], ids=lambda o: o.id)
def test_a_path_that_cannot_be_is_400(world: World, operation: Any) -> None:
    body = b"{}" if operation.media_types else b""
    for value in (
        "string",
        "-1",
        "0",
        "1" * 5_000,
        "9223372036854775808",
        "%00",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "%20",
    ):
        answer = send(world.admin, operation, body, path_of(operation, value))
        assert answer.status_code in (400, 404), (value[:40], answer.text)
        assert answer.status_code == 400 or not value.isalnum()


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.media_types], ids=lambda o: o.id)
def test_only_json_in_utf8_is_read(world: World, operation: Any) -> None:
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
    ):
        answer = send(world.admin, operation, b'{"a": 1}', **{"content-type": kind})
        assert answer.status_code == 415, (kind, answer.text)
    for kind in ("APPLICATION/JSON", "application/json; charset=UTF-8"):
        answer = send(world.admin, operation, b'{"a": 1}', **{"content-type": kind})
        assert answer.status_code != 415, (kind, answer.text)


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_a_method_that_is_not_there_is_405_and_names_the_others(world: World, operation: Any) -> None:
    answer = world.admin.request("PUT", path_of(operation))
    assert answer.status_code == 405, answer.text
    assert operation.method in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/data/x/y/z", "/dataa", "/../health", "/%2e%2e/health", "//health"])
def test_a_path_that_is_not_there_is_404(world: World, path: str) -> None:
    refused(world.admin.get(path), 404, 400)


def test_what_answers_501_is_what_the_readme_lists_as_not_built(world: World) -> None:
    answered = set()
    for operation in OPERATIONS:
        if operation.id in {"auth_logout", "user_logout"}:
            continue
        content = json.dumps(example(operation)).encode() if operation.media_types else b""
        answer = send(world.admin, operation, content)
        if answer.status_code == 501:
            answered.add(operation.id)
        elif operation.id in NOT_BUILT:
            assert answer.status_code in (400, 404, 409, 422), (operation.id, answer.text)
    # The contract's example has taken it from the second person, whom other tests count on.
    done(world.admin.post("/users/add-role", json={"user_id": 2, "role_name": "owners"}))
    # One that is not built may refuse its example before it says so: what that names is not there.
    assert answered <= NOT_BUILT


def example(operation: Any) -> object:
    """The contract's own example of a body."""
    found = DOCUMENT["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]
    return found["application/json"].get("example", {})
