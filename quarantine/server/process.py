"""The listening process: uvicorn with our limits, the port file, a graceful stop."""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from types import FrameType

import uvicorn

from quarantine.domain.settings import Settings
from quarantine.server.app import create_app
from quarantine.server.logs import configure_logs
from quarantine.server.protocol import BoundedProtocol
from quarantine.server.streams import Streams

STOP_SECONDS = 30
IDLE_SECONDS = 30


class Server(uvicorn.Server):
    """Says where it listens, on standard output and in the port file, for as long as it does."""

    def __init__(self, config: uvicorn.Config, settings: Settings, streams: Streams) -> None:
        super().__init__(config)
        self._settings = settings
        self._streams = streams
        self._file = settings.root / "server.json"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Lifespan first, then the port, then the word."""
        await super().startup(sockets=sockets)
        if not self.started:
            return
        port = self.servers[0].sockets[0].getsockname()[1]
        hostname = self._settings.hostname
        settle()
        self._write({"hostname": hostname, "port": port, "pid": os.getpid()})
        shown = f"[{hostname}]" if ":" in hostname else hostname
        sys.stdout.write(f"DQ0 server listening on http://{shown}:{port}/api\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """No new connections; streams end, running requests and the worker finish."""
        with contextlib.suppress(OSError, ValueError):
            if json.loads(self._file.read_text())["pid"] == os.getpid():
                self._file.unlink()
        self._streams.close()
        await super().shutdown(sockets=sockets)
        # Extensions count what the collector was told to leave alone as leaked, and say so at length.
        gc.unfreeze()

    def _write(self, content: dict[str, object]) -> None:
        fresh = self._file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(content))
        fresh.replace(self._file)


def settle() -> None:
    """Lets the collector begin; what is there now stays, and need not be looked at now or ever again."""
    gc.freeze()
    gc.enable()


def server(settings: Settings) -> Server:
    """A server that is not running yet."""
    streams = Streams(settings.streams_per_person)
    config = uvicorn.Config(
        create_app(settings, streams=streams),
        host=settings.hostname,
        port=settings.port,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # Who is connected is who is asking: X-Forwarded-For would let anybody be anybody.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return Server(config, settings, streams)


def serve(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; 0 after a graceful stop."""
    configure_logs(settings)
    settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    # uvicorn raises the signal that stopped it once more at the end: it has done its work by then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _nothing)
    running = server(settings)
    running.run()
    return 0 if running.started else 3


def _nothing(number: int, frame: FrameType | None) -> None: ...
