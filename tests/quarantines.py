"""Servers that ask one another: a laptop's, and quarantines with people and data of their own."""

from typing import Any

import httpx

from checked import Checked
from live import PASSWORD, Live
from world import done, select

LAPTOP = "me@laptop.example.org"
# The first person of every quarantine.
ADMIN = "admin@example.org"
USER = "user@example.org"


def address(live: Live) -> dict[str, Any]:
    """What `POST /proxies` has to know of a server."""
    url = httpx.URL(live.address)
    return {"hostname": url.host, "port": url.port, "scheme": "http"}


def own(laptop: Live) -> httpx.Client:
    """The laptop's user, signed in at his own server, which keeps his session: no token is sent."""
    laptop.sign_up(LAPTOP)
    return laptop.client()


def add(client: httpx.Client, live: Live, **more: Any) -> int:
    """The number of a server that was added as a proxy."""
    return int(done(client.post("/proxies", json=address(live) | more))["message"].split(" ")[-1])


def activate(client: httpx.Client, proxy_id: int) -> None:
    """Have a proxy answer."""
    assert done(client.post(f"/proxies/{proxy_id}/activate")) == {"message": "successfully activated proxy"}


def log_in(client: httpx.Client, email: str) -> str:
    """Sign in through the active proxy; the token."""
    return str(done(client.post("/auth/login", json={"email": email, "password": PASSWORD}))["token"])


def joined(client: httpx.Client, live: Live, email: str) -> int:
    """Add a server, activate it and sign in there; its number."""
    proxy_id = add(client, live)
    activate(client, proxy_id)
    log_in(client, email)
    return proxy_id


def last_audit(live: Live, action: str) -> tuple[Any, ...]:
    """Actor, outcome and description of the newest audit row of an action."""
    statement = "SELECT actor, outcome, description FROM audits WHERE action = ? ORDER BY audit_id DESC LIMIT 1"
    return select(live, statement.replace("?", f"'{action}'"))[0]


def seen_by(laptop: Live) -> Checked:
    """The same user as `own`, each answer held against the contract."""
    return Checked(laptop)
