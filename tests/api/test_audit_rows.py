"""Every action leaves a row, refused ones too, and no row holds a secret."""

import subprocess
import sys

from checked import Checked
from live import PASSWORD, ROOT
from world import META, World, ask, done, fresh, refused


def trail(world: World, after: int) -> list[tuple[str, str, str, str, str]]:
    """actor, action, object, outcome, description, in their order."""
    found = world.rows(
        "SELECT actor, action, object, outcome, description FROM audits WHERE audit_id > ? ORDER BY audit_id", after
    )
    return [(str(a), str(b), str(c), str(d), str(e)) for a, b, c, d, e in found]


def last(world: World) -> int:
    return int(world.rows("SELECT coalesce(max(audit_id), 0) FROM audits")[0][0])


def test_what_was_granted_and_what_was_refused_is_written_down(world: World) -> None:
    start = last(world)
    dataset = world.dataset(epsilon=1.0)
    uuid = dataset["data_uuid"]
    refused(world.user.get(f"/data/{uuid}"), 404)
    world.grant(dataset, "users", 1)
    refused(ask(world.user, dataset), 403)
    world.grant(dataset, "users", 2)
    key = done(ask(world.user, dataset, epsilon=0.5))["job_uuid"]
    refused(ask(world.user, dataset, epsilon=0.75), 403)
    refused(ask(world.user, dataset, "SELECT * FROM pums.person"), 422)
    done(world.admin.delete(f"/data/{uuid}"))
    rows = trail(world, start)
    user, admin = "user@example.org", "admin@example.org"
    assert (user, "DataGet", uuid, "refused 404", "") in rows
    assert (admin, "DataPermissionSet", uuid, "ok", "role 3 level 2") in rows
    assert (user, "QueryCreate", "", "ok", f"job {key} epsilon 0.5 delta 0") in rows
    assert [row[3] for row in rows if row[:2] == (user, "QueryCreate")] == [
        "refused 403",
        "ok",
        "refused 403",
        "refused 422",
    ]
    assert (admin, "DataDelete", uuid, "ok", "") in rows
    assert any(row[:2] == (admin, "DataCreate") and uuid in row[4] for row in rows)


def test_signing_in_is_written_down_with_who_and_without_how(world: World) -> None:
    start = last(world)
    secret = f"{fresh('secret')} passphrase"
    refused(world.nobody.post("/auth/login", json={"email": "auditor@example.org", "password": secret}), 401)
    token = done(world.nobody.post("/auth/login", json={"email": "auditor@example.org", "password": PASSWORD}))["token"]
    with Checked(world.live, token) as client:
        done(client.post("/auth/logout"))
    rows = trail(world, start)
    assert ("auditor@example.org", "AuthLogin") in {row[:2] for row in rows if row[3] == "ok"}
    assert ("auditor@example.org", "AuthLogout") in {row[:2] for row in rows if row[3] == "ok"}
    assert [row[3] for row in rows if row[1].lower() == "authlogin"] == ["refused 401", "ok"]
    text = str(world.rows("SELECT * FROM audits"))
    assert secret not in text
    assert PASSWORD not in text
    assert token not in text


def test_texts_of_clients_cannot_forge_a_row(world: World) -> None:
    start = last(world)
    name = "census\u2028admin@example.org DataDelete ok\u202e"
    meta = META.format(name=f'"{name}"', file=world.source(), epsilon=1.0, description="")
    world.admin.post("/data", json={"meta": meta})
    refused(world.admin.post("/queries", json={"query": "SELECT 1", "datasets": name, "epsilon": 1}), 404, 422, 409)
    text = str(trail(world, start))
    assert "\u2028" not in text
    assert "\u202e" not in text


def test_the_chain_holds_after_all_this(world: World) -> None:
    world.dataset()
    command = [sys.executable, "-m", "quarantine.server.cli", "audit", "verify"]
    environment = {"DQ0_HOME": str(world.live.home), "PATH": ""}
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
