"""A stand-in for a quarantine that does on purpose what none does: it signs, and then is slow, breaks off, lies."""

import hashlib
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from quarantine.domain.signatures import Head
from quarantine.store.identity import Identity

JSON = "application/json"


@dataclass
class Told:
    """An answer: what is sent, and what is signed in its place where the two are to differ."""

    body: bytes = b'{"message": "well"}'
    status: int = 200
    signed: bytes | None = None
    size: int = 0
    """So many bytes of zeros in place of `body`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    unsigned: bool = False
    challenge: bytes = b""
    breaks: bool = False
    """Whether the connection ends in the middle."""
    mute: bool = False
    """Whether it ends before anything is said."""

    def pieces(self) -> Iterator[bytes]:
        """What is sent."""
        if not self.size:
            yield self.body
            return
        piece = bytes(1 << 16)
        for _ in range(self.size // len(piece)):
            yield piece

    def digest(self) -> bytes:
        """What is signed."""
        hashed = hashlib.sha256(self.signed or b"")
        for piece in self.pieces() if self.signed is None else ():
            hashed.update(piece)
        return b"sha-256=:" + b64encode(hashed.digest()) + b":"


@dataclass
class Signed:
    """A running stand-in: its port, what it was asked, and what it says next."""

    port: int
    identity: Identity
    say: Callable[[str, str], Told]
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    taken: int = 0

    @property
    def address(self) -> dict[str, Any]:
        """What `POST /proxies` has to know."""
        return {"hostname": "127.0.0.1", "port": self.port, "scheme": "http"}


class Server(ThreadingHTTPServer):
    """Says nothing of clients that went away."""

    def handle_error(self, *_: object) -> None: ...


@contextmanager
def signed_server(folder: Path) -> Iterator[Signed]:
    """A stand-in until the block ends; it says that all is well unless told otherwise."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            # Whatever folder the API is said to be in.
            target = "/" + self.path.split("/", 2)[2]
            if target == "/identity":
                key = server.identity.public_key
                self._tell(target, Told(f'{{"public_key": "{key}"}}'.encode()))
                return
            self._take()
            server.asked.append((self.command, target))
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            self._tell(target, server.say(self.command, target))

        do_POST = do_GET

        def _take(self) -> None:
            if self.headers.get("transfer-encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    server.taken += len(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
            left = int(self.headers.get("content-length") or 0)
            while left:
                piece = self.rfile.read(min(left, 1 << 16))
                left -= len(piece)
                server.taken += len(piece)

        def _tell(self, target: str, told: Told) -> None:
            if told.mute:
                self.close_connection = True
                return
            challenge = told.challenge or self.headers["dq0-challenge"].encode()
            digest = told.digest()
            head = Head(challenge, self.command, target, told.status, JSON.encode(), digest)
            self.send_response(told.status)
            self.send_header("content-type", JSON)
            self.send_header("content-length", str(told.size or len(told.body)))
            for name, value in told.headers.items():
                self.send_header(name, value)
            if not told.unsigned:
                self.send_header("content-digest", digest.decode())
                self.send_header("dq0-signature", server.identity.sign(head).decode())
            self.end_headers()
            for number, piece in enumerate(told.pieces()):
                if told.breaks and (number or not told.size):
                    self.close_connection = True
                    return
                self.wfile.write(piece)

    http = Server(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Signed(http.server_address[1], Identity(folder), lambda _, __: Told())
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
