"""Every printed curl sample of the reference is answered: no accident, no "no such route", a documented body."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from checked import Checked
from generator.readme import not_built
from live import ROOT, live_server

FACTS = json.loads((ROOT / "tests" / "spec" / "reference-facts.json").read_text(encoding="utf8"))
SAMPLES = [operation for operation in FACTS["operations"] if operation["curl"]]
# What the README lists as not built: its table is made of the same names.
NOT_BUILT = not_built(ROOT / "handlers")
BEFORE = ("authRegisterRequest", "authLoginRequest")
ENDS_THE_SESSION = {"authLogoutRequest", "UserLogoutRequest"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    """A server as a person has it on their own machine; nothing is sent but what is printed."""
    with live_server(tmp_path_factory.mktemp("curl") / "home") as live, Checked(live) as client:
        for name in BEFORE:
            assert replay(client, next(sample for sample in SAMPLES if sample["name"] == name)).status_code == 200
        yield client


def replay(client: Checked, sample: Any) -> httpx.Response:
    """What curl would send: the printed method, path, query and body."""
    curl = sample["curl"]
    path = curl["url"].partition("/api")[2]
    headers = {"content-type": "application/json", "accept": "application/json"} if curl["data"] else {}
    return client.request(curl["method"], path, content=(curl["data"] or "").encode() or None, headers=headers)


def test_all_87_samples_are_here() -> None:
    assert len(SAMPLES) == 87


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["name"])
def test_the_printed_sample_is_answered(local: Checked, sample: Any) -> None:
    # `check` has held the body against the contract, and would have stopped at a 500.
    answer = replay(local, sample)
    if sample["name"] in ENDS_THE_SESSION:
        assert answer.status_code == 200
        replay(local, next(other for other in SAMPLES if other["name"] == "authLoginRequest"))
        return
    assert answer.status_code not in (401, 405, 415), answer.text
    assert "nothing at this path" not in answer.text
    if answer.status_code == 501:
        assert answer.json()["error"].split()[0] in NOT_BUILT
    if "//" in sample["curl"]["url"].partition("://")[2] or sample["curl"]["url"].endswith("/"):
        assert answer.status_code in (200, 400, 501), answer.text
