"""A load client: keep-alive connections that each send the same request again as soon as its answer is there."""

import asyncio
import time

import uvloop


class _Line(asyncio.Protocol):
    """One connection; counts answers by the length of the first one."""

    def __init__(self, request: bytes, until: float, done: asyncio.Event) -> None:
        self._request = request
        self._until = until
        self._done = done
        self._left = 0
        self._length = 0
        self.answers = 0
        self.first = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self._length:
            self.first += data
            head, mark, body = self.first.partition(b"\r\n\r\n")
            if not mark:
                return
            lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if len(body) < int(lengths[0]):
                return
            self._length = len(self.first)
            data = self.first
            self._left = self._length
        self._left -= len(data)
        if self._left > 0:
            return
        self.answers += 1
        self._left = self._length
        if time.perf_counter() < self._until:
            self._transport.write(self._request)
        else:
            self._done.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._done.set()


async def _load(port: int, request: bytes, seconds: float, connections: int) -> tuple[float, bytes]:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    lines = []
    for _ in range(connections):
        done = asyncio.Event()
        _, line = await loop.create_connection(
            lambda done=done: _Line(request, started + seconds, done), "127.0.0.1", port
        )
        lines.append((line, done))
    for _, done in lines:
        await asyncio.wait_for(done.wait(), seconds + 20)
    elapsed = time.perf_counter() - started
    return sum(line.answers for line, _ in lines) / elapsed, lines[0][0].first


def load(port: int, request: bytes, seconds: float = 2.0, connections: int = 16) -> float:
    """Answers per second; raises unless the answer is a 200."""
    rate, first = uvloop.run(_load(port, request, seconds, connections))
    if not first.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"not the answer to measure: {first[:300]!r}")
    return rate


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """A request as bytes."""
    fields = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    fields += [f"Authorization: Bearer {token}"] if token else []
    fields += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    return ("\r\n".join(fields) + "\r\n\r\n").encode() + body
