"""What ordinary code finds in the sandbox, and how it ends."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from boxed import Boxes, alive
from live import ROOT
from quarantine.worker import sandbox, sandbox_seccomp
from quarantine.worker.sandbox import NotStarted
from quarantine.worker.sandbox_box import Bind
from quarantine.worker.sandbox_bwrap_words import Programs, outer
from quarantine.worker.sandbox_processes import below, children


def test_code_reads_what_it_was_given_and_leaves_files_behind(boxes: Boxes) -> None:
    folder = boxes.folder()
    (folder / "people.csv").write_text("a,b\n1,2\n")
    done = boxes.run(
        """
        import pathlib
        out = pathlib.Path("/out/tables")
        out.mkdir()
        (out / "copy.csv").write_text(pathlib.Path("/data/people.csv").read_text())
        print("copied")
        """,
        binds=[Bind(folder, "/data")],
    )
    assert (done.reason, done.status, done.log) == ("ended", 0, b"copied\n")
    assert [(file.path, file.content) for file in done.outputs.files] == [("tables/copy.csv", b"a,b\n1,2\n")]


def test_packages_of_the_server_can_be_used_and_the_server_itself_is_not_there(boxes: Boxes) -> None:
    code = """
        import duckdb
        print(duckdb.sql("SELECT sum(range) FROM range(10)").fetchall()[0][0])
        try:
            import quarantine
        except ImportError:
            print("not here")
    """
    assert boxes.printed(code, memory_mb=1024).split("\n") == ["45", "not here"]


def test_subprocesses_threads_and_pipes_work(boxes: Boxes) -> None:
    code = """
        import concurrent.futures, multiprocessing, subprocess
        if __name__ == "__main__":
            print(subprocess.run(["echo", "out"], capture_output=True, text=True).stdout.strip())
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                print(sum(pool.map(abs, range(-4, 0))))
            try:
                with multiprocessing.get_context("fork").Pool(2) as pool:
                    print(sum(pool.map(abs, range(-4, 0))))
            except PermissionError:
                print("no semaphores")
    """
    last = "10" if boxes.kind == "bubblewrap" else "no semaphores"
    assert boxes.printed(code).split("\n") == ["out", "10", last]


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_status_is_known(boxes: Boxes, code: str, status: int) -> None:
    done = boxes.run(code)
    assert (done.reason, done.status) == ("ended", status)


def test_its_environment_is_exactly_what_it_was_given(boxes: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DQ0_DATABASE_URL", "postgresql://canary:canary@host/base")
    assert "canary" not in boxes.printed("import os; print(os.environ)")
    code = """
        for name in ("1", "self"):
            try:
                print(open(f"/proc/{name}/environ").read())
            except OSError:
                pass
    """
    assert "canary" not in boxes.printed(code)


def test_it_sees_no_more_cores_than_its_limit(boxes: Boxes) -> None:
    """On a machine of many cores libraries of numbers would start more threads than the other limits allow."""
    assert boxes.printed("import os; print(len(os.sched_getaffinity(0)))", cores=1) == "1"
    most = min(4, len(os.sched_getaffinity(0)))
    assert boxes.printed("import os; print(len(os.sched_getaffinity(0)))") == str(most)


def test_it_ends_politely_when_asked(boxes: Boxes) -> None:
    code = """
        import signal, sys, time
        def end(*_):
            open("/out/last.txt", "w").write("saved")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        open("/out/ready", "w").close()
        time.sleep(60)
    """
    asked = threading.Event()
    threading.Timer(1.5, asked.set).start()
    done = boxes.attended(boxes.box(code, seconds=30), stop=asked.is_set)
    assert done.reason == "stopped"
    assert "last.txt" in [file.path for file in done.outputs.files]


def test_force_does_not_wait_for_anybody(boxes: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    # Were the grace time waited for, this would take a day.
    monkeypatch.setattr(sandbox, "GRACE_SECONDS", 86_400.0)
    begun = time.monotonic()
    done = boxes.attended(
        boxes.box("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(3600)", seconds=3600),
        stop=lambda: True,
        force=lambda: time.monotonic() - begun > 1,
    )
    assert done.reason == "stopped"


def test_an_error_in_the_watching_worker_leaves_nothing_alive(boxes: Boxes) -> None:
    def broken() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        boxes.attended(boxes.box("import time; time.sleep(3600)  # watcher-fails"), stop=broken)
    # The code is dead by now; of an outer view of the machine the first process may still be on its way out.
    deadline = time.monotonic() + 10
    while alive("watcher-fails") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert alive("watcher-fails") == []


def test_nothing_outlives_a_server_that_is_killed(boxes: Boxes) -> None:
    code = """
        import sys, threading, time
        from boxed import Boxes
        from quarantine.worker import sandbox
        boxes, mark = Boxes(sys.argv[1]), "outlives" + "-the-server"
        inside = f"import os, time; os.fork() or os.setsid(); time.sleep(600)  # {mark}"
        threading.Thread(target=boxes.run, args=(inside,), kwargs={"seconds": 600}, daemon=True).start()
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), boxes.kind]
    server = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": ".:tests"})
    deadline = time.monotonic() + 30
    # What forks has become two.
    while len(alive("time; os.fork() or os.setsid(); time.sleep(600)  # outlives-the-server")) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    server.kill()
    server.wait()
    while alive("outlives-the-server") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive("outlives-the-server") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only a user of its own tells who came of a program whose keeper is dead")
def test_nothing_outlives_a_supervisor_that_is_killed(boxes: Boxes) -> None:
    code = "import os, time; os.fork() or os.setsid(); time.sleep(600)  # outlives-the-supervisor"
    box = boxes.box(code, seconds=600)

    def is_inside(pid: int) -> bool:
        return b"outlives-the-super" in Path(f"/proc/{pid}/cmdline").read_bytes()

    def kill() -> bool:
        # The ones nearest to the server: bubblewrap, or the launcher. Other children of this process are left alone.
        for child in children(os.getpid()):
            if len([pid for pid in below(child) if is_inside(pid)]) >= 2:
                os.kill(child, 9)
        return False

    done = boxes.attended(box, stop=kill)
    assert done.status in (128 + 9, -9)
    deadline = time.monotonic() + 10
    while alive("outlives-the-super") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive("outlives-the-super") == []


def test_a_source_that_is_not_there_is_an_error_with_its_name_apart(boxes: Boxes, tmp_path: Path) -> None:
    with pytest.raises(NotStarted) as caught:
        boxes.run("", binds=[Bind(tmp_path / "missing", "/data")])
    assert "missing" in caught.value.words
    assert "missing" not in caught.value.message


def test_descriptors_are_given_back(boxes: Boxes) -> None:
    boxes.run("")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        boxes.run("")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_user_without_rights_gets_a_way_to_the_sources_and_to_nothing_beside_them(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "below" / "code").mkdir(parents=True)
    tmp_path.chmod(0o755)
    closed.chmod(0o700)
    words = outer(Programs("bwrap", "setpriv"), [closed / "below" / "code"], 2_000_000_001)
    tops = [words[i + 1] for i, word in enumerate(words) if word == "--tmpfs"]
    assert len(tops) == 1
    assert closed.is_relative_to(tops[0])
    assert words[-6:] == ["--reuid", "2000000001", "--regid", "2000000001", "--clear-groups", "--no-new-privs"]
    assert outer(Programs("bwrap", "setpriv"), [closed], None) == []


def test_no_program_is_longer_than_the_kernel_takes() -> None:
    for machine in sandbox_seccomp.MACHINES.values():
        made = sandbox_seccomp.program(machine)
        assert len(made) % 8 == 0
        assert len(made) // 8 <= 4096
