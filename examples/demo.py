"""A private answer in one go: start a server, register a census table, ask, look at the answer and at what it cost.

Everything happens in a state folder of its own that is removed at the end. Only the standard library is used, and only
the public API: this file is also the shortest client there is.
"""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
QUESTION = """SELECT sex, COUNT(*) AS people, AVG(age) AS mean_age, SUM(income) AS total_income
FROM census.people GROUP BY sex ORDER BY sex"""
EPSILON = 1.0
PATIENCE = 120.0
WIDTH = 48


class Api:
    """The few lines that a client of the API needs: JSON out, JSON in, a token once signed in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.token = ""

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request; an error of the server ends the demo with its text."""
        request = urllib.request.Request(f"{self.address}{path}", method=method)  # noqa: S310 - our own server
        request.add_header("Accept", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path} was refused: {error.read().decode()}") from None
        return answer

    def wait(self, job_uuid: str, what: str) -> dict[str, Any]:
        """Poll a job to its end, showing its progress."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            job = self.call("GET", f"/jobs/{job_uuid}")
            show_progress(what, float(job["job_progress"]))
            if job["job_state"] in ("finished", "error", "cancelled"):
                say()
                if job["job_state"] != "finished":
                    raise SystemExit(f"{what}: {job['job_errors']}")
                return job
            time.sleep(0.1)
        raise SystemExit(f"{what} took longer than {PATIENCE:.0f} s")


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def show_progress(what: str, share: float) -> None:
    """A bar on a terminal; nothing until the end elsewhere."""
    if sys.stdout.isatty() or share >= 1.0:
        filled = round(share * 20)
        sys.stdout.write(f"\r   {what} [{'#' * filled}{'.' * (20 - filled)}] {share:4.0%}")
        sys.stdout.flush()


@contextmanager
def running_server(home: Path) -> Iterator[Api]:
    """A server on a free port with its own state folder; stopped, politely, at the end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment |= {"DQ0_HOME": str(home), "DQ0_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "quarantine.server.cli", "server", "start", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        yield Api(listening_address(home / "server.json", process))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def listening_address(note: Path, process: subprocess.Popen[bytes]) -> str:
    """The address that the server wrote down once it was listening."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with status {process.returncode}")
        if note.exists():
            where = json.loads(note.read_text(encoding="utf8"))
            return f"http://{where['hostname']}:{where['port']}/api"
        time.sleep(0.05)
    raise SystemExit("the server did not start within 30 s")


def sign_up(api: Api) -> None:
    """The first person to register on a local server is its administrator."""
    person = {"email": "ada@example.org", "password": "correct horse battery staple"}
    api.call("POST", "/users/register", person)
    api.token = api.call("POST", "/users/login", person)["token"]


def draw(rows: list[dict[str, str]], intervals: dict[str, list[float]]) -> None:
    """The noisy table, and beside each group its number of people with the 95% error bar."""
    names = list(rows[0])
    cells = [[shorten(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    halves = intervals["people"]
    spans = [(float(row["people"]) - half, float(row["people"]) + half) for row, half in zip(rows, halves, strict=True)]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    axis = f"{low:,.0f}".ljust(WIDTH // 2) + f"{high:,.0f}".rjust(WIDTH - WIDTH // 2)
    say(
        "   " + "  ".join(name.rjust(width) for name, width in zip(names, widths, strict=True)) + f"     {axis}  people"
    )
    for line, span in zip(cells, spans, strict=True):
        table = "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        say(f"   {table}     {error_bar(span, low, high)}")
    say("\n   the true value is within this distance of the printed one, 95 times in 100:")
    for name in names[1:]:
        said = ", ".join(f"{row[names[0]]} ± {half:,.4g}" for row, half in zip(rows, intervals[name], strict=True))
        say(f"   {name.rjust(max(len(name) for name in names))}: {said}")


def shorten(cell: str) -> str:
    """Two decimals are plenty for a look."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    return f"{number:,.0f}" if "." not in cell else f"{number:,.2f}"


def error_bar(span: tuple[float, float], low: float, high: float) -> str:
    """`├──●──┤` : the dot is the noisy value, the whiskers its 95% interval, on an axis from `low` to `high`."""
    scale = (WIDTH - 1) / ((high - low) or 1.0)
    first, last = (round((end - low) * scale) for end in span)
    middle = (first + last) // 2
    marks = {first: "├", last: "┤", middle: "●"}
    return "".join(marks.get(i, "─" if first < i < last else "·") for i in range(WIDTH))


def main() -> None:
    """The whole tour."""
    home = Path(tempfile.mkdtemp(prefix="dq0-demo-"))
    try:
        tour(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def tour(home: Path) -> None:
    """Six steps, each through the API."""
    say("1. a census table is made (20,000 rows) and a server started, with a state folder of its own")
    (home / "data").mkdir(mode=0o700)
    subprocess.run([sys.executable, HERE / "make_census.py", home / "data"], check=True)  # noqa: S603
    with running_server(home) as api:
        say(f"   listening on {api.address}")
        say("2. the first person registers and signs in")
        sign_up(api)
        say("3. she registers the table: bounds, privacy unit and budget are hers to declare (examples/census.yaml)")
        data = api.call("POST", "/data", {"meta": (HERE / "census.yaml").read_text(encoding="utf8")})
        api.wait(data["job_uuid"], "bounded copy")
        say(f"4. an analyst asks, for epsilon {EPSILON}:\n\n   " + QUESTION.replace("\n", "\n   ") + "\n")
        asked = {"query": QUESTION, "datasets": data["data_name"], "epsilon": EPSILON}
        job = api.wait(api.call("POST", "/queries", asked)["job_uuid"], "private answer")
        result = api.call("GET", f"/artifacts/download?run_uuid={job['job_uuid']}&artifact_path=results.csv")
        say("\n5. the answer: noisy, and safe to publish\n")
        draw(list(csv.DictReader(io.StringIO(result["data_string"]))), json.loads(job["job_results"])["intervals"])
        account = api.call("GET", f"/privacy/budgets?data_id={data['data_id']}")["items"][0]
        spent = account["initial"] - account["current"]
        say(f"\n   epsilon spent {spent:g}, left {account['current']:g} of {account['initial']:g}")
    say("6. the server is stopped and its state removed\n")
    say("What to try next:")
    say("   make start                 keep a server running on 127.0.0.1:9000 (state in ~/.dq0)")
    say("   examples/census.yaml       describe a table of your own the same way; put the file into ~/.dq0/data")
    say("   docs/privacy.md            what exactly is guaranteed, to whom, and what each setting does")
    say("   README.md                  every operation, with the table of what is built")


if __name__ == "__main__":
    main()
