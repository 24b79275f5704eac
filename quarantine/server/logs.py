"""Structured logs on standard error: what happened and where, never a body, a query or a value."""

import contextlib
import logging
import sys
import traceback
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, TextIO, cast

from quarantine.domain.settings import Settings
from quarantine.store.audit import plain

_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "sqlalchemy", "alembic", "connexion", "asyncio", "httpx")


_settings = Settings()


def configure_logs(settings: Settings) -> None:
    """Sends everything to standard error; the libraries' own logging too, warnings and worse only."""
    global _settings  # noqa: PLW0603 - logging is one per process
    _settings = settings
    _logger.cache_clear()
    logging.basicConfig(handlers=[Forward()], level=logging.WARNING, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Log:
    """structlog, loaded when there is something to say: a start that goes well says nothing.

    What cannot be written is dropped: a full disk or a closed terminal changes no answer and loses no audit row.
    """

    def __getattr__(self, level: str) -> Callable[..., None]:
        def say(*what: Any, **more: Any) -> None:
            with contextlib.suppress(OSError, ValueError):
                getattr(_logger(), level)(*what, **more)

        return say


class StandardError:
    """Standard error as it is when something is written, which need not be what it was at the start."""

    def write(self, text: str) -> int:
        """Writes a text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Sends it on."""
        sys.stderr.flush()


log = Log()


@lru_cache(maxsize=1)
def _logger() -> Any:
    import structlog

    level = getattr(logging, _settings.log_level.upper(), logging.INFO)
    as_json = _settings.log_format == "json"
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=_is_terminal())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            one_line,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, StandardError())),
        cache_logger_on_first_use=False,
    )
    return structlog.get_logger()


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def where(error: BaseException) -> dict[str, str]:
    """The type and the place of an error, for the log; never its text, which may hold a value."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return {"error": type(error).__name__, "place": place}


def one_line(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escapes control characters in every text, so that no value can write a line of its own."""
    return {key: plain(value) if isinstance(value, str) else value for key, value in event.items()}


class Forward(logging.Handler):
    """A library's log record as one of ours; of an exception only its type and place."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        more: dict[str, str] = {}
        text = record.getMessage()
        if text.startswith("Traceback"):
            # A failed start, as text that may hold values; `app` has logged it already.
            return
        if record.exc_info and record.exc_info[1] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            text = str(record.msg).splitlines()[0]
            more["error"] = type(record.exc_info[1]).__name__
            more["place"] = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
        log.log(record.levelno, text, library=record.name, **more)
