"""Passwords: asked for without echo, or read from a file; never from the command line."""

import sys
from pathlib import Path

from dq0.cli.failures import USAGE, Failure

# What is asked for twice, since nobody sees what is typed.
_NEW = frozenset({("user_register", "password"), ("auth_register", "password"), ("change_password", "password")})


def password(operation: str, wire: str, flag: str, file: str | None) -> str:
    """The secret: the first line of the file (`-` is standard input), or what the person types."""
    if file == "-":
        return _line(sys.stdin.readline(), flag)
    if file is not None:
        try:
            with Path(file).open(encoding="utf8") as opened:
                return _line(opened.readline(), flag)
        except (OSError, ValueError) as error:
            raise Failure(f"--{flag}-file: {getattr(error, 'strerror', None) or 'not UTF-8'}", USAGE) from None
    if not sys.stdin.isatty():
        raise Failure(
            f"there is no terminal to ask at: say --{flag}-file, or --{flag}-file - for standard input", USAGE
        )
    return _asked(wire, (operation, wire) in _NEW)


def _asked(wire: str, twice: bool) -> str:
    import getpass

    prompt = wire.replace("_", " ").capitalize()
    try:
        typed = getpass.getpass(f"{prompt}: ")
        if twice and getpass.getpass(f"{prompt} again: ") != typed:
            raise Failure("the two passwords differ", USAGE)
    except EOFError:
        raise Failure("no password was given", USAGE) from None
    return typed


def _line(text: str, flag: str) -> str:
    line = text.rstrip("\r\n")
    if not line:
        raise Failure(f"--{flag}-file: expected the password on its first line", USAGE)
    return line
