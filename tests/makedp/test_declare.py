"""`python -m dq0.makedp`: what a model's code declares, without data and without the libraries that it imports."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from live import ROOT
from quarantine.domain.project import template

SKLEARN = "from sklearn.linear_model import LogisticRegression\n"


def declared(folder: Path, code: str, *columns: str) -> dict[str, Any]:
    """The declaration of a model file, as a person sees it on his own machine."""
    (folder / "my_model.py").write_text(textwrap.dedent(code))
    command = [sys.executable, "-m", "dq0.makedp", "my_model.py", "--columns", ",".join(columns)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (1 if found.get("refused") else 0), done.stderr
    return found


def model(setup_data: str, setup_model: str = "self.model = LogisticRegression(C=2.0)") -> str:
    """A model file of these two bodies."""
    return f"""
from dq0.sdk.models.base import Model
{SKLEARN}
class UserModel(Model):
    def setup_data(self):
        data = self.data_source.read(sep=";", names=["x"])
        {setup_data}

    def setup_model(self):
        {setup_model}
"""


def test_the_template_names_its_estimator_its_features_and_its_target(tmp_path: Path) -> None:
    found = declared(tmp_path, template.MODEL, "age", "sex", "married")
    assert found == {"estimator": "GaussianNB", "parameters": {}, "features": ["age", "sex"], "target": "married"}


@pytest.mark.parametrize(
    ("choice", "features", "target"),
    [
        ("self.X_train, self.y_train = data[['a', 'b']], data['c']", ["a", "b"], "c"),
        ("self.X_train, self.y_train = data.drop(columns=['c']), data.c", ["a", "b"], "c"),
        ("self.X_train, self.y_train = data.drop('c', axis=1).values, data[['c']].values.ravel()", ["a", "b"], "c"),
        ("self.X_train, self.y_train = data.iloc[:, [0, 2]], data.iloc[:, 1]", ["a", "c"], "b"),
        ("self.X_train, self.y_train = data.loc[:, ['b']], data.loc[:, 'a']", ["b"], "a"),
        ("self.y_train = data.pop('a'); self.X_train = data.dropna().to_numpy()", ["b", "c"], "a"),
    ],
)
def test_choosing_columns_is_declaring(tmp_path: Path, choice: str, features: list[str], target: str) -> None:
    found = declared(tmp_path, model(choice), "a", "b", "c")
    assert (found["features"], found["target"]) == (features, target)
    assert found["parameters"] == {"C": 2.0}


@pytest.mark.parametrize(
    "choice",
    [
        "self.X_train = data[data['a'] > 3]",
        "self.X_train = data['a'] + 1",
        "self.X_train = data[:10]",
        "self.X_train = data.iloc[0]",
        "self.X_train = data.drop([0])",
        "self.X_train = data.groupby('a').mean()",
        "data['d'] = data['a']",
        "len(data)",
        "[row for row in data]",
        "if data['a'] == 1: pass",
        "LogisticRegression().fit(data, data)",
        "import numpy as np; np.mean(data)",
    ],
)
def test_computing_on_rows_is_refused_with_the_reason(tmp_path: Path, choice: str) -> None:
    assert "computes on rows" in declared(tmp_path, model(choice), "a", "b", "c")["refused"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("x = 1", "expected a class UserModel"),
        ("raise RuntimeError('early')", "RuntimeError: early"),
        ("class UserModel(", "SyntaxError"),
        (model("pass", "self.model = LogisticRegression(1, 2)"), "name its parameters"),
        (model("pass", "self.model = 5"), "no estimator that is known"),
        (model("self.X_train = data['z']"), "not among the columns"),
    ],
)
def test_code_that_declares_nothing_says_why(tmp_path: Path, code: str, reason: str) -> None:
    assert reason in declared(tmp_path, code, "a", "b")["refused"]


def test_the_namespace_is_shared_with_an_sdk_that_is_installed(tmp_path: Path) -> None:
    assert not (ROOT / "dq0" / "__init__.py").exists()
    other = tmp_path / "site" / "dq0" / "sdk" / "models"
    other.mkdir(parents=True)
    (other / "base.py").write_text("class Model:\n    mark = 'the real one'\n")
    code = model("pass", "self.model = LogisticRegression(penalty=self.mark)")
    (tmp_path / "my_model.py").write_text(textwrap.dedent(code))
    done = subprocess.run(
        [sys.executable, "-m", "dq0.makedp", "my_model.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"},
    )
    assert json.loads(done.stdout)["parameters"] == {"penalty": "the real one"}
