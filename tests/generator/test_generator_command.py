"""The command: what it writes, when it writes nothing, what it refuses and with which line."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from generator.__main__ import main


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_output_is_the_same_every_time_and_unchanged_files_are_not_touched(project: Any) -> None:
    assert main([*project.flags]) == 0
    first = files(project / "out")
    times = {p: (project / "out" / p).stat().st_mtime_ns for p in first}
    (project / "out" / "manifest.json").write_text("{}")
    assert main([*project.flags]) == 0
    assert files(project / "out") == first
    again = {p: (project / "out" / p).stat().st_mtime_ns for p in first if p != "manifest.json"}
    assert all(times[p] == t for p, t in again.items())


def test_every_file_says_that_it_is_generated_and_from_what(project: Any) -> None:
    main([*project.flags])
    for path, content in files(project / "out").items():
        if path.endswith(".py"):
            assert re.match(rb"# Generated from \S+.*: do not edit\.\n", content), path
    assert b"spec/users.yaml" in files(project / "out")["models/users.py"].splitlines()[0]


def test_output_passes_the_formatter_the_linter_and_the_type_checker(project: Any) -> None:
    main([*project.flags])
    for command in (
        ["ruff", "format", "--check", "--isolated", "--line-length", "120", "out"],
        ["ruff", "check", "--isolated", "--line-length", "120", "--select", "E,F,W,I,UP,B,C4,SIM,PIE,RET,RUF,S", "out"],
        ["mypy", "--strict", "--no-error-summary", "out", "answers"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, done.stdout), done.stdout
        assert done.returncode == 0


def test_check_writes_nothing_and_tells_what_would_change(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*project.flags, "--check"]) == 1
    assert not (project / "out").exists()
    assert "would write out/models/users.py" in capsys.readouterr().out
    main([*project.flags])
    assert main([*project.flags, "--check"]) == 0
    project.edit("out/models/users.py", "name:", "nmae:")
    assert main([*project.flags, "--check"]) == 1
    project.edit("spec/users.yaml", "minLength: 1", "minLength: 2")
    main([*project.flags])
    assert main([*project.flags, "--check"]) == 0


def test_check_with_nothing_changed_imports_neither_yaml_nor_jinja(project: Any) -> None:
    main([*project.flags])
    code = (
        "import sys; from generator.__main__ import main; status = main(sys.argv[1:]);"
        "sys.exit(status or int(bool({'yaml', 'jinja2', 'msgspec'} & set(sys.modules))))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, *project.flags, "--check"], env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == 0


def test_files_that_are_no_longer_emitted_go_and_others_stay(project: Any) -> None:
    main([*project.flags])
    (project / "out" / "models" / "mine.py").write_text("# by hand\n")
    project.edit("spec/users.yaml", "tags: [users]\n      operationId: list_users", "operationId: list_users")
    (project / "answers" / "default.py").write_text("")
    main([*project.flags])
    assert (project / "out" / "routes" / "default.py").exists()
    project.edit("spec/users.yaml", "operationId: list_users", "tags: [users]\n      operationId: list_users")
    main([*project.flags])
    assert not (project / "out" / "routes" / "default.py").exists()
    assert (project / "out" / "models" / "mine.py").read_text() == "# by hand\n"


def test_a_manifest_cannot_remove_files_elsewhere(project: Any) -> None:
    main([*project.flags])
    (project / "precious.txt").write_text("x")
    manifest = json.loads((project / "out" / "manifest.json").read_text())
    manifest["files"] += ["../precious.txt", str(project / "precious.txt")]
    (project / "out" / "manifest.json").write_text(json.dumps(manifest))
    main([*project.flags])
    assert (project / "precious.txt").exists()


def shuffled(node: Any, chance: random.Random) -> Any:
    if isinstance(node, dict):
        items = list(node.items())
        chance.shuffle(items)
        return {k: shuffled(v, chance) for k, v in items}
    return [shuffled(v, chance) for v in node] if isinstance(node, list) else node


def test_reordering_a_specification_changes_no_line(project: Any) -> None:
    main([*project.flags])
    before = {p: c for p, c in files(project / "out").items() if p != "manifest.json"}
    for seed in range(3):
        for path in (project / "spec").glob("*.yaml"):
            data = shuffled(yaml.safe_load(path.read_text()), random.Random(seed))
            path.write_text(yaml.safe_dump(data, sort_keys=False))
        assert main([*project.flags]) == 0
        assert {p: c for p, c in files(project / "out").items() if p != "manifest.json"} == before


@pytest.mark.parametrize("extra", ["nick: {type: string}", "at: {type: string, format: uuid, description: 'When.'}"])
def test_one_more_property_is_at_most_three_lines_in_each_file(project: Any, extra: str) -> None:
    main([*project.flags])
    before = files(project / "out")
    project.edit("spec/users.yaml", "        boss:", f"        {extra}\n        boss:")
    main([*project.flags])
    for path, content in files(project / "out").items():
        old, new = before[path].splitlines(), content.splitlines()
        changed = [line for line in new if line not in old] + [line for line in old if line not in new]
        assert len(changed) <= (6 if path == "manifest.json" else 3), (path, changed)


def test_a_missing_handler_is_reported_with_its_signature(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("answers/users.py", "def update_user", "def upadte_user")
    assert main([*project.flags]) == 1
    error = capsys.readouterr().err
    assert "answers/users.py:1: the handler update_user is missing" in error
    assert "def update_user(context: Context, user_id: int, body: users.User) -> common.Message:" in error
    assert main([*project.flags, "--check"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("user_id: int,", "user: int,", "has other parameters"),
        ("user_id: int,", "user_id: str,", "annotates user_id in another way"),
        ("body: users.User)", "body: users.UserList)", "annotates body in another way"),
        ("-> common.Message", "-> users.User", "returns another type"),
        ("-> common.Message", "-> common.Message | None", "returns another type"),
        ("def update_user", "async def update_user", "is async"),
        ("page: int = 1", "page: int", "has other parameters"),
        ("*, page", "page", "has other parameters"),
    ],
)
def test_a_mistyped_handler_is_reported_at_its_line(
    project: Any, capsys: pytest.CaptureFixture[str], old: str, new: str, what: str
) -> None:
    project.edit("answers/users.py", old, new)
    assert main([*project.flags]) == 1
    assert re.search(rf"answers/users\.py:\d+: the handler \w+ {what}", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "from out.models import common, users\n",
            "from out.models import common\nfrom out.models import users as users\n",
        ),
        ("body: users.User)", 'body: "users.User")'),
        ("state: users.State | None = None", "state: None | str = None"),
        ("page: int = 1", "page: int | str = 1"),
    ],
)
def test_another_spelling_of_the_same_types_is_fine(project: Any, old: str, new: str) -> None:
    project.edit("answers/users.py", old, new)
    assert main([*project.flags]) == 0


def test_stubs_are_appended_and_what_is_there_stays(project: Any) -> None:
    path = project / "answers" / "users.py"
    kept = path.read_text()
    kept = kept[: kept.index("def update_user")]
    path.write_text(kept)
    assert main([*project.flags, "--stubs"]) == 0
    text = path.read_text()
    for line in kept.splitlines():
        assert line in text
    assert 'raise NotBuilt("update_user is documented, not built yet")' in text
    assert "from surroundings import NotBuilt" in text
    assert main([*project.flags, "--stubs"]) == 0
    assert path.read_text() == text
    path.unlink()
    assert main([*project.flags, "--stubs"]) == 0
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "answers"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_mypy_fails_where_a_handler_is_missing_or_mistyped(project: Any) -> None:
    main([*project.flags])
    project.edit("answers/users.py", "user_id: int,", "user_id: str,")
    command = [sys.executable, "-m", "mypy", "--strict", "out/wiring.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "UsersHandlers" in done.stdout


def test_without_handlers_there_is_no_wiring_and_any_context(project: Any) -> None:
    project.edit("spec/openapi.yaml", "x-context: surroundings:Surroundings\n", "")
    assert main(["spec/openapi.yaml", "elsewhere"]) == 0
    assert not (project / "elsewhere" / "wiring.py").exists()
    assert "Context: TypeAlias = Any" in (project / "elsewhere" / "routes" / "users.py").read_text()


def test_list_prints_the_operations(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec/openapi.yaml", "out", "--list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["GET", "/users", "list_users", "users"], ["PATCH", "/users/{user_id}", "update_user", "users"]]
    assert not (project / "out").exists()


def test_the_bundle_is_one_document_with_the_controller_in_every_operation(project: Any) -> None:
    main([*project.flags])
    document = json.loads((project / "out" / "openapi.json").read_text())
    assert sorted(document["components"]["schemas"]) == ["Error", "Message", "State", "User", "UserList"]
    text = json.dumps(document)
    assert ".yaml" not in text
    operation = document["paths"]["/users"]["get"]
    assert operation["x-openapi-router-controller"] == "somewhere.else"
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Error"}


def test_the_validator_of_the_standard_agrees_with_the_bundle(project: Any) -> None:
    main([*project.flags])
    validate(json.loads((project / "out" / "openapi.json").read_text()))


def test_files_that_refer_to_each_other_are_fine(project: Any) -> None:
    project.edit(
        "spec/common.yaml",
        "    Message:",
        "    Team: {type: object, properties: {lead: {$ref: 'users.yaml#/components/schemas/User'}}}\n    Message:",
    )
    project.edit(
        "spec/users.yaml",
        "        boss:",
        "        team: {$ref: 'common.yaml#/components/schemas/Team'}\n        boss:",
    )
    assert main([*project.flags]) == 0
    code = (
        'import out.operations, out.models.users as u, msgspec; msgspec.json.Decoder(u.User).decode(b\'{"name":"n"}\')'
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
