"""`dq0`: what looks after a server on this host goes to its own parser, everything else over HTTP.

Neither side loads the other: a server starts without the client's libraries, and a client without the server's.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status is one of docs/cli.md."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in (["server"], ["worker"]) or given[:2] in (["audit", "verify"], ["audit", "spent"]):
        from quarantine.server.cli import main as on_host

        return on_host(given)
    from dq0.cli.program import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
