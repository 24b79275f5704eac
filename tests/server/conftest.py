"""A running server over a handful of hand-made operations: real HTTP, real database, no generated code."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import pytest
import uvicorn

from generated.contract import Alias, Medium, Operation, Parameter
from generated.contract import Permission as Need
from quarantine.domain.errors import Forbidden, NotFound, TooManyRequests, Unauthenticated
from quarantine.domain.settings import Settings
from quarantine.server.app import create_app
from quarantine.server.protocol import BoundedProtocol
from quarantine.store import accounts, sessions
from quarantine.store.engine import Database, open_database

CANARY = "canary-7f3a"


class Thing(msgspec.Struct, kw_only=True):
    """A body."""

    name: str
    value: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)] = 0


def made(
    id: str,
    method: str,
    path: str,
    permission: Need | None = None,
    *,
    body: bool = False,
    aliases: tuple[Alias, ...] = (),
) -> Operation:
    """An operation as the generator writes them: path parameters are integers, uuids stay text."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    kinds = {name: str if name.endswith("uuid") else Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] for name in names}
    return Operation(
        id=id,
        tag="made",
        method=method,
        path=path,
        action="Made" + id,
        permission=permission,
        answered_by="local",
        status=200,
        call=lambda handlers, context, params, given: getattr(handlers, id)(context, params, given),
        params=msgspec.defstruct("Params", list(kinds.items())),
        parameters=tuple(
            Parameter(name, "path", name, text="string" if kind is str else "integer", required=True)
            for name, kind in kinds.items()
        ),
        media=(Medium("application/json", "json", lambda: Thing),) if body else (),
        body_required=body,
        aliases=aliases,
    )


SIGNED_IN = Need(1, "session")
OPERATIONS = (
    made("get_health", "GET", "/health"),
    made("open_post", "POST", "/open", body=True),
    made("list_things", "GET", "/things", SIGNED_IN),
    made("add_thing", "POST", "/things", SIGNED_IN, body=True, aliases=(Alias(body={"old_name": "name"}),)),
    made("get_thing", "GET", "/things/{thing_id}", SIGNED_IN),
    made("get_last_thing", "GET", "/things/last", SIGNED_IN),
    made("delete_thing", "DELETE", "/things/{thing_id}", SIGNED_IN, aliases=(Alias(path="/thing/{thing_id}"),)),
    made(
        "patch_thing",
        "PATCH",
        "/things/{thing_id}",
        SIGNED_IN,
        body=True,
        aliases=(Alias(query={"thing_id": "thing_id"}),),
    ),
    made("stop_thing", "POST", "/things/{thing_id}/stop", SIGNED_IN),
    made("list_boxes", "GET", "/boxes", SIGNED_IN),
    made("add_box", "POST", "/boxes", SIGNED_IN, body=True, aliases=(Alias(method="GET", when_body=True),)),
    made("get_data", "GET", "/data/{data_uuid}", Need(1, "data", "data_uuid")),
    made("administer", "POST", "/administer", Need(4, "action")),
    made("fail", "POST", "/fail", SIGNED_IN),
    made("refuse", "POST", "/refuse/{kind}", SIGNED_IN),
    made("sign_in", "POST", "/sign-in"),
    made("slow", "GET", "/slow"),
)


class Handlers:
    """What the made operations do; `calls` and `after` are for the tests to look at."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.after: list[str] = []
        self.release = threading.Event()

    def get_health(self, context: Any, params: Any, body: Any) -> Any:
        return {"status": "ok"}

    def open_post(self, context: Any, params: Any, body: Any) -> Any:
        self.calls.append("open_post")
        return body

    def slow(self, context: Any, params: Any, body: Any) -> Any:
        self.release.wait(10)
        return {"status": "ok"}

    def fail(self, context: Any, params: Any, body: Any) -> Any:
        accounts.update_profile(context.connection, context.user.user_id, name="half written")
        raise ValueError(f"could not convert {CANARY}")

    def refuse(self, context: Any, params: Any, body: Any) -> Any:
        accounts.update_profile(context.connection, context.user.user_id, name="half written")
        raise (Forbidden("no"), NotFound("not there"), TooManyRequests("slow down", 7))[params.kind - 1]

    def sign_in(self, context: Any, params: Any, body: Any) -> Any:
        context.audited = "a@b\nc"
        context.on_refusal.append(lambda connection: accounts.count_attempt(connection, "a@b", "client"))
        raise Unauthenticated("the address or the password is wrong")

    def add_thing(self, context: Any, params: Any, body: Any) -> Any:
        context.after_commit.append(lambda: self.after.append(body.name))
        return {"added": body.name}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def handler(context: Any, params: Any, body: Any) -> Any:
            self.calls.append(name)
            return {"operation": name, "path": params, "body": body}

        return handler


@dataclass
class Running:
    """A server on a free port, a signed-in client, and what is behind them."""

    port: int
    settings: Settings
    handlers: Handlers
    database: Database
    token: str
    client: httpx.Client
    server: uvicorn.Server

    def send(self, raw: bytes, *, timeout: float = 10.0) -> bytes:
        """Bytes as they are, and what comes back until the server closes or pauses."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as line:
            received = b""
            try:
                line.sendall(raw)
                while piece := line.recv(65536):
                    received += piece
                    if _is_whole(received):
                        break
            except (ConnectionError, TimeoutError):
                pass
            return received


def _is_whole(received: bytes) -> bool:
    head, mark, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return bool(mark) and bool(lengths) and len(body) >= int(lengths[0])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with run(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server for tests that leave nothing behind."""
    with run(tmp_path_factory.mktemp("shared")) as server:
        yield server


@contextmanager
def run(home: Path) -> Iterator[Running]:
    """A server in a thread of this process, its first user signed in."""
    settings = Settings(home=str(home), port=0, worker=False, body_limit=1_000_000)
    handlers = Handlers()
    config = uvicorn.Config(
        create_app(settings, OPERATIONS, lambda _: handlers),
        port=0,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    database = open_database(settings)
    with database.transaction(write=True) as connection:
        accounts.add_admin(connection, "admin@example.org", "correct horse")
        token = sessions.open_session(connection, 1, days=1)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api", headers={"authorization": f"Bearer {token}"}) as client:
        yield Running(port, settings, handlers, database, token, client, server)
    handlers.release.set()
    server.should_exit = True
    thread.join(30)
    database.close()
    assert not thread.is_alive()
