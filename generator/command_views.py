"""What the template prints for commands: the tables of contexts and of commands."""

import re

from generator.command_ir import Command, Option
from generator.command_names import context_of, placed
from generator.ir import Api
from generator.literals import literal, prose, text
from generator.model_views import View


def commands(api: Api) -> View:
    """The table of all commands, by context and name."""
    table = placed([command for operation in api.operations for command in operation.commands])
    rows = [_row(context, name, command) for (context, name), command in table.items()]
    about = {context_of(tag): words for tag, words in api.about.items()}
    contexts = sorted({context for context, _ in table})
    told = [f"{text(context)}: {text(_paragraph(about.get(context, '')))}" for context in contexts]
    used = ["Command", "Option"] if any("Option(" in line for row in rows for line in row) else ["Command"]
    return {"file": api.labels.get(api.root_file, api.root_file), "used": used, "contexts": told, "rows": rows}


def _paragraph(value: str) -> str:
    """The first paragraph of a description on one line."""
    return " ".join(re.split(r"\n\s*\n", prose(value).strip())[0].split())


def _row(context: str, name: str, command: Command) -> list[str]:
    given = [context, name, command.operation, command.method, command.path]
    lines = [text(each) for each in given]
    lines += [f"help={text(_paragraph(command.summary))}"] if command.summary else []
    lines += [f"description={text(_paragraph(command.doc))}"] if command.doc else []
    if command.options:
        lines.append(f"options=({', '.join(_option(o) for o in command.options)},)")
    lines += [f"arguments={literal(command.arguments)}"] if command.arguments else []
    lines += [f"media={text(command.media)}"] if command.media else []
    lines += ["body_required=True"] if command.body_required else []
    lines += [f"values={literal(command.values)}"] if command.values else []
    lines += [f"columns={literal(command.columns)}"] if command.columns else []
    lines += ["waits=True"] if command.waits else []
    return lines


def _option(option: Option) -> str:
    parts = [text(option.flag), text(option.wire), text(option.where)]
    parts += [f"kind={text(option.kind)}"] if option.kind != "string" else []
    flags = (("required", option.required), ("many", option.many), ("secret", option.secret))
    parts += [f"{name}=True" for name, holds in flags if holds]
    parts += [f"files={literal(option.files)}"] if option.files else []
    parts += [f"choices={literal(option.choices)}"] if option.choices else []
    parts += [f"names={literal(option.names)}"] if option.names else []
    parts += [f"default={literal(option.default)}"] if option.default is not None else []
    parts += [f"source={text(option.source)}"] if option.source else []
    parts += [f"more_flags={literal(option.more_flags)}"] if option.more_flags else []
    doc = _paragraph(option.doc)
    parts += [f"help={text(doc)}"] if doc else []
    return f"Option({', '.join(parts)})"
