"""Values planted in the data never come out: in no answer, no log, no job, no audit row, no file name."""

import json
from collections.abc import Iterator

import httpx
import pytest

from checked import Checked
from live import live_server, wait_for_job
from world import World, data_folder, done, settle

CANARY = "canary-4111-1111"
NUMBER = 987_654_321_123
META = """
name: secrets
type: CSV
privacy_column: pid
vault:
  connection: secrets.csv
  item:
    max_ids: 2
    budget_epsilon: 1000.0
    budget_delta: 0.5
    pid: {type: string, private_id: true}
    town: {type: string}
    kind: {type: string, allowed_values: [a, b]}
    amount: {type: int, lower: 0, upper: 100}
    when: {type: datetime, lower: '2020-01-01', upper: '2024-01-01'}
    note: {type: string, mask: '.*'}
    flag: {type: boolean}
"""
ASKED = [
    "SELECT COUNT(*) FROM vault.item",
    "SELECT town, COUNT(*) FROM vault.item GROUP BY town",
    "SELECT town, COUNT(*), SUM(amount), AVG(amount) FROM vault.item GROUP BY town",
    "SELECT kind, SUM(amount) FROM vault.item GROUP BY kind",
    "SELECT amount, COUNT(*) FROM vault.item GROUP BY amount",
    "SELECT flag, COUNT(*) FROM vault.item GROUP BY flag",
    "SELECT note, COUNT(*) FROM vault.item GROUP BY note",
    "SELECT MAX(town) FROM vault.item",
    "SELECT CAST(town AS INT) FROM vault.item",
    "SELECT COUNT(*) FROM vault.item WHERE CAST(town AS INT) > 5",
    "SELECT SUM(town) FROM vault.item",
    "SELECT * FROM vault.item",
    "SELECT COUNT(*) FROM vault.item WHERE amount > 99",
]


@pytest.fixture(scope="module")
def seen() -> list[str]:
    """Every body and header that came back."""
    return []


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory, seen: list[str]) -> Iterator[World]:
    def keep(response: httpx.Response) -> None:
        response.read()
        seen.append(response.text + str(response.headers))

    home = tmp_path_factory.mktemp("canary") / "home"
    with live_server(home, ambient_session="false", log_level="debug") as live:
        world = settle(live)
        for client in (world.admin, world.nobody):
            client.event_hooks["response"].append(keep)
        rows = ["pid,town,kind,amount,when,note,flag"]
        rows += [f"p{n},Berlin,{'ab'[n % 2]},{n % 100},2021-05-0{n % 9 + 1},n,{n % 2}" for n in range(3_000)]
        rows += [f"{CANARY},{CANARY},{CANARY},{NUMBER},{CANARY},{CANARY},{CANARY}", f"p1,Berlin,a,x,,{CANARY},?"]
        (data_folder(live) / "secrets.csv").write_text("\n".join(rows) + "\n", encoding="utf8")
        yield world
        world.close()


def is_clean(text: str) -> bool:
    return CANARY not in text and str(NUMBER) not in text and "987654321" not in text


def test_no_planted_value_comes_out_whatever_is_asked(vault: World, seen: list[str]) -> None:
    created = done(vault.admin.post("/data", json={"meta": META}))
    assert wait_for_job(vault.admin, created["job_uuid"])["job_state"] == "finished"
    answered = 0
    for statement in ASKED:
        for epsilon in (0.5, 20):
            body = {"query": statement, "datasets": "secrets", "epsilon": epsilon}
            response = vault.admin.post("/queries", json=body)
            if response.status_code == 200:
                key = response.json()["job_uuid"]
                answered += wait_for_job(vault.admin, key)["job_state"] == "finished"
                vault.admin.get(f"/queries/{key}", params={"include_result": "true", "include_run": "true"})
                vault.admin.get("/artifacts/download", params={"run_uuid": key, "artifact_path": "results.csv"})
    assert answered >= 12
    for path in ("/data", "/jobs", "/queries", "/privacy/budgets", f"/data/{created['data_uuid']}/sample"):
        done(vault.admin.get(path))
    assert len(seen) > 60
    assert all(is_clean(text) for text in seen)


def test_a_broken_source_or_copy_tells_nothing_either(vault: World, seen: list[str]) -> None:
    folder = data_folder(vault.live)
    broken = {
        "quotes": f'pid,town\n"{CANARY},x\n',
        "ragged": f"pid,town\n{CANARY}\n{CANARY},{CANARY},{CANARY},{CANARY}\n",
        "missing": f"pid,{CANARY}\n1,2\n",
        "bytes": f"pid,town\n{CANARY},\x00\x01\n",
        "empty": "",
    }
    for name, text in broken.items():
        (folder / f"{name}.csv").write_bytes(text.encode() + (b"\xff\xfe" if name == "bytes" else b""))
        columns = "    pid: {type: int}\n    town: {type: int}\n"
        meta = f"name: {name}\ntype: CSV\ns:\n  connection: {name}.csv\n  t:\n{columns}"
        response = vault.admin.post("/data", json={"meta": meta})
        if response.status_code == 200:
            wait_for_job(vault.admin, response.json()["job_uuid"])
    for copy in (vault.live.home / "bounded").glob("**/*.parquet"):
        copy.write_bytes(copy.read_bytes()[:-20] + CANARY.encode())
    body = {"query": ASKED[0], "datasets": "secrets", "epsilon": 1}
    response = vault.admin.post("/queries", json=body)
    if response.status_code == 200:
        wait_for_job(vault.admin, response.json()["job_uuid"])
    done(vault.admin.get("/jobs"))
    assert all(is_clean(text) for text in seen)


def test_neither_logs_nor_tables_nor_file_names_hold_it(vault: World) -> None:
    assert is_clean(vault.live.log())
    for table in ("audits", "jobs", "queries", "ledger", "data", "origins", "artifacts"):
        kept = json.dumps([[str(cell) for cell in row] for row in vault.rows(f"SELECT * FROM {table}")])
        assert is_clean(kept), table
    assert all(is_clean(str(path)) for path in vault.live.home.rglob("*"))


def test_nor_does_a_stranger_get_to_know_that_something_is_there(vault: World) -> None:
    with Checked(vault.live) as stranger:
        for path in ("/data", "/jobs", "/queries", "/privacy/budgets"):
            assert stranger.get(path).status_code == 401
