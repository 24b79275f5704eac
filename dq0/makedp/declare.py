"""A model file to a declaration: the estimator that `setup_model` names and the columns that `setup_data` chooses."""

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from dq0.makedp import standins
from dq0.makedp.table import ComputesOnRows, Source, Table

CLASS = "UserModel"


def declaration(path: Path, columns: list[str]) -> dict[str, Any]:
    """What there is to fit, or `refused` with the reason; no data is read, there is none."""
    try:
        return _declared(_model(path), columns)
    except ComputesOnRows as error:
        return {"refused": f"{path.name}: {error}"}
    except Exception as error:
        return {"refused": f"{path.name}: {type(error).__name__}: {error}"}


def _declared(model: Any, columns: list[str]) -> dict[str, Any]:
    model.data_source = Source(columns)
    if hasattr(model, "setup_data"):
        model.setup_data()
    model.setup_model()
    estimator = getattr(model, "model", None)
    if not isinstance(estimator, standins.Estimator):
        raise TypeError(
            f"setup_model sets self.model to {type(estimator).__name__}, which is no estimator that is known"
        )
    found = {"estimator": type(estimator).__name__, "parameters": estimator.parameters}
    return {**found, **_chosen(model)}


def _chosen(model: Any) -> dict[str, Any]:
    """The features and the target, where `setup_data` says."""
    found: dict[str, Any] = {}
    features, target = (getattr(model, name, None) for name in ("X_train", "y_train"))
    if isinstance(features, Table):
        found["features"] = features.columns
    if isinstance(target, Table):
        if len(target.columns) != 1:
            raise ValueError("y_train: expected one column")
        found["target"] = target.columns[0]
    return found


def _model(path: Path) -> Any:
    standins.install()
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ValueError("no such Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return _class_of(module)()


def _class_of(module: ModuleType) -> Any:
    found = getattr(module, CLASS, None)
    if inspect.isclass(found):
        return found
    own = [each for each in vars(module).values() if inspect.isclass(each) and each.__module__ == module.__name__]
    if len(own) != 1:
        raise ValueError(f"expected a class {CLASS}")
    return own[0]
