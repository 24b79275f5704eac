"""A PostgreSQL server of the tests' own, one per test process; or the one that `DQ0_TEST_POSTGRES_URL` names."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from quarantine.domain.settings import Settings
from quarantine.store.engine import open_database
from quarantine.store.migrate import migrate

USER = "dq0"
PATIENCE = 60.0
MISSING = (
    "PostgreSQL is not installed: neither `postgres` on the path nor /usr/lib/postgresql, nor DQ0_TEST_POSTGRES_URL"
)


@dataclass
class Cluster:
    """A running server; `database` gives a fresh database on it."""

    url: URL
    prefix: str = field(default_factory=lambda: f"dq0_test_{os.getpid()}")
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _template: str = ""

    @cached_property
    def version(self) -> int:
        """The server's version, as 150013."""
        with closing(psycopg.connect(plain(self.url))) as connection:
            return connection.info.server_version

    def database(self, *, template: str = "", migrated: bool = True) -> str:
        """The URL of a new database: migrated, or a copy of the one that `template` is the URL of, or empty."""
        source = make_url(template).database if template else self._migrated() if migrated else "template0"
        return self._create(str(source))

    def drop(self, url: str) -> None:
        """Remove a database and whoever is connected to it."""
        self.run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """One statement outside all databases of the tests."""
        with closing(psycopg.connect(plain(self.url), autocommit=True)) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _create(self, source: str) -> str:
        name = f"{self.prefix}_{next(self._numbers)}"
        # Older servers copy files anyway; logging each page of a copy takes newer ones several times as long.
        how = "STRATEGY FILE_COPY" if self.version >= 150000 else ""
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{source}" {how}')
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _migrated(self) -> str:
        if not self._template:
            url = self._create("template0")
            database = open_database(Settings(database_url=url))
            migrate(database)
            database.close()
            self._template = str(make_url(url).database)
        return self._template

    def clear(self) -> None:
        """Remove what the tests have left on a server that is not theirs."""
        with closing(psycopg.connect(plain(self.url), autocommit=True)) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{self.prefix}_%"])
            for (name,) in found.fetchall():
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


def plain(url: URL | str) -> str:
    """A URL as the driver itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """PostgreSQL, real, for this test process; the test is skipped where there is none."""
    given = os.environ.get("DQ0_TEST_POSTGRES_URL")
    if given:
        cluster = Cluster(make_url(given))
        yield cluster
        cluster.clear()
        return
    programs = binaries()
    if programs is None:
        if os.environ.get("DQ0_TEST_REQUIRE_POSTGRES") == "1":
            pytest.fail(f"{MISSING}; and DQ0_TEST_REQUIRE_POSTGRES=1 does without no test")
        pytest.skip(MISSING)
    with started(programs) as url:
        yield Cluster(url)


def binaries() -> Path | None:
    """The folder of `postgres` and `initdb`; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    return next((path for path in found if (path / "postgres").exists() and (path / "initdb").exists()), None)


@contextmanager
def started(programs: Path) -> Iterator[URL]:
    """A new cluster that listens on a socket in a folder of its own; nothing of it remains."""
    # Not pytest's folder: the way there is closed to the user that runs the server, and too long for a socket's name.
    folder = Path(tempfile.mkdtemp(prefix="dq0-pg-", dir=memory()))
    who = unprivileged()
    if who:
        shutil.chown(folder, who["user"])
    try:
        initialise = [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*initialise, "--no-locale", "--no-sync"], cwd=folder, check=True, stdout=subprocess.DEVNULL, **who
        )
        with (folder / "log").open("wb") as log:
            settings = ("listen_addresses=", f"unix_socket_directories={folder}", "max_connections=300")
            settings += ("max_wal_size=256MB",)
            command = [programs / "postgres", "-D", folder / "data", *(f"--{setting}" for setting in settings)]
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **who)
        try:
            url = URL.create("postgresql", username=USER, database="postgres", query={"host": str(folder)})
            wait_until_up(url, process, folder / "log")
            yield url
        finally:
            # SIGQUIT: at once, without putting in order what nobody will read again.
            process.send_signal(3)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def memory() -> Path | None:
    """Where files are kept in memory, if there is room: a database per test is a copy of a thousand small files."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2**30
    return shared if roomy else None


def unprivileged() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def wait_until_up(url: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    """Poll until the server takes a connection."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(plain(url)).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text(errors="replace")[-4000:])
