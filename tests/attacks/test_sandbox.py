"""Row 17 of what will be tried: code that wants out of the sandbox, or to take the machine down with it."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from boxed import Boxes, alive
from quarantine.worker import sandbox_seccomp
from quarantine.worker.sandbox_box import Bind


def test_no_address_of_the_machine_or_the_world_can_be_reached(boxes: Boxes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = """
            import socket, sys
            for family in (socket.AF_INET, socket.AF_INET6, 16, 17, 38, 40):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, 5):
                    try:
                        socket.socket(family, kind)
                        print("open", family, kind)
                    except OSError as error:
                        assert error.errno == 97, error
            try:
                socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)
                print("connected")
            except OSError:
                print("shut")
        """
        assert boxes.printed(code, str(server.getsockname()[1])) == "shut"


def test_unix_sockets_of_the_machine_cannot_be_reached(boxes: Boxes, tmp_path: Path) -> None:
    name = f"dq0-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        code = """
            import socket, sys
            try:
                socket.socket(socket.AF_UNIX).connect("\\0" + sys.argv[1])
                print("connected")
            except OSError:
                print("shut")
        """
        assert boxes.printed(code, name) == "shut"


def test_every_denied_system_call_is_refused_and_future_ones_do_not_exist(boxes: Boxes) -> None:
    machine = sandbox_seccomp.MACHINES[os.uname().machine]
    numbers = [str(n) for pair in sandbox_seccomp.DENIED.values() if (n := pair[machine.column]) is not None]
    code = """
        import ctypes, errno, sys
        libc = ctypes.CDLL(None, use_errno=True)
        def call(number):
            ctypes.set_errno(0)
            done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
            return done, ctypes.get_errno()
        denied = [number for number in map(int, sys.argv[1:]) if call(number) != (-1, errno.EPERM)]
        future = (435, *range(451, 1200), 0x40000000, 0x40000065)
        future = [number for number in future if call(number)[1] != errno.ENOSYS]
        print(denied, future)
    """
    assert boxes.printed(code, *numbers) == "[] []"


def test_no_namespace_can_be_made_and_no_right_is_there(boxes: Boxes) -> None:
    code = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
            assert libc.unshare(flag) == -1
            # Even with the filter out of the way clone would be refused: limits on user namespaces and no rights.
            assert libc.syscall(56, flag | 17, 0, 0, 0, 0) == -1 or __import__("os").uname().machine != "x86_64"
        header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert libc.capget(header, held) == 0
        # To read past the modes of folders, which the walls of the kernel's own bound to what is opened.
        print([number & ~4 for number in held], libc.prctl(39, 0, 0, 0, 0))
    """
    assert boxes.printed(code) == "[0, 0, 0, 0, 0, 0] 1"


def test_other_processes_cannot_be_seen_signalled_or_read(boxes: Boxes) -> None:
    code = """
        import os, sys
        other = int(sys.argv[1])
        try:
            seen = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
            print(len(seen) <= 3, other in seen)
        except PermissionError:
            print(True, False)
        for number in (0, 15):
            try:
                os.kill(other, number)
                print("read: a signal went out")
            except OSError:
                pass
        for place in ("mem", "environ", "cmdline", "maps"):
            try:
                open(f"/proc/{sys.argv[1]}/{place}").read()
                print("read", place)
            except OSError:
                pass
        try:
            open("/proc/1/mem", "r+b")
            print("first process can be written to")
        except OSError:
            pass
    """
    # The number of this process is that of nobody inside.
    lines = boxes.printed(code, str(os.getpid())).split("\n")
    assert lines[0] == "True False"
    assert [line for line in lines[1:] if line.startswith("read")] == []


def test_killing_the_first_process_is_of_no_use(boxes: Boxes) -> None:
    code = """
        import os, time
        for pid in (1, os.getppid()):
            for number in (9, 15):
                try:
                    os.kill(pid, number)
                except PermissionError:
                    pass
        time.sleep(0.2)
        print("still here")
    """
    assert boxes.printed(code) == "still here"


def test_files_of_the_machine_are_not_there(boxes: Boxes, tmp_path: Path) -> None:
    secret = tmp_path / "dq0.sqlite"
    secret.write_text("secret")
    code = """
        import os, sys
        system = ("/etc/passwd", "/etc/shadow", "/etc/hosts", "/home", "/var", "/sys", "/boot", "/run")
        for path in (*system, *sys.argv[1:]):
            try:
                os.listdir(path) if os.path.isdir(path) else open(path).read(1)
                print("there:", path)
            except OSError:
                pass
        try:
            print(sorted(os.listdir("/etc")))
        except PermissionError:
            print([])
    """
    lines = boxes.printed(code, str(secret), str(tmp_path), str(Path.cwd() / "pyproject.toml")).split("\n")
    assert [line for line in lines if line.startswith("there")] == []
    assert set(eval(lines[-1])) <= {"ld.so.cache", "alternatives", "localtime"}


def test_a_way_up_from_what_is_bound_leads_nowhere(boxes: Boxes, tmp_path: Path) -> None:
    above = boxes.folder()
    (above / "secret").write_text("secret")
    (above / "code").mkdir()
    (above / "code" / "out").symlink_to(above / "secret")
    (above / "code").chmod(0o755)
    code = """
        import os
        here = os.open("/code", os.O_RDONLY)
        for path in ("../secret", "../../secret", "out"):
            try:
                os.open(path, os.O_RDONLY, dir_fd=here)
                print("read", path)
            except OSError:
                pass
        held = []
        for number in range(1024):
            try:
                os.fstat(number)
                held.append(number)
            except OSError:
                pass
        print(held)
    """
    # 3 is the folder above: nothing was inherited.
    assert boxes.printed(code, binds=[Bind(above / "code", "/code")]) == "[0, 1, 2, 3]"


def test_nothing_but_its_own_folders_can_be_written(boxes: Boxes, tmp_path: Path) -> None:
    folder = boxes.folder()
    (folder / "mine").write_text("as it was")
    (folder / "mine").chmod(0o666)
    folder.chmod(0o777)
    code = """
        import os
        for path in ("/x", "/dev/x", "/usr/x", "/etc/x", "/code/x", "/code/mine", "/proc/sys/kernel/hostname"):
            try:
                open(path, "w").write("mine now")
                print("wrote", path)
            except OSError:
                pass
        for call in (lambda: os.truncate("/code/mine", 0), lambda: os.rename("/code/mine", "/code/x")):
            try:
                call()
                print("changed")
            except OSError:
                pass
        os.chmod("/out", 0o755)
        for path in ("/out/x", "/tmp/x"):
            open(path, "w").close()
    """
    assert boxes.printed(code, binds=[Bind(folder, "/code")]) == ""
    assert (folder / "mine").read_text() == "as it was"
    assert (folder / "mine").stat().st_mode & 0o777 == 0o666


def test_a_fork_bomb_stays_small_and_ends(boxes: Boxes) -> None:
    code = """
        import os, time
        made = 0
        while True:
            try:
                if os.fork() == 0:
                    time.sleep(600)
                made += 1
            except OSError:
                open("/out/made", "w").write(str(made))
                time.sleep(0.1)
        # fork-bomb-of-the-tests
    """
    done = boxes.run(code, seconds=3, processes=32)
    assert done.reason == "time"
    assert int(next(file.content for file in done.outputs.files if file.path == "made")) < 32
    assert alive("fork-bomb-of-the-tests") == []


@pytest.mark.parametrize("processes", [1, 8])
def test_memory_is_bounded_over_all_processes(boxes: Boxes, processes: int) -> None:
    code = """
        import os, sys, time
        for _ in range(int(sys.argv[1]) - 1):
            if os.fork() == 0:
                break
        kept = [bytearray(os.urandom(1 << 20) * 48)]
        while int(sys.argv[1]) == 1:
            kept.append(bytearray(b"x" * (1 << 24)))
        time.sleep(600)
    """
    done = boxes.run(code, str(processes), memory_mb=256, seconds=120)
    assert done.reason == "memory" or b"MemoryError" in done.log


@pytest.mark.parametrize("place", ["/out", "/tmp", "/dev/shm"])
def test_the_disk_cannot_be_filled(boxes: Boxes, place: str) -> None:
    code = """
        import sys
        written = 0
        try:
            for number in range(1000):
                with open(f"{sys.argv[1]}/{number}", "wb", buffering=0) as file:
                    for _ in range(8):
                        written += file.write(bytes(1 << 20))
        except OSError as error:
            assert error.errno in (13, 28), error
        print(written >> 20)
    """
    done = boxes.run(code, place, seconds=60)
    # In a folder on disk it is ended as soon as it is seen.
    assert done.reason == "space" if boxes.kind == "landlock" and place != "/dev/shm" else int(done.log) <= 64


def test_space_of_files_without_a_name_counts() -> None:
    boxes = Boxes("landlock")
    letters = """
        import os, sys, time
        held = []
        for number in range(64):
            path = f"/out/{number}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT)
            os.unlink(path)
            os.write(handle, bytes(1 << 20))
            if sys.argv[1] == "mapped":
                import mmap
                held.append(mmap.mmap(handle, 1 << 20))
                os.close(handle)
        time.sleep(60)
    """
    try:
        for way in ("open", "mapped"):
            assert boxes.run(letters, way, seconds=60).reason == "space"
    finally:
        boxes.clear()


def test_a_million_empty_files_are_too_many(boxes: Boxes) -> None:
    code = """
        for number in range(10_000_000):
            open(f"/out/{number}", "w").close()
    """
    done = boxes.run(code, seconds=120, files=1000)
    assert done.reason == "files"
    assert len(done.outputs.files) <= 1000


def test_endless_printing_is_cut_and_holds_nobody_up(boxes: Boxes) -> None:
    done = boxes.run("while True: print('x' * 1000)", seconds=2, log_bytes=4096)
    assert done.reason == "time"
    assert len(done.log) == 4096


def test_who_ignores_the_terminate_signal_is_killed(boxes: Boxes) -> None:
    code = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                break
        time.sleep(600)  # ignores-sigterm-in-tests
    """
    asked = threading.Event()
    threading.Timer(1.0, asked.set).start()
    done = boxes.attended(boxes.box(code, seconds=600), stop=asked.is_set)
    assert done.reason == "stopped"
    assert alive("ignores-sigterm-in-tests") == []


def test_children_that_are_left_behind_are_ended(boxes: Boxes) -> None:
    code = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)  # left-behind-in-tests
            os._exit(0)
        os.wait()
    """
    begun = time.monotonic()
    done = boxes.run(code, seconds=300)
    assert done.reason == "ended"
    assert alive("left-behind-in-tests") == []
    assert time.monotonic() - begun < 300


def test_links_devices_and_odd_names_among_the_outputs_are_left_out(boxes: Boxes) -> None:
    code = r"""
        import os, socket
        os.symlink("/etc/passwd", "/out/link")
        os.symlink("/", "/out/folder")
        os.mkfifo("/out/pipe")
        try:
            socket.socket(socket.AF_UNIX).bind("/out/socket")
        except OSError as error:
            # Without namespaces there are no sockets of any kind; a letter-box in its place.
            assert error.errno == 97
            os.mkfifo("/out/socket")
        os.makedirs("/out/a/b")
        os.symlink("../..", "/out/a/b/up")
        for name in (".hidden", "back\\slash", "new\nline", "nul\x01"):
            open("/out/" + name, "w").close()
        open(b"/out/\xff\xfe", "w").close()
        open("/out/a/b/good.txt", "w").write("good")
        deep = "/out/" + "d/" * 40
        os.makedirs(deep)
        open(deep + "x", "w").close()
        with open("/out/sparse", "wb") as file:
            os.ftruncate(file.fileno(), 15 << 20)
        os.link("/out/sparse", "/out/sparse2")
        os.mkdir("/out/closed")
        open("/out/closed/x", "w").close()
    """
    done = boxes.run(code)
    assert (done.reason, done.status) == ("ended", 0), done.log
    assert [file.path for file in done.outputs.files] == ["a/b/good.txt", "closed/x", "sparse"]
    assert done.outputs.left_out == 12


def test_raw_sockets_to_the_host_of_a_virtual_machine_are_shut(boxes: Boxes) -> None:
    assert (
        boxes.printed("import socket\ntry: socket.socket(40, 1)\nexcept OSError as error: print(error.errno)") == "97"
    )


def test_the_descriptor_of_the_run_folder_is_read_after_the_last_process_is_gone(boxes: Boxes) -> None:
    code = """
        import os, time
        open("/out/kept", "w").write("first")
        if os.fork() == 0:
            while True:
                open("/out/kept", "w").write("second")
        time.sleep(0.2)
    """
    done = boxes.run(code)
    assert [file.path for file in done.outputs.files] == ["kept"]
    assert done.outputs.files[0].content in (b"second", b"")
