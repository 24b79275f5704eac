"""The parts of Connexion that the fast stack stands on, imported without what it never uses."""

import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


class Deferred(ModuleType):
    """Stands for a module until something of it is used. (The library's LazyLoader loads when it is imported again.)"""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def defer(name: str) -> None:
    """Have a module loaded when it is first used; for one that others import and hardly ever call."""
    if name not in sys.modules and (found := find_spec(name)) is not None:
        module = Deferred(name)
        module.__spec__ = found
        sys.modules[name] = module


# Connexion asks it for specifications on other hosts, which ours has none of: an eighth of all that is imported.
defer("requests")
with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which complains about the client library that it finds.
    warnings.simplefilter("ignore")
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.lifespan import LifespanMiddleware
    from connexion.middleware.main import ConnexionMiddleware

__all__ = ["ROUTING_CONTEXT", "ConnexionMiddleware", "LifespanMiddleware"]
