"""The files of a new project have the shape that clients edit, and say what they are."""

import ast
import inspect
import re
import shlex

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.project import meta, template
from sdk.notebook import edited

FILES = template.files("No", "6af92043-33db-4c27-8b38-e8733f4713c2")
MODEL = FILES["my_model.py"]
METHODS = ("setup_data", "setup_model", "preprocess")


def setup_data(self):  # type: ignore[no-untyped-def]
    # a comment as a notebook has it
    self.rows = [1, 2, 3]

    for row in self.rows:
        if row > 2:
            self.last = row
    return self.last


def setup_model(self):  # type: ignore[no-untyped-def]
    self.model = "short"


def preprocess(self):  # type: ignore[no-untyped-def]
    return self.rows


def body_of(function: object) -> list[str]:
    return inspect.getsource(function).rstrip("\n").split("\n")[1:]  # type: ignore[arg-type]


def class_of(text: str) -> ast.ClassDef:
    found = ast.parse(text).body[-1]
    assert isinstance(found, ast.ClassDef)
    return found


def test_the_model_has_the_lines_that_clients_look_for() -> None:
    lines = MODEL.splitlines(keepends=True)
    assert sum(line.startswith("from dq0.sdk.models") for line in lines) == 1
    assert [line for line in lines if "class UserModel(" in line] == ["class UserModel(NaiveBayesianModel):\n"]
    for name in METHODS:
        assert [line for line in lines if f"def {name}(" in line] == [f"    def {name}(self):\n"]
    assert re.fullmatch(r"    # .+\n", lines[-1])
    assert "\t" not in MODEL
    comments = [line for line in lines[:-1] if line.startswith("    #")]
    assert comments == []
    assert re.search(r"^logger = ", MODEL, re.MULTILINE)
    assert class_of(MODEL).name == "UserModel"


@pytest.mark.parametrize("order", [METHODS, METHODS[::-1], ("setup_model", "preprocess", "setup_data")])
def test_each_method_can_be_given_another_body_and_all_else_stays(order: tuple[str, ...]) -> None:
    lines = MODEL.splitlines(keepends=True)
    for name in order:
        lines = edited(lines, name, body_of(globals()[name]))
    text = "".join(lines)
    methods = {node.name: node for node in class_of(text).body if isinstance(node, ast.FunctionDef)}
    assert set(methods) == set(METHODS)
    for name in METHODS:
        wanted = ast.parse(inspect.getsource(globals()[name])).body[0]
        assert isinstance(wanted, ast.FunctionDef)
        assert ast.dump(ast.Module(methods[name].body, [])) == ast.dump(ast.Module(wanted.body, []))
    assert lines[-1] == MODEL.splitlines(keepends=True)[-1]
    assert text.split("class UserModel(")[0] == MODEL.split("class UserModel(")[0]


def test_the_class_can_be_given_another_parent() -> None:
    text = re.sub(r"(?m)^from dq0\.sdk\.models.*$", "from dq0.sdk.models.tf.neural_network import NeuralNetwork", MODEL)
    text = re.sub(r"(?m)^class UserModel\(.*$", "class UserModel(NeuralNetwork):", text)
    assert [ast.unparse(base) for base in class_of(text).bases] == ["NeuralNetwork"]


def test_mlproject_declares_what_clients_run_and_every_parameter_has_a_default() -> None:
    read = yaml.safe_load(FILES["MLproject"])
    assert read["name"] == "No"
    assert {"main", "preprocess", "train_use_my_model", "train_use_dq0_makedp"} == set(read["entry_points"])
    for point in read["entry_points"].values():
        declared = point.get("parameters", {})
        assert set(re.findall(r"\{([^}]+)\}", point["command"])) == set(declared)
        assert all("default" in kind for kind in declared.values())
        assert shlex.split(point["command"])[0] == "python"
    makedp = read["entry_points"]["train_use_dq0_makedp"]
    kinds = {name: kind["type"] for name, kind in makedp["parameters"].items()}
    assert kinds == {"target-epsilon": "float", "num-microbatches": "float", "epochs": "int"}
    assert makedp["command"].startswith("python -m dq0.makedp my_model.py ")


def test_run_py_is_a_program() -> None:
    ast.parse(FILES["run.py"])


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.uuids().map(str)),
    st.uuids(version=4).map(str),
)
def test_meta_reads_back_as_it_was_written_and_knows_its_project(
    name: str, datasets: dict[str, str], uuid: str
) -> None:
    text = meta.written(project_name="p", project_uuid=uuid, commit_uuid="", experiment_name=name, datasets=datasets)
    assert yaml.safe_load(text) == {
        "project_name": "p",
        "project_uuid": uuid,
        "commit_uuid": "",
        "experiment_name": name,
        "datasets": datasets,
    }
    assert meta.belongs_to(text, uuid)
    assert not meta.belongs_to(text, uuid[:-1] + ("0" if uuid[-1] != "0" else "1"))
