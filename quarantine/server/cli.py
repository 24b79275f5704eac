"""The `dq0` command of the server: start it, see its settings, make an administrator, back up, verify."""

import argparse
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from quarantine.domain.errors import DomainError, Invalid
from quarantine.domain.settings import DESCRIPTIONS, Settings, read_settings
from quarantine.server.backups import add_commands

if TYPE_CHECKING:
    from sqlalchemy import Connection

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 is success, 1 a broken chain, 2 a mistake in the call or the settings."""
    given = parser().parse_args(arguments)
    try:
        settings = _settings(given)
        command: Command = given.command
        return command(settings, given)
    except DomainError as error:
        sys.stderr.write(f"dq0: {error.message}\n")
        return 2


class Version(argparse.Action):
    """Looks the version up only when asked: the look-up costs as much as reading the settings."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Prints and leaves."""
        from importlib.metadata import version

        parser.exit(message=f"dq0-server {version('dq0-server')}\n")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="dq0",
        description="An open DQ0 server: the data stays here, private answers leave.",
        epilog="Settings are DQ0_* environment variables; `dq0 server config` prints them all.",
    )
    top.add_argument("--version", action=Version, nargs=0, help="show the version and leave")
    topics = top.add_subparsers(title="topics", required=True, metavar="TOPIC")
    _add_server(topics.add_parser("server", help="run the server and look after it", description="The server."))
    told = "run jobs of a server's database in a process of their own"
    verbs = topics.add_parser("worker", help=told, description="The worker.").add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    told = "take jobs until Ctrl-C, by the same settings as the server's"
    verbs.add_parser("start", help=told, description=told).set_defaults(command=start_worker)
    audit = topics.add_parser("audit", help="the audit log", description="The audit log and the privacy ledger.")
    verbs = audit.add_subparsers(title="commands", required=True, metavar="COMMAND")
    told = "check the hash chains of audit log, ledger and caps; names the first broken row"
    verbs.add_parser("verify", help=told, description=told).set_defaults(command=verify)
    told = "what was spent of every dataset: epsilons added up, in zCDP, and by privacy loss distributions"
    verbs.add_parser("spent", help=told, description=told).set_defaults(command=spent)
    return top


def _add_server(server: argparse.ArgumentParser) -> None:
    verbs = server.add_subparsers(title="commands", required=True, metavar="COMMAND")
    begin = verbs.add_parser("start", help="start the server", description="Start the server; Ctrl-C stops it.")
    begin.add_argument("--hostname", help=f"{DESCRIPTIONS['hostname']} (DQ0_HOSTNAME)")
    begin.add_argument("--port", type=int, help=f"{DESCRIPTIONS['port']} (DQ0_PORT)")
    begin.set_defaults(command=start)
    told = "print every setting: variable, value, default, meaning"
    verbs.add_parser("config", help=told, description=told).set_defaults(command=config)
    told = "register a confirmed administrator; the password is asked for, or read from standard input"
    admin = verbs.add_parser("add-admin", help=told, description=told)
    admin.add_argument("email")
    admin.set_defaults(command=add_admin)
    told = "set a person's password and end all of the person's sessions; asked for, or read from standard input"
    reset = verbs.add_parser("set-password", help=told, description=told)
    reset.add_argument("email")
    reset.set_defaults(command=set_password)
    told = "have a proxy answer, 1 for this server itself: for who cannot sign in here while another is active"
    turn = verbs.add_parser("activate-proxy", help=told, description=told)
    turn.add_argument("proxy_id", type=int)
    turn.set_defaults(command=activate_proxy)
    add_commands(verbs)


def _settings(given: argparse.Namespace) -> Settings:
    named = {key: getattr(given, key, None) for key in ("hostname", "port")}
    environment = dict(os.environ)
    environment.update({f"DQ0_{key.upper()}": str(value) for key, value in named.items() if value is not None})
    return read_settings(environment)


def start(settings: Settings, _: argparse.Namespace) -> int:
    """`dq0 server start`."""
    # Nothing of what the imports make is garbage: the collector begins when the server listens.
    gc.disable()
    from quarantine.server.process import serve

    return serve(settings)


def start_worker(settings: Settings, _: argparse.Namespace) -> int:
    """`dq0 worker start`."""
    from quarantine.server.working import work

    return work(settings)


def config(settings: Settings, _: argparse.Namespace) -> int:
    """`dq0 server config`."""
    defaults = msgspec.to_builtins(Settings())
    rows = [("VARIABLE", "VALUE", "DEFAULT", "MEANING")]
    for name, value in msgspec.to_builtins(settings).items():
        rows.append((f"DQ0_{name.upper()}", _shown(name, value), _shown(name, defaults[name]), DESCRIPTIONS[name]))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for *cells, meaning in rows:
        padded = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        sys.stdout.write(f"{padded}  {meaning}\n")
    return 0


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if name == "database_url" and value:
        from sqlalchemy import make_url

        return make_url(str(value)).render_as_string(hide_password=True)
    if name == "mlflow_uri":
        return re.sub(r"//[^/]*@", "//***@", str(value)) or "(empty)"
    if name == "data_databases" and value:
        return " ".join(address.server.address for address in Settings(data_databases=str(value)).source_databases)
    return str(value) or "(empty)"


def add_admin(settings: Settings, given: argparse.Namespace) -> int:
    """`dq0 server add-admin`."""
    from quarantine.store import accounts

    password = asked_password()
    on_host(settings, "UserAddAdmin", given.email, lambda kept: accounts.add_admin(kept, given.email, password))
    sys.stdout.write(f"{given.email} is an administrator\n")
    return 0


def set_password(settings: Settings, given: argparse.Namespace) -> int:
    """`dq0 server set-password`."""
    from msgspec import UNSET

    from quarantine.store import accounts

    password = asked_password()

    def change(kept: "Connection") -> None:
        accounts.set_password(kept, accounts.named(kept, user_id=UNSET, emails=(given.email,)), password)

    on_host(settings, "UserPasswordSet", given.email, change)
    sys.stdout.write(f"{given.email} has another password and no session\n")
    return 0


def activate_proxy(settings: Settings, given: argparse.Namespace) -> int:
    """`dq0 server activate-proxy`; what the proxy is and whether it answers is seen by the next request."""
    from quarantine.store import proxies

    def change(kept: "Connection") -> None:
        proxies.activate(kept, proxies.proxy(kept, given.proxy_id).proxy_id)

    on_host(settings, "ProxyActivate", str(given.proxy_id), change)
    sys.stdout.write(f"proxy {given.proxy_id} is active\n")
    return 0


def asked_password() -> str:
    """A new password from the terminal, twice, or from standard input; raises Invalid where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Invalid("the two passwords differ")
    return password


def on_host(settings: Settings, action: str, object: str, change: "Callable[[Connection], object]") -> None:
    """One change that only the host may make, with its audit row."""
    from quarantine.store import audit
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate

    database = open_database(settings)
    try:
        migrate(database)
        with database.transaction(write=True, durable=True) as connection:
            change(connection)
            audit.record(connection, actor="(host)", action=action, object=object)
    finally:
        database.close()


def verify(settings: Settings, _: argparse.Namespace) -> int:
    """`dq0 audit verify`."""
    from quarantine.store import audit, ledger
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate

    database = open_database(settings)
    chains = (("audit log", audit.verify), ("ledger", ledger.verify), ("caps", ledger.verify_caps))
    broken = 0
    try:
        migrate(database)
        with database.transaction() as connection:
            for name, check in chains:
                row = check(connection)
                broken += row is not None
                sys.stdout.write(f"{name}: {'whole' if row is None else f'broken from row {row}'}\n")
    finally:
        database.close()
    return 1 if broken else 0


def spent(settings: Settings, _: argparse.Namespace) -> int:
    """`dq0 audit spent`."""
    from quarantine.store import spent
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate

    database = open_database(settings)
    try:
        migrate(database)
        with database.transaction() as connection:
            for name, found in spent.reports(connection):
                sys.stdout.write(spent.told(name, found))
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
