"""The public SDK's calls, in its order and form, for what is built; on a server as a person has it at home."""

import csv
import io
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from checked import Checked
from live import PASSWORD, Live, live_server
from sdk.census import register_census
from sdk.quiet_client import Quiet, Trouble, last_word

RESERVED = {"client", "project", "name", "uuid", "query"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A fresh server on loopback with the one dataset that its user has registered."""
    with live_server(tmp_path_factory.mktemp("sdk") / "home") as live:
        with Checked(live) as client:
            person = {"email": "ada@example.org", "password": PASSWORD}
            assert client.post("/users/register", json=person).status_code == 200
            assert client.get("/data").status_code == 401
            assert client.post("/users/login", json=person).status_code == 200
            register_census(live, client)
        yield live


def asked(**more: object) -> dict[str, object]:
    return {
        "query": "SELECT sex, COUNT(*) AS n FROM pums.person GROUP BY sex",
        "datasets": "census",
        "epsilon": 1.0,
        "tau": 0.0,
        "private_column": "",
        "permissions": None,
        "params": None,
        "project_uuid": str(uuid.uuid4()),
        **more,
    }


def test_a_dataset_is_found_shown_and_sampled(quiet: Quiet) -> None:
    found = next(item for item in quiet.get("data/")["items"] if item["data_name"] == "census")
    shown = quiet.get(f"data/{found['data_uuid']}/")
    for item in (found, shown):
        assert {"data_uuid", "data_name", "data_type", "data_description", "data_permissions"} <= set(item)
        assert not RESERVED & set(item)
    assert shown["data_type"] == "CSV"
    assert uuid.UUID(shown["data_uuid"]).version == 4
    rows = json.loads(quiet.get(f"data/{found['data_uuid']}/sample/")["sample"])
    assert {"age", "sex"} <= set(rows[0])


@pytest.mark.parametrize("more", [{}, {"epsilon": 1, "tau": 0}, {"type": "query"}, {"datasets": "'census'"}])
def test_a_query_is_asked_polled_and_read(quiet: Quiet, more: dict[str, object]) -> None:
    created = quiet.post("queries/", asked(**more))
    assert created["job_uuid"] == last_word(created["message"])
    job = quiet.job(created["job_uuid"])
    assert (job["job_state"], int(job["job_progress"]), job["job_errors"]) == ("finished", 1, "")
    assert {"job_uuid", "run_params", "run_status"} <= set(job)
    found = quiet.get("artifacts/download", run_uuid=created["job_uuid"], artifact_path="results.csv")
    table = list(csv.DictReader(io.StringIO(found["data_string"])))
    assert [row["sex"] for row in table] == ["0", "1"]


def test_a_job_is_cancelled_by_the_sdks_own_path_and_looks_ended(quiet: Quiet) -> None:
    created = quiet.post("queries/", asked())
    try:
        assert quiet.post(f"jobs/{created['job_uuid']}/delete/", None)["message"]
    except Trouble as trouble:
        assert "ended already" in str(trouble)
    job = quiet.job(created["job_uuid"])
    assert int(job["job_progress"]) == 1


def test_a_project_is_made_shown_fed_and_deployed(quiet: Quiet, tmp_path: Path) -> None:
    said = quiet.post("projects/", {"working_dir": str(tmp_path), "name": "income", "type": "ml"})
    assert last_word(said["message"]) == "income"

    def meta() -> dict[str, object]:
        found = yaml.safe_load((tmp_path / "income" / ".meta").read_text(encoding="utf8"))
        assert isinstance(found["datasets"], dict)
        texts = ("project_name", "project_uuid", "commit_uuid", "experiment_name")
        assert all(isinstance(found[key], str) for key in texts)
        return dict(found)

    path = f"projects/{meta()['project_uuid']}/"
    assert quiet.get(path)["project_name"] == "income"
    data = next(item for item in quiet.get("data/")["items"] if item["data_name"] == "census")
    body = {"data_uuid": data["data_uuid"], "data_name": data["data_name"]}
    for word in ("successfully attached data to project", "data is already attached to project"):
        assert quiet.post(path + "attach/", body)["message"] == word
    assert meta()["datasets"] == {"census": data["data_uuid"]}
    commit = last_word(quiet.post(path + "deploy/", None)["message"])
    assert meta()["commit_uuid"] == commit == str(uuid.UUID(commit))
    assert last_word(quiet.post(path + "deploy/", None)["message"]) == commit
    quiet.post(path + "set-experiment-name/", {"experiment_name": "first"})
    assert meta()["experiment_name"] == "first"
    assert quiet.get(f"commits/{commit}/")["data_name"] == "census"
    quiet.post(path + "detach/", body)
    assert meta()["datasets"] == {}
    with pytest.raises(Trouble, match="exists already"):
        quiet.post("projects/", {"working_dir": str(tmp_path), "name": "income"})


def test_what_is_wrong_is_an_error_in_the_body(quiet: Quiet) -> None:
    for body in (
        asked(query="SELECT *"),
        asked(datasets="nothing"),
        asked(epsilon=0),
        asked(permissions="households<75"),
    ):
        with pytest.raises(Trouble):
            quiet.post("queries/", body)
    for path in (f"jobs/{uuid.uuid4()}/", f"data/{uuid.uuid4()}/", f"runs/{uuid.uuid4()}/", "nothing/"):
        with pytest.raises(Trouble):
            quiet.get(path)


def test_slashes_are_served_directly_and_old_names_are_read(local: Live) -> None:
    with httpx.Client(base_url=local.address, trust_env=False) as client:
        for path in ("/data/", "/jobs/", "/queries/", "/health/", "/privacy/budgets/", "/device/version/"):
            assert client.get(path).status_code == 200
        body = asked()
        body["datasets_used"] = body.pop("datasets")
        assert client.post("/queries/", json=body).status_code == 200
        for path in ("/users/logout/", "/auth/logout/"):
            token = client.post("/users/login/", json={"email": "ada@example.org", "password": PASSWORD}).json()[
                "token"
            ]
            assert client.post(path, content=b"null").status_code == 200
            assert client.get("/data", headers={"Authorization": f"Bearer {token}"}).status_code == 401
            assert client.get("/data").status_code == 401
        assert client.post("/auth/login/", json={"email": "ada@example.org", "password": PASSWORD}).status_code == 200
        assert client.get("/users/session/").json()["token"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example.org"},
        {"Host": "127.0.0.1.evil.example.org"},
        {"Origin": "http://evil.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_a_web_page_cannot_use_the_ambient_session(local: Live, headers: dict[str, str]) -> None:
    with Checked(local) as client:
        assert client.get("/data").status_code == 200
        assert client.get("/data", headers=headers).status_code == 403
        assert client.post("/queries", json=asked(), headers=headers).status_code == 403


def test_behind_another_proxy_the_ambient_session_is_not_used(local: Live) -> None:
    with Checked(local) as client:
        for name in ("X-Forwarded-For", "Forwarded", "Via"):
            assert client.get("/data", headers={name: "10.0.0.1"}).status_code == 401
