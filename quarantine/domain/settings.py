"""Every setting of the server, in one place: `DQ0_*` environment variables and their defaults."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

import msgspec

from quarantine.domain.errors import Invalid
from quarantine.domain.metadata.addresses import FORM, Address, read_address

Positive = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings; each field is the variable `DQ0_` + its name in capitals, described in `DESCRIPTIONS`."""

    home: str = "~/.dq0"
    hostname: str = "127.0.0.1"
    port: Port = 9000
    database_url: str = ""
    data_folders: str = ""
    data_databases: str = ""
    database_refresh_seconds: Positive = 86_400
    spark_master: str = "local[*]"
    ambient_session: bool = True
    session_days: Positive = 30
    body_limit: Positive = 16_777_216
    depth_limit: Positive = 64
    threads: Positive = 4
    streams_per_person: Positive = 8
    worker: bool = True
    lease_seconds: Positive = 60
    query_seconds: Positive = 600
    query_memory_mb: Positive = 2048
    project_folders: str = ""
    deploy_files: Positive = 1000
    deploy_bytes: Positive = 16_777_216
    sandbox: Literal["", "bubblewrap", "landlock"] = ""
    unsafe_runs: bool = False
    run_threads: Positive = 2
    run_seconds: Positive = 3600
    run_memory_mb: Positive = 2048
    run_processes: Positive = 128
    run_cores: Positive = 4
    run_folder_mb: Positive = 256
    mlflow_uri: str = ""
    proxy_certificates: str = ""
    proxy_plain_http: bool = False
    proxy_seconds: Positive = 60
    metrics_port: Port = 0
    traces_url: str = ""
    log_level: str = "info"
    log_format: str = "console"

    @property
    def root(self) -> Path:
        """The state folder, `~` expanded."""
        return Path(self.home).expanduser().absolute()

    @property
    def loopback(self) -> bool:
        """Whether the server listens on a loopback address only: the first to register is then its administrator."""
        return is_loopback_name(self.hostname)

    @property
    def observed(self) -> bool:
        """Whether anybody is told what this process does."""
        return bool(self.metrics_port or self.traces_url)

    @property
    def url(self) -> str:
        """The database: SQLite in the state folder unless `DQ0_DATABASE_URL` names another."""
        return self.database_url or f"sqlite:///{self.root / 'dq0.sqlite'}"

    @property
    def source_folders(self) -> tuple[Path, ...]:
        """The folders that data may come from, links resolved."""
        named = [Path(part).expanduser() for part in self.data_folders.split(":") if part]
        return tuple(path.resolve() for path in named or [self.root / "data"])

    @property
    def source_databases(self) -> tuple[Address, ...]:
        """The databases that data may come from; raises Invalid for one that is not an address, or is the server's."""
        return tuple(_allowed(text, self.database_url) for text in self.data_databases.split())

    @property
    def open_folders(self) -> tuple[Path, ...] | None:
        """The folders that projects may be made in, links resolved; None for any: on the own machine of its user."""
        named = [Path(part).expanduser() for part in self.project_folders.split(":") if part]
        return tuple(path.resolve() for path in named) if named or not self.loopback else None

    @property
    def commits_folder(self) -> Path:
        """Where what was deployed is kept."""
        return self.root / "commits"

    @property
    def derived_folder(self) -> Path:
        """Where the tables lie that transforms have made and owners released."""
        return self.root / "derived"

    @property
    def bounded_folder(self) -> Path:
        """Where the bounded copies of the datasets are kept."""
        return self.root / "bounded"


def is_loopback_name(name: str) -> bool:
    """Whether a host's name or address is one of this machine's own, which no network is needed for."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


DESCRIPTIONS: Mapping[str, str] = {
    "home": "folder of all state: database, bounded copies, default data folder",
    "hostname": "address to listen on; beyond loopback there is no ambient session",
    "port": "port to listen on; 0 takes a free one",
    "database_url": "database; empty is SQLite in the state folder",
    "data_folders": "colon-separated folders that data may come from; empty is the folder data in the state folder",
    "data_databases": "databases that data may come from, apart from each other by spaces; empty is none: " + FORM,
    "database_refresh_seconds": "seconds after which the bounded copy of a database's table is made anew in any case",
    "spark_master": "the Spark that the spark connector uses",
    "ambient_session": "on loopback, a request without Authorization acts as the stored session",
    "session_days": "days until a session ends",
    "body_limit": "largest request body in bytes",
    "depth_limit": "deepest nesting of a JSON body",
    "threads": "threads for requests that may take longer than a millisecond",
    "streams_per_person": "how many jobs one person may watch at once by server-sent events, in one process",
    "worker": "run jobs in this process",
    "lease_seconds": "seconds without a heartbeat after which another worker takes a job over",
    "query_seconds": "longest run of one query",
    "query_memory_mb": "memory of the query engine in MiB",
    "project_folders": "colon-separated folders for projects; empty is any on loopback, and none beyond",
    "deploy_files": "most files and folders in one deployed project",
    "deploy_bytes": "most bytes in one deployed project",
    "sandbox": "how a project's code is walled in: bubblewrap or landlock; empty is the first that works",
    "unsafe_runs": "where no sandbox works, run code without one: it can read all that the server can",
    "run_threads": "runs at once in one worker",
    "run_seconds": "longest run of a project's code",
    "run_memory_mb": "memory of a run in MiB, over all its processes",
    "run_processes": "most processes and threads of a run",
    "run_cores": "cores of the processor that a run sees and uses",
    "run_folder_mb": "size of a run's folder in MiB; it is kept in memory",
    "mlflow_uri": "MLflow server that released runs are copied to, http(s)://[user:password@]host; empty is none",
    "proxy_certificates": "PEM file of authorities that vouch for other quarantines; empty is the system's",
    "proxy_plain_http": "speak to other quarantines over http, without encryption, beyond loopback too",
    "proxy_seconds": "longest silence of another quarantine before its answer is given up",
    "metrics_port": "port on 127.0.0.1 that shows this process's numbers to Prometheus; 0 is none",
    "traces_url": "OpenTelemetry collector that spans are sent to, http(s)://host:4318/v1/traces; empty is none",
    "log_level": "debug, info, warning or error",
    "log_format": "console or json",
}

_COLLECTOR = re.compile(r"https?://[^@\s]+")

# What the command line client reads: it may well be set where a server is started.
CLIENTS_OWN = frozenset({"DQ0_ADDRESS", "DQ0_TOKEN"})


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from `DQ0_*` variables; raises Invalid for a name that is not a setting or a value that does not fit."""
    own = {key: value for key, value in environment.items() if key.startswith("DQ0_") and key not in CLIENTS_OWN}
    given = {key.removeprefix("DQ0_").lower(): value for key, value in own.items()}
    hints = get_type_hints(Settings, include_extras=True)
    unknown = sorted(set(given) - set(hints))
    if unknown:
        raise Invalid(f"DQ0_{unknown[0].upper()} is not a setting; `dq0 server config` lists them all")
    values: dict[str, object] = {}
    for name, text in given.items():
        try:
            values[name] = msgspec.convert(text, hints[name], strict=False)
        except msgspec.ValidationError as error:
            raise Invalid(f"DQ0_{name.upper()}: {error}") from None
    settings = Settings(**values)  # type: ignore[arg-type]
    _ = settings.source_databases
    if settings.mlflow_uri and not settings.mlflow_uri.startswith(("http://", "https://")):
        raise Invalid("DQ0_MLFLOW_URI: expected http://host or https://host of a tracking server")
    if settings.traces_url and not _COLLECTOR.fullmatch(settings.traces_url):
        raise Invalid(
            "DQ0_TRACES_URL: expected http://host:4318/v1/traces or https://..., without a user or a password"
        )
    return settings


def _allowed(text: str, own: str) -> Address:
    found = read_address(text)
    if found is None:
        # What is not understood may hold a password.
        raise Invalid(f"DQ0_DATA_DATABASES: expected {FORM}, several apart from each other by spaces")
    mine = read_address("postgresql" + own[own.index(":") :].split("?")[0]) if own.startswith("postgres") else None
    if mine is not None and mine.server.address == found.server.address:
        raise Invalid("DQ0_DATA_DATABASES: names the server's own database, which is no source of data")
    return found
