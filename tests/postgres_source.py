"""A PostgreSQL server that data lives in: over TCP, with passwords, and an account that may do little."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from live import free_port
from postgres import MISSING, PATIENCE, binaries, unprivileged
from quarantine.domain.settings import Settings

READER, PASSWORD = "reader", "pässword/ of@the:reader"


@dataclass
class Warehouse:
    """A database on a running server. `reader` may read what it is granted and create schemas, and nothing else."""

    port: int
    password: str
    database: str = "warehouse"

    @property
    def url(self) -> str:
        """The database with the reader's account, as the operator would write it."""
        return f"postgresql://{READER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{self.database}"

    @property
    def address(self) -> str:
        """The database without an account."""
        return f"postgresql://127.0.0.1:{self.port}/{self.database}"

    @property
    def source(self) -> dict[str, Any]:
        """What Source.server is made of, without an account."""
        return {"host": "127.0.0.1", "port": self.port, "database": self.database}

    def settings(self, home: Path, **more: Any) -> Settings:
        """A server's that may read from here."""
        return Settings(home=str(home), data_databases=self.url, **more)

    def run(self, statement: str, *values: object, database: str = "") -> list[tuple[Any, ...]]:
        """As the superuser; rows where there are any."""
        with closing(self.connect(database)) as connection:
            found = connection.execute(statement, values or None)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        """A connection of the superuser's."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="owner",
            password=self.password,
            dbname=database or self.database,
            autocommit=True,
        )

    def copies(self) -> list[str]:
        """The tables in the schema of bounded copies."""
        return [name for (name,) in self.run("SELECT tablename FROM pg_tables WHERE schemaname = 'dq0_bounded'")]


@pytest.fixture(scope="session")
def warehouse() -> Iterator[Warehouse]:
    """PostgreSQL, real, for this test process; the test is skipped where there is none."""
    programs = binaries()
    if programs is None:
        if os.environ.get("DQ0_TEST_REQUIRE_POSTGRES") == "1":
            pytest.fail(f"{MISSING}; and DQ0_TEST_REQUIRE_POSTGRES=1 does without no test")
        pytest.skip(MISSING)
    with started(programs) as made:
        made.run(f"CREATE DATABASE {made.database} ENCODING 'UTF8'", database="postgres")
        name, word = READER, PASSWORD.replace("'", "''")
        made.run(f"CREATE ROLE {name} LOGIN PASSWORD '{word}'; GRANT CREATE ON DATABASE {made.database} TO {name}")
        yield made


@contextmanager
def started(programs: Path) -> Iterator[Warehouse]:
    """A new cluster on a port of its own; nothing of it remains."""
    # Not pytest's folder: the way there is closed to the user that runs the server.
    folder = Path(tempfile.mkdtemp(prefix="dq0-source-"))
    made = Warehouse(free_port(), secrets.token_urlsafe(20))
    (folder / "password").write_text(made.password)
    who = unprivileged()
    for path in (folder, folder / "password") if who else ():
        shutil.chown(path, who["user"])
    try:
        command = [programs / "initdb", "-D", folder / "data", "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8"]
        command += [f"--pwfile={folder / 'password'}", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, **who)
        with (folder / "log").open("wb") as log:
            settings = ("listen_addresses=127.0.0.1", f"port={made.port}", "unix_socket_directories=")
            command = [programs / "postgres", "-D", folder / "data", *(f"--{setting}" for setting in settings)]
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **who)
        try:
            wait_until_up(made, process, folder / "log")
            yield made
        finally:
            # SIGQUIT: at once, without putting in order what nobody will read again.
            process.send_signal(3)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_up(made: Warehouse, process: subprocess.Popen[bytes], log: Path) -> None:
    """Poll until the server takes a connection."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            made.connect("postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text(errors="replace")[-4000:])
