"""The client alone: the files of its own distribution are all that it needs, and type checkers believe it."""

import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

from live import ROOT

HOME = ROOT / "dq0" / "client"


def project(place: Path) -> dict[str, Any]:
    return tomllib.loads((place / "pyproject.toml").read_text(encoding="utf8"))


def test_the_files_of_the_small_distribution_are_enough(tmp_path: Path) -> None:
    wheel = project(HOME)["tool"]["hatch"]["build"]["targets"]["wheel"]
    for source, target in wheel["force-include"].items():
        place = tmp_path / target
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (HOME / source).is_dir() else shutil.copy
        copy(HOME / source, place)
    code = f"""
        import sys
        from pathlib import Path
        sys.path[:] = [{str(tmp_path)!r}, *(p for p in sys.path[1:] if not (Path(p) / "quarantine").is_dir())]
        from dq0.client import Client
        import dq0.client
        print(Client("http://127.0.0.1:9").queries, dq0.client.__file__)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout


def test_the_two_distributions_agree() -> None:
    small, whole = project(HOME)["project"], project(ROOT)["project"]
    assert small["version"] == whole["version"]
    assert set(small["dependencies"]) <= set(whole["dependencies"])


def test_a_type_checker_knows_arguments_answers_and_outcomes(tmp_path: Path) -> None:
    text = """
        from dq0.client import AsyncClient, Client
        client = Client()
        reveal_type(client.queries.create(datasets="d", query="q").wait())
        reveal_type(client.runs.create(project_uuid="p").wait())
        reveal_type([each for each in client.data.list()])
        client.queries.create(datasets="d", quer="q")
        client.users.update(1, state="blockd")
        async def tour() -> None:
            reveal_type(await (await AsyncClient().models.predict("m", input_data="[[1]]")))
    """
    (tmp_path / "use.py").write_text(textwrap.dedent(text))
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(tmp_path / "use.py")]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    assert found.count('Revealed type is "generated.client.tables.Table"') == 2, found
    assert found.count('Revealed type is "generated.models.runs.RunItem"') == 1, found
    assert found.count("generated.models.data.DataItem") == 1, found
    assert found.count("error: ") == 2, found
    assert 'did you mean "query"' in found
    assert "Literal['waiting', 'confirmed', 'blocked']" in found
