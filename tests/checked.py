"""An HTTP client that holds every answer against the contract: documented body, documented headers, no accident."""

import json
import re
from functools import lru_cache
from typing import Any

import httpx
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from live import ROOT, Live

DOCUMENT: dict[str, Any] = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf8"))


class Checked(httpx.Client):
    """Every response is checked when it arrives."""

    def __init__(self, live: Live, token: str = "", timeout: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(
            base_url=live.address,
            headers=headers,
            timeout=timeout,
            trust_env=False,
            event_hooks={"response": [check]},
        )
        self.live = live
        self.token = token


def check(response: httpx.Response) -> None:
    """The promises that hold for every answer of the API."""
    if response.headers["content-type"].startswith("text/event-stream"):
        # It may go on for long: who asked reads it.
        assert response.status_code == 200
        assert response.headers["x-request-id"]
        return
    response.read()
    at = f"{response.request.method} {response.request.url}: {response.status_code} {response.text[:500]}"
    assert response.status_code < 500 or response.status_code == 501, at
    if response.is_redirect:
        return  # plain Connexion answers a trailing slash with 307
    assert response.headers["content-type"].partition(";")[0] == "application/json", at
    assert response.headers["x-request-id"], at
    body = response.json()
    assert isinstance(body, dict), at
    if response.status_code != 200:
        check_error(response, body, at)
        return
    operation = operation_of(response.request.method, response.request.url.path)
    assert operation is not None, at
    faults = [f"{fault.json_path}: {fault.message}"[:300] for fault in validator(operation).iter_errors(body)]
    assert not faults, (at, faults)
    assert "error" not in body, at


def check_error(response: httpx.Response, body: dict[str, Any], at: str) -> None:
    """One field, a text that says something, and the headers that the status calls for."""
    assert list(body) == ["error"], at
    assert isinstance(body["error"], str), at
    assert body["error"], at
    assert "Traceback" not in body["error"], at
    if response.status_code == 401:
        assert response.headers["www-authenticate"].startswith("Bearer"), at
    if response.status_code == 405:
        assert response.headers["allow"], at
    if response.status_code == 429:
        assert int(response.headers["retry-after"]) > 0, at


@lru_cache(maxsize=1)
def paths() -> list[tuple[re.Pattern[str], str]]:
    """Paths of the document as patterns, the ones without parameters first."""
    found = sorted(DOCUMENT["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "/?"), path) for path in found]


def operation_of(method: str, path: str) -> str | None:
    """The operationId of a request, aliases included."""
    below = path.removeprefix("/api")
    for pattern, template in paths():
        if pattern.fullmatch(below):
            operation = DOCUMENT["paths"][template].get(method.lower())
            if operation is not None:
                return str(operation["operationId"])
    return next((name for name, ways in aliases() if any(m == method and w.fullmatch(below) for m, w in ways)), None)


@lru_cache(maxsize=1)
def aliases() -> list[tuple[str, list[tuple[str, re.Pattern[str]]]]]:
    """The other forms of each operation."""
    found = []
    for template, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            ways = []
            for alias in operation.get("x-aliases", ()) if isinstance(operation, dict) else ():
                path = re.sub(r"\{[^}]+\}", "[^/]+", alias.get("path", template))
                ways.append((alias.get("method", method).upper(), re.compile(path + "/?")))
            if ways:
                found.append((operation["operationId"], ways))
    return found


@lru_cache(maxsize=128)
def validator(operation_id: str) -> OAS30ReadValidator:
    """What a success of the operation looks like."""
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation.get("operationId") == operation_id:
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                whole = {"components": DOCUMENT["components"], "allOf": [schema]}
                return OAS30ReadValidator(whole, format_checker=oas30_format_checker)
    raise LookupError(operation_id)
