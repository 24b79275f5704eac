"""How long commands of `dq0` take to start, as multiples of an interpreter that does nothing, in the same run.

    .venv/bin/python benchmarks/cli.py

The smallest of many runs counts: on a shared machine the rest is other people's work.
"""

import subprocess
import sys
import time

RUNS = 20
BARE = ("-c", "pass")
COMMANDS: dict[str, tuple[str, ...]] = {
    "import click": ("-c", "import click"),
    "import httpx": ("-c", "import httpx"),
    "dq0 --help": ("-m", "dq0.cli", "--help"),
    "dq0 query run --help": ("-m", "dq0.cli", "query", "run", "--help"),
    "dq0 data list, refused at once": ("-m", "dq0.cli", "data", "list", "--server", "http://127.0.0.1:1/api"),
    "dq0 server --help": ("-m", "dq0.cli", "server", "--help"),
    "the same without dq0.cli": ("-m", "quarantine.server.cli", "server", "--help"),
}


def seconds(*arguments: str) -> float:
    """One process, from its start to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Every command in turn, many times over, so that a busy moment strikes all alike."""
    best = dict.fromkeys(["python -c pass", *COMMANDS], float("inf"))
    for _ in range(RUNS):
        for name, arguments in {"python -c pass": BARE, **COMMANDS}.items():
            best[name] = min(best[name], seconds(*arguments))
    for name, taken in best.items():
        print(f"{name:34} {taken * 1000:6.0f} ms  {taken / best['python -c pass']:5.1f} x")


if __name__ == "__main__":
    main()
