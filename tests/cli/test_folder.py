"""What a project's folder supplies, and what it does not."""

import os
import uuid
from pathlib import Path

import pytest

from dq0.cli.failures import Failure
from dq0.cli.folder import supplied
from quarantine.domain.project import meta

PROJECT, COMMIT, ONE, TWO = (str(uuid.uuid4()) for _ in range(4))
SOURCES = ("project_uuid", "commit_uuid", "data_uuid", "data_names")


def written(folder: Path, commit: str = COMMIT, **datasets: str) -> None:
    """A `.meta` file as the server writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    text = meta.written(
        project_name="income", project_uuid=PROJECT, commit_uuid=commit, experiment_name="", datasets=datasets
    )
    (folder / meta.FILE).write_text(text)


def test_a_folder_and_all_below_it_supply_what_the_server_wrote(tmp_path: Path) -> None:
    written(tmp_path / "income", census=ONE)
    below = tmp_path / "income" / "models" / "deep"
    below.mkdir(parents=True)
    for folder in (tmp_path / "income", below):
        assert [supplied(source, folder) for source in SOURCES] == [PROJECT, COMMIT, ONE, "census"]
    assert supplied("directory", below) == str(below)


def test_outside_of_a_project_there_is_nothing(tmp_path: Path) -> None:
    assert [supplied(source, tmp_path) for source in SOURCES] == [""] * 4


def test_a_dataset_is_supplied_only_where_it_is_one(tmp_path: Path) -> None:
    written(tmp_path, a=ONE, b=TWO)
    assert (supplied("data_uuid", tmp_path), supplied("data_names", tmp_path)) == ("", "a,b")
    written(tmp_path)
    assert (supplied("data_uuid", tmp_path), supplied("data_names", tmp_path)) == ("", "")


def test_what_was_not_deployed_has_no_commit(tmp_path: Path) -> None:
    written(tmp_path, commit="")
    assert supplied("commit_uuid", tmp_path) == ""


def test_another_programs_file_is_passed_over_and_a_project_above_is_found(tmp_path: Path) -> None:
    written(tmp_path, census=ONE)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / ".meta").write_text("something: else\n")
    assert supplied("project_uuid", tmp_path / "inner") == PROJECT


@pytest.mark.parametrize(
    "text",
    [
        "project_uuid: [",
        "- project_uuid\n",
        "project_uuid: !!python/object/apply:os.abort []\n",
        "project_uuid: &a [*a]\n",
    ],
)
def test_a_broken_file_is_an_error_or_nothing_and_is_never_carried_out(tmp_path: Path, text: str) -> None:
    (tmp_path / ".meta").write_text(text)
    try:
        assert supplied("project_uuid", tmp_path) == ""
    except Failure as failure:
        assert failure.status == 2


@pytest.mark.parametrize("value", ["../../x", "a b", "7", "{}", "''"])
def test_what_is_no_uuid_is_not_taken(tmp_path: Path, value: str) -> None:
    (tmp_path / ".meta").write_text(f"project_uuid: {value}\ndatasets: {{census: {value}}}\n")
    assert [supplied(source, tmp_path) for source in SOURCES] == [""] * 4


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".meta")
    assert supplied("project_uuid", tmp_path) == ""
