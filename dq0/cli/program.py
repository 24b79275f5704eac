"""The tree of contexts and commands, built from the generated table when one is asked for."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from dq0.cli.failures import INTERRUPTED, UNAVAILABLE, USAGE, Failure
from dq0.cli.options import common, params, typed
from dq0.cli.texts import shown
from generated.commands import COMMANDS, CONTEXTS
from generated.console import Command

# What `quarantine.server.cli` answers: shown here, carried out there.
HOST: dict[str, dict[str, str]] = {
    "server": {
        "start": "Start the server.",
        "config": "Print every setting.",
        "add-admin": "Register a confirmed administrator.",
        "set-password": "Set a person's password.",
        "activate-proxy": "Have another server, or this one again, be the active proxy.",
        "backup": "Write the whole database into one file.",
        "restore": "Replace what the database holds by a backup.",
    },
    "worker": {"start": "Run jobs of a server's database in a process of their own."},
    "audit": {
        "verify": "Check the hash chains of audit log, ledger and caps.",
        "spent": "Tell what every dataset's charges come to, counted in three ways.",
    },
}
ABOUT_HOST = {"server": "Run a server and look after it, on its host.", "worker": "Run jobs, on a server's host."}
COMPLETION = "completion"
SHELLS = ("bash", "zsh", "fish")
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def run(arguments: Sequence[str]) -> int:
    """Runs one command; every failure is one line on standard error and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = Root().main(list(arguments), prog_name="dq0", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except Failure as failure:
        return _ended(failure.message, failure.status)
    except click.ClickException as error:
        return _ended(error.format_message(), USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _ended("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Who reads has seen enough; Python would complain of what is still to be flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNAVAILABLE
    except UnicodeError:
        return _ended("what was typed, or a file, is not text in UTF-8", USAGE)
    except Exception as error:  # a fault of ours, too, is told in a line
        return _ended(f"dq0 itself failed: {type(error).__name__}: {error}", UNAVAILABLE)


def _ended(message: str, status: int) -> int:
    sys.stderr.write(f"error: {shown(' '.join(message.split()))}\n")
    return status


class Root(click.Group):
    """`dq0`: contexts, in alphabetical order."""

    def __init__(self) -> None:
        super().__init__(
            "dq0",
            help="Ask private data, through a DQ0 server: dq0 CONTEXT COMMAND.",
            epilog="The server is --server, DQ0_ADDRESS or http://127.0.0.1:9000/api; docs/cli.md has the rest.",
            context_settings=SETTINGS,
            invoke_without_command=True,
            callback=_help,
            params=[_version()],
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Contexts, and the one command that belongs to none."""
        return sorted({*CONTEXTS, *HOST, COMPLETION})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A context; None where there is none of that name."""
        if cmd_name == COMPLETION:
            return _completion(self)
        return Context(cmd_name) if cmd_name in CONTEXTS or cmd_name in HOST else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every context with what it is about, and the names of its commands."""
        with formatter.section("Contexts"):
            rows = []
            for name in sorted({*CONTEXTS, *HOST}):
                about = CONTEXTS.get(name) or ABOUT_HOST[name]
                rows.append((name, f"{about} [{', '.join(_names(name))}]"))
            formatter.write_dl([*rows, (COMPLETION, "Print a script for completion in bash, zsh or fish.")])


class Context(click.Group):
    """`dq0 CONTEXT`: the commands of one group of operations."""

    def __init__(self, name: str) -> None:
        about = CONTEXTS.get(name) or ABOUT_HOST[name]
        super().__init__(
            name, help=about, context_settings=SETTINGS, invoke_without_command=True, callback=_help, params=[]
        )
        self.table = {c.name: c for c in COMMANDS if c.context == name}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in alphabetical order."""
        return _names(str(self.name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; None where there is none of that name."""
        if cmd_name in self.table:
            return built(self.table[cmd_name])
        told = HOST.get(str(self.name), {}).get(cmd_name)
        return None if told is None else click.Command(cmd_name, help=told, callback=lambda: None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command on one line."""
        host = HOST.get(str(self.name), {})
        rows = [(n, self.table[n].help if n in self.table else host[n]) for n in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _names(context: str) -> list[str]:
    return sorted({*(c.name for c in COMMANDS if c.context == context), *HOST.get(context, {})})


def _help() -> None:
    """Without a command the help is what was meant."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _version() -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            # Looked up only when asked: it costs as much as all the rest.
            from importlib.metadata import version

            click.echo(f"dq0-server {version('dq0-server')}")
            ctx.exit()

    told = "Show the version and leave."
    return click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=show, help=told)


def built(command: Command) -> click.Command:
    """One command with its options."""

    def call(**given: Any) -> None:
        from dq0.cli.calls import execute

        execute(command, typed(command, given))

    return click.Command(
        command.name,
        help=_told(command),
        short_help=command.help,
        params=[*params(command), *common(command)],
        callback=call,
        context_settings=SETTINGS,
    )


def _told(command: Command) -> str:
    parts = [command.help, command.description, f"Operation: {command.method} {command.path} ({command.operation})."]
    if command.waits:
        parts.insert(2, "Waits for the job to end and shows what came of it; Ctrl-C leaves the job running.")
    return "\n\n".join(part for part in parts if part)


def _completion(root: click.Group) -> click.Command:
    def script(shell: str) -> None:
        from click.shell_completion import get_completion_class

        kind = get_completion_class(shell)
        if kind is None:
            raise Failure(f"there is no completion for {shell}", USAGE)
        click.echo(kind(root, {}, "dq0", "_DQ0_COMPLETE").source())

    told = "Print a script for completion: source it from the shell's start-up file, as docs/cli.md shows."
    argument = click.Argument(["shell"], type=click.Choice(SHELLS))
    return click.Command(COMPLETION, help=told, params=[argument], callback=script, context_settings=SETTINGS)
