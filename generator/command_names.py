"""Names of commands: derived from tag and operationId, or as `x-command` has them; no two alike."""

import re
from collections import Counter

from generator.command_ir import Command
from generator.findings import Findings, shown
from generator.names import precise

# What every command has beside its operation's options.
TAKEN = frozenset({"help", "json", "server", "all", "no-wait"})


def words(text: str) -> list[str]:
    """The words of a name, however they are joined."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return [word.lower() for word in re.split(r"[^0-9A-Za-z]+", apart) if word]


def kebab(text: str) -> str:
    """The name in lower case with hyphens; another spelling where nothing would be left."""
    return "-".join(words(text)) or "-".join(words(precise(text))) or "x"


def singular(word: str) -> str:
    """One of what the word names many of, by the plainest rules of English."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def context_of(tag: str) -> str:
    """The context of a tag: its last word in the singular."""
    *before, last = words(tag) or [kebab(tag)]
    return "-".join([*before, singular(last)])


def derived(tag: str, operation_id: str) -> str:
    """The command's name: the operationId's verb and what it says beside the context; `get` alone is `info`."""
    own = {*words(tag), *context_of(tag).split("-")}
    first, *rest = words(operation_id) or [kebab(operation_id)]
    rest = [word for word in rest if word not in own]
    if first in own and rest:
        return "-".join(rest)
    if first in ("get", "list") and rest:
        return "-".join(rest)
    return "-".join([{"get": "info"}.get(first, first), *rest])


def check_commands(commands: list[Command], findings: Findings) -> None:
    """The house rule: a command is of one operation only."""
    first: dict[tuple[str, str], Command] = {}
    for command in sorted(commands, key=lambda c: (c.context, c.name, c.operation)):
        known = first.setdefault((command.context, command.name), command)
        if known is not command:
            name = shown(f"{command.context} {command.name}")
            wrong = f"{command.operation} has the command {name}, as {known.operation}"
            findings.stop(command.file, command.line, wrong, "give it an x-command with a name of its own")


def placed(commands: list[Command]) -> dict[tuple[str, str], Command]:
    """Commands by context and name; those that nobody told apart go by their whole operationId."""
    count = Counter((c.context, c.name) for c in commands)
    out = {(c.context, c.name): c for c in commands if count[c.context, c.name] == 1}
    contested = (c for c in commands if count[c.context, c.name] > 1)
    for command in sorted(contested, key=lambda c: (c.context, c.operation, c.method, c.path)):
        name = "-".join(words(precise(command.operation)))
        while (command.context, name) in out:
            name += "-x"
        out[command.context, name] = command
    return dict(sorted(out.items()))
