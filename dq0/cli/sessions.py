"""Who is signed in where: a token per server address, in a file that nobody else can read."""

import json
import os
import stat
from contextlib import suppress
from pathlib import Path

from dq0.cli.failures import USAGE, Failure

_LONGEST = 1_048_576


def place() -> Path:
    """The file: below `$XDG_CONFIG_HOME`, which is `~/.config` where it is not set."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(given) if given.startswith("/") else Path.home() / ".config"
    return folder / "dq0" / "sessions.json"


def token_of(address: str) -> str:
    """The token for a server: `DQ0_TOKEN`, or the one that signing in kept; empty where there is none."""
    given = os.environ.get("DQ0_TOKEN", "").strip()
    if given and not (given.isascii() and given.isprintable()):
        raise Failure("DQ0_TOKEN is no token: it holds characters that none has", USAGE)
    return given or _read().get(address, "")


def keep(address: str, token: str) -> None:
    """Remember the token of a server, in place of the one before."""
    _write({**_read(), address: token})


def forget(address: str) -> None:
    """Remember no token of a server."""
    known = _read()
    if known.pop(address, None) is not None:
        _write(known)


def _read() -> dict[str, str]:
    path = place()
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            found = os.fstat(file.fileno())
            content = file.read(_LONGEST) if stat.S_ISREG(found.st_mode) else b""
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", USAGE) from None
    if found.st_mode & 0o077:
        raise Failure(f"others may use {path}, which holds tokens: chmod 600 it, or remove it", USAGE)
    try:
        known = json.loads(content)
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise Failure(f"{path} is not what `dq0 user login` wrote: remove it and sign in again", USAGE)
    return {k: v for k, v in known.items() if isinstance(v, str) and v.isascii() and v.isprintable()}


def _write(known: dict[str, str]) -> None:
    path = place()
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            passing.unlink()
        made = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(made, "w", encoding="utf8") as file:
            json.dump(known, file, indent=1, sort_keys=True)
        passing.replace(path)
    except OSError as error:
        with suppress(OSError):
            passing.unlink()
        raise Failure(f"{path} cannot be written: {error.strerror}", USAGE) from None
