"""A web page cannot use a server on loopback, and beyond loopback nobody acts without a token."""

import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from generated.operations import OPERATIONS
from live import PASSWORD, live_server
from world import World, done, refused

FOREIGN = [
    {"host": "evil.example"},
    {"host": "127.0.0.1.evil.example:9000"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.id)
def test_a_foreign_page_reaches_no_operation(world: World, operation: Any) -> None:
    before = world.rows("SELECT count(*) FROM audits")
    path = operation.path.replace("{", "").replace("}", "")
    for headers in FOREIGN:
        refused(world.admin.request(operation.method, path, headers=headers), 403)
    assert world.rows("SELECT count(*) FROM audits") == before


def test_who_is_signed_in_on_loopback_is_nobody_to_a_page_a_proxy_and_the_network() -> None:
    body = {"email": "ada@example.org", "password": PASSWORD}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with live_server(home) as live, live.client() as client:
            done(client.post("/users/register", json=body))
            done(client.post("/users/login", json=body))
            done(client.get("/users"))
            for headers in FOREIGN:
                refused(client.get("/users", headers=headers), 403)
            refused(client.get("/users", headers={"x-forwarded-for": "10.0.0.1"}), 401)
            refused(client.get("/users", headers={"authorization": "Bearer x"}), 401)
        # The session is still kept there: the same state, on a server that others can reach.
        with live_server(home, hostname="0.0.0.0") as live, live.client() as client:
            refused(client.get("/users"), 401)
            refused(client.get("/users", headers={"host": "localhost"}), 401)
            token = done(client.post("/users/login", json=body))["token"]
            refused(client.get("/users"), 401)
            done(httpx.get(f"{live.address}/users", headers={"authorization": f"Bearer {token}"}))
