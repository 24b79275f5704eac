"""`python -m generator.diff` in a repository: revisions, paths, the ledger, exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = """openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things: {$ref: 'things.yaml#/paths/~1things'}
"""
THINGS = """paths:
  /things:
    post:
      operationId: make_thing
      tags: [things]
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '200': {description: fine, content: {application/json: {schema: {$ref: 'common/parts.yaml#/components/schemas/Part'}}}}
components:
  schemas:
    Thing:
      type: object
      properties: {epsilon: {type: number, maximum: 1000}, inner: {$ref: '#/components/schemas/Thing'}}
"""  # noqa: E501
PARTS = """components:
  schemas:
    Part: {type: object, properties: {id: {type: integer}}}
"""
KEY = "breaking: POST /things request.epsilon maximum"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spec/common").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "spec/openapi.yaml").write_text(SPEC)
    (tmp_path / "spec/things.yaml").write_text(THINGS)
    (tmp_path / "spec/common/parts.yaml").write_text(PARTS)
    (tmp_path / "docs/curation.md").write_text("# Ledger\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")} | {
        "PYTHONPATH": str(ROOT)
    }
    command = [sys.executable, "-m", "generator.diff", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def lower_the_maximum(folder: Path, limit: int = 10) -> None:
    (folder / "spec/things.yaml").write_text(THINGS.replace("1000", str(limit)))


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("spec-diff: ")
    return done.stderr


def test_nothing_changed_since_the_revision(project: Path) -> None:
    done = run(project, "HEAD")
    assert (done.returncode, done.stdout, done.stderr) == (0, "# Spec review: nothing changed\n", "")


def test_a_breaking_change_fails_until_the_ledger_names_it(project: Path) -> None:
    lower_the_maximum(project)
    done = run(project, "main")
    assert done.returncode == 1
    assert f"`{KEY}`" in done.stdout
    (project / "docs/curation.md").write_text(f"# Ledger\n\n- `{KEY}`: nobody may spend that much at once.\n")
    done = run(project, "main")
    assert done.returncode == 0
    assert done.stdout.startswith("# Spec review: 1 breaking change, all named by the ledger\n")
    assert "the maximum went from 1000 to 10" in done.stdout


def test_a_ledger_line_from_before_the_base_does_not_name_a_new_change(project: Path) -> None:
    lower_the_maximum(project)
    (project / "docs/curation.md").write_text(f"- `{KEY}`: first time.\n")
    git(project, "commit", "-qam", "lower")
    lower_the_maximum(project, 5)
    assert run(project, "HEAD").returncode == 1
    (project / "docs/curation.md").write_text(f"- `{KEY}`: first time.\n- `{KEY}`: and lower still.\n")
    assert run(project, "HEAD").returncode == 0
    assert run(project, "HEAD~1").returncode == 0


def test_a_change_in_a_file_that_another_refers_to_is_seen(project: Path) -> None:
    (project / "spec/common/parts.yaml").write_text(PARTS.replace("id:", "key:"))
    done = run(project, "HEAD")
    assert done.returncode == 1
    assert "POST /things response.200.id renamed" in done.stdout


def test_what_is_called_default_or_value_is_followed_like_any_other_name(project: Path) -> None:
    def write(kind: str) -> None:
        parts = f"components: {{schemas: {{value: {{type: object, properties: {{default: {{type: {kind}}}}}}}}}}}\n"
        (project / "spec/common/parts.yaml").write_text(parts)

    changed = THINGS.replace("'200'", "default").replace("schemas/Part", "schemas/value")
    (project / "spec/things.yaml").write_text(changed)
    write("string")
    git(project, "commit", "-qam", "default")
    write("integer")
    assert "`breaking: POST /things response.default.default type`" in run(project, "HEAD").stdout


def test_a_schema_that_moves_to_another_file_changes_nothing(project: Path) -> None:
    (project / "spec/other.yaml").write_text(PARTS)
    (project / "spec/things.yaml").write_text(THINGS.replace("common/parts.yaml", "other.yaml"))
    assert run(project, "HEAD").stdout == "# Spec review: nothing changed\n"


def test_the_base_may_be_another_file_and_the_spec_lie_elsewhere(project: Path, tmp_path: Path) -> None:
    (project / "spec/old").mkdir()
    (project / "spec/old/openapi.yaml").write_text(SPEC)
    (project / "spec/old/things.yaml").write_text(THINGS.replace("common/", "../common/"))
    lower_the_maximum(project)
    assert run(project, "spec/old/openapi.yaml").returncode == 1
    inside = run(project / "spec", "HEAD", "--spec", "openapi.yaml", "--ledger", "../docs/curation.md")
    assert inside.returncode == 1
    assert "Traceback" not in inside.stderr


def test_the_working_tree_is_left_as_it_is(project: Path) -> None:
    lower_the_maximum(project)
    run(project, "HEAD")
    state = subprocess.run(["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True)
    assert state.stdout == " M spec/things.yaml\n"


@pytest.mark.parametrize("revision", ["no-such-branch", "--help-me", "HEAD:spec", "", "a\nb", "--output=x"])
def test_a_bad_revision_is_one_clear_line(project: Path, revision: str) -> None:
    assert "revision" in refused(run(project, "--", revision))


def test_a_folder_without_git_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n")
    refused(run(tmp_path, "HEAD", "--spec", "openapi.yaml"))


def test_a_revision_without_the_spec_means_that_all_of_it_is_new(project: Path) -> None:
    (project / "spec/new.yaml").write_text(SPEC)
    done = run(project, "HEAD", "--spec", "spec/new.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "## Compatible" in done.stdout
    assert "## Breaking" not in done.stdout


@pytest.mark.parametrize(
    "text",
    ["{", "- a\n", "", "\x00", "openapi: 3.0.3\n", "a: &a [*a]\n", "paths: {/a: {$ref: 'gone.yaml#/a'}}\n", "[" * 5000],
)
def test_an_unreadable_spec_is_one_clear_line(project: Path, text: str) -> None:
    (project / "spec/openapi.yaml").write_text(text)
    refused(run(project, "HEAD"))
    git(project, "commit", "-qam", "broken")
    (project / "spec/openapi.yaml").write_text(SPEC)
    refused(run(project, "HEAD"))


def test_a_missing_spec_is_one_clear_line(project: Path) -> None:
    assert "gone.yaml" in refused(run(project, "HEAD", "--spec", "gone.yaml"))


def test_a_ledger_that_is_a_folder_is_one_clear_line(project: Path) -> None:
    assert "ledger" in refused(run(project, "HEAD", "--ledger", "docs"))


@pytest.mark.parametrize("status", [0, 1])
def test_make_ends_with_the_status_of_the_review(tmp_path: Path, status: int) -> None:
    """Whatever fails in a recipe ends make with 2 otherwise."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@"\nexit {status}\n')
    python.chmod(0o755)
    for name in ("installed", "developed"):
        (tmp_path / name).touch()
    command = ["make", "--silent", "spec-diff", "BASE=somewhere", f"VENV={tmp_path}"]
    # The tests themselves may be a recipe of make's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (status, "-m generator.diff somewhere\n")
