"""Stand-ins for the libraries that a project's model imports: classes that remember how they were made.

They are taken even where the real ones are installed, so that a declaration is the same everywhere and holds what the
code says and no library's defaults. The SDK's base classes are the real ones where the SDK is there.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from dq0.makedp.table import Table, refusal

LIBRARIES = ("sklearn", "diffprivlib")
# Imported by many models and needed by none of what is learned here.
UNUSED = ("pandas", "tensorflow", "keras", "torch", "opacus", "matplotlib", "scipy", "numpy")
SDK = "dq0.sdk"
_FIRST = {"PCA": "n_components", "KMeans": "n_clusters", "RandomForestClassifier": "n_estimators", "Ridge": "alpha"}


class Estimator:
    """An estimator that is named and not there."""

    def __init__(self, *given: Any, **parameters: Any) -> None:
        name = type(self).__name__
        if len(given) > 1 or (given and name not in _FIRST):
            raise TypeError(f"{name}: name its parameters")
        self.parameters = {**({_FIRST[name]: given[0]} if given else {}), **parameters}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise refusal(f"{type(self).__name__}.{name}")


class Model:
    """What the SDK's base classes are to a model here: a place for what it sets."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.data_source: Any = None

    def attach_data_source(self, data_source: Any) -> None:
        """Keep the data source."""
        self.data_source = data_source


def train_test_split(*parts: Any, **_: Any) -> list[Any]:
    """Each part twice: the trainer fits on all rows, and measures on them with noise."""
    return [part for part in parts for _ in range(2)]


class _Module(ModuleType):
    """A module that has every name that is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "train_test_split":
            return train_test_split
        top = self.__name__.partition(".")[0]
        bases = Model if self.__name__.startswith(SDK) else Estimator if top in LIBRARIES else None
        made = _refusing(f"{self.__name__}.{name}") if bases is None else type(name, (bases,), {})
        setattr(self, name, made)
        return made


def _refusing(name: str) -> Any:
    def refused(*_: Any, **__: Any) -> Any:
        raise refusal(name)

    return refused


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """A stand-in for a library, and for everything below it."""
        top = name.partition(".")[0]
        if top in LIBRARIES or (top in UNUSED and not _installed(top)) or self._of_sdk(name):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Empty, and ready for every name."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""

    def _of_sdk(self, name: str) -> bool:
        below = name == SDK or name.startswith(f"{SDK}.")
        return below and PathFinder.find_spec(SDK, sys.modules["dq0"].__path__) is None


def _installed(name: str) -> bool:
    return PathFinder.find_spec(name) is not None


def install() -> None:
    """Put the stand-ins before the real libraries, for the rest of this process."""
    sys.meta_path.insert(0, _Finder())


__all__ = ["Estimator", "Model", "Table", "install", "train_test_split"]
