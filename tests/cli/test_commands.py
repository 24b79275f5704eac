"""Every operation has a command, with exactly its options; each is carried out on a real server."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from openapi_schema_validator import OAS30ReadValidator

from checked import DOCUMENT
from dq0.cli import program
from every import ANEW, NOT_BUILT, Scene, Values, body_of, scene
from generated.commands import COMMANDS, CONTEXTS
from generated.console import Command
from generated.operations import OPERATIONS
from live import PASSWORD
from people import join
from quarantine.server.cli import parser
from world import World

BY_ID = {operation.id: operation for operation in OPERATIONS}
every_command = pytest.mark.parametrize("command", COMMANDS, ids=[f"{c.context} {c.name}" for c in COMMANDS])
CONTEXT_NAMES = (
    "user role group action audit privacy data project commit run experiment model job artifact query proxy device auth"
)


def at(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def named(operation_id: str) -> tuple[set[str], set[str]]:
    """All names of parameters and body fields of an operation, and those that are required, from the contract."""
    operation = BY_ID[operation_id]
    item = DOCUMENT["paths"][operation.path]
    raw = item[operation.method.lower()]
    parameters = [at(each) for each in [*item.get("parameters", []), *raw.get("parameters", [])]]
    names = {each["name"] for each in parameters}
    required = {each["name"] for each in parameters if each.get("required")}
    body = at(raw.get("requestBody", {})).get("content", {}).get("application/json", {})
    schema = at(body.get("schema", {}))
    return names | set(schema.get("properties", {})), required | set(schema.get("required", ()))


def test_there_is_a_context_for_each_group() -> None:
    assert set(CONTEXTS) == set(CONTEXT_NAMES.split())
    assert all(CONTEXTS.values())


def test_every_operation_has_a_command_and_no_two_commands_are_called_the_same() -> None:
    assert {command.operation for command in COMMANDS} == set(BY_ID)
    called = [(command.context, command.name) for command in COMMANDS]
    called += [(context, name) for context, names in program.HOST.items() for name in names]
    assert len(set(called)) == len(called)


DOCUMENTED = (
    "proxy add, user register, user login, project create, project info, project deploy, data list, data info, "
    "data attach, model train, model state, model register, model predict, query run, commit run, server start, "
    "model cancel, query state, query cancel"
)


def test_the_documented_commands_have_exactly_their_names() -> None:
    known = {f"{c.context} {c.name}" for c in COMMANDS}
    known |= {f"{context} {name}" for context, names in program.HOST.items() for name in names}
    assert set(DOCUMENTED.split(", ")) <= known


@every_command
def test_a_command_has_the_options_of_its_operation(command: Command) -> None:
    operation = BY_ID[command.operation]
    assert (command.method, command.path) == (operation.method, operation.path)
    names, required = named(command.operation)
    assert {option.wire for option in command.options} == names
    assert {option.wire for option in command.options if option.required} == required
    assert len({option.flag for option in command.options}) == len(command.options)
    assert command.help
    for option in command.options:
        assert option.help or option.choices or option.kind == "boolean" or option.many


@every_command
def test_a_command_has_help_and_no_option_for_a_password(command: Command) -> None:
    built = program.built(command)
    assert command.help in built.get_help(click.Context(built, info_name=command.name))
    flags = {flag for param in built.params for flag in param.opts}
    for option in command.options:
        assert (f"--{option.flag}" in flags) is not option.secret
        assert not option.secret or f"--{option.flag}-file" in flags


@every_command
def test_what_is_required_is_asked_for_by_name(
    command: Command, capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    needed = [o for o in command.options if o.required and not o.secret and o.source != "directory"]
    if not needed:
        return
    assert program.run([command.context, command.name]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: {command.context} {command.name} needs --")
    assert any(f"--{option.flag}" in told for option in needed)


def test_what_is_shown_of_the_host_is_what_the_host_answers() -> None:
    def below(found: Any) -> dict[str, Any]:
        action = next(a for a in found._actions if hasattr(a, "choices") and isinstance(a.choices, dict))
        return dict(action.choices)

    topics = below(parser())
    assert {topic: set(below(found)) for topic, found in topics.items()} == {
        context: set(names) for context, names in program.HOST.items()
    }


def test_help_lists_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(["--help"]) == 0
    told = " ".join(capsys.readouterr().out.replace("-\n", "-").split())
    for context, about in CONTEXTS.items():
        assert f"{context} {about}" in told
    for command in COMMANDS:
        assert command.name in told.replace("- ", "-")
    for context in CONTEXTS:
        assert program.run([context]) == 0
        told = capsys.readouterr().out
        for command in COMMANDS:
            if command.context == context:
                assert f"  {command.name} " in told
                assert command.help.split()[0] in told


@pytest.fixture(scope="module")
def there(fast: World) -> Scene:
    """Objects for every operation to be about, and an administrator who has asked a query."""
    return scene(fast, join(fast, "admins"))


def typed(command: Command, sent: Values, values: Values, password: str) -> list[str]:
    """A good request as somebody would type it."""
    out = []
    for option in command.options:
        value = sent.get(option.wire, values.get(option.wire) if option.required else None)
        if option.secret:
            out += [f"--{option.flag}-file", password]
        elif value is None:
            continue
        elif option.kind == "boolean":
            out += [f"--{option.flag}" if value else f"--no-{option.flag}"]
        elif option.kind == "object":
            out += [f"--{option.flag}", json.dumps(value) if value != "" else "{}"]
        elif option.kind == "any":
            out += [f"--{option.flag}", json.dumps(value)]
        else:
            each = value if isinstance(value, list) else [value]
            out += [word for one in each for word in (f"--{option.flag}", str(one))]
    return out


@every_command
def test_a_command_is_carried_out_and_its_json_is_what_the_contract_says(
    command: Command,
    there: Scene,
    fast: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if command.operation in NOT_BUILT:
        pytest.skip("not built yet")
    person = join(fast, "admins")
    operation = BY_ID[command.operation]
    values = {**there.values, **ANEW.get(command.operation, lambda *_: {})(there, person)}
    if operation.tag == "artifacts":
        values["run_uuid"] = values["job_uuid"]
    if command.operation.endswith("login"):
        values["email"] = person.email
    sent = {k: v for k, v in (body_of(operation, values, fast) or {}).items() if v is not None}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("DQ0_ADDRESS", fast.live.address)
    monkeypatch.setenv("DQ0_TOKEN", person.token)
    (tmp_path / "password").write_text(PASSWORD + "\n")
    words = typed(command, sent, values, str(tmp_path / "password"))
    # To wait for what another worker is at would be to wait for ever.
    more = ["--no-wait"] if command.waits else []
    status = program.run([command.context, command.name, *words, "--json", *more])
    told = capsys.readouterr()
    assert (status, told.err) == (0, ""), (words, told)
    raw = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]["200"]["content"]
    if "application/json" not in raw:
        assert told.out.startswith("event: ")
        return
    answer = json.loads(told.out)
    schema = {"allOf": [raw["application/json"]["schema"]], "components": DOCUMENT["components"]}
    assert [each.message for each in OAS30ReadValidator(schema).iter_errors(answer)] == []
