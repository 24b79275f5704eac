"""How much the generator costs, beside datamodel-code-generator on the same bundle in the same run.

`python benchmarks/generate.py`: cold processes, CPU seconds (user + system, children included) and peak memory, the
median of five. The rival writes models only; ours writes models, routes, the table, the wiring, the bundle and the
client.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
OURS = ["-m", "generator", "spec/openapi.yaml", "generated", "--house", "--handlers", "handlers", "--client"]


def measured(command: list[str], place: Path) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of one cold process; the operating system's own account of it."""
    quiet = os.environ | {"PYTHONWARNINGS": "ignore"}  # the rival has much to say
    process = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, env=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(command: list[str], place: Path, *, fresh: bool = False) -> tuple[float, float]:
    """The median of several runs; with `fresh`, the output is removed before each."""
    found = []
    for _ in range(RUNS):
        if fresh:
            shutil.rmtree(place / "generated", ignore_errors=True)
        found.append(measured(command, place))
    return statistics.median(cpu for cpu, _ in found), statistics.median(memory for _, memory in found)


def main() -> None:
    """Generate, check, and let the rival generate."""
    with tempfile.TemporaryDirectory(prefix="dq0-bench-") as folder:
        place = Path(folder)
        for part in ("spec", "generator", "handlers"):
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        measured([sys.executable, *OURS], place)  # compiles the generator's own modules
        rows = [
            ("everything, from nothing", median([sys.executable, *OURS], place, fresh=True)),
            ("--check, nothing changed", median([sys.executable, *OURS, "--check"], place)),
        ]
        rival = shutil.which("datamodel-codegen", path=str(Path(sys.executable).parent))
        if rival is None:
            print("datamodel-code-generator is not installed: pip install '.[bench]'")
        else:
            target = place / "models.py"
            command = [rival, "--input", "generated/openapi.json", "--input-file-type", "openapi"]
            command += ["--output", str(target), "--output-model-type", "msgspec.Struct"]
            rows.append(("datamodel-code-generator, models only", median(command, place)))
    print(f"{'':40}{'CPU s':>8}{'MB':>8}{'CPU ratio':>12}")
    base = rows[0][1][0]
    for name, (cpu, memory) in rows:
        print(f"{name:40}{cpu:8.2f}{memory:8.0f}{cpu / base:12.2f}")


if __name__ == "__main__":
    main()
