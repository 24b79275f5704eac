"""The files of a client: what is printed from the operations, and the run-time part, which is copied."""

from pathlib import Path
from typing import Protocol

from generator import client_methods, client_views
from generator.client_calls import calls, class_names
from generator.ir import Api
from generator.model_views import View

_RUNTIME = Path(__file__).parent / "runtime" / "client"
_DOC = "A client of the API. `Client` waits for answers, `AsyncClient` is for `async` code."


class Emit(Protocol):
    """Prints one file."""

    def __call__(self, path: str, template: str, view: View) -> None: ...


def emit(api: Api, put: Emit) -> None:
    """Print the client below `client/`."""
    found = calls(api)
    root = {"file": api.labels.get(api.root_file, api.root_file)}
    put("client/__init__.py", "client_package.py.jinja", {**root, "doc": _DOC})
    put("client/groups/__init__.py", "package.py.jinja", {**root, "doc": "Methods, a module per tag."})
    put("client/endpoints.py", "client_module.py.jinja", client_views.endpoints(api, found))
    put("client/clients.py", "client_module.py.jinja", client_methods.client(api, found))
    if api.client.jobs is not None:
        put("client/works.py", "client_module.py.jinja", client_views.works(api, found))
    classes = class_names(api)
    for tag, module in api.tags.items():
        view = client_methods.group(api, tag, classes[tag], found)
        put(f"client/groups/{module}.py", "client_module.py.jinja", view)
    for path in sorted(_RUNTIME.glob("*.py")):
        if path.stem != "__init__":
            view = {"file": f"generator/runtime/client/{path.name}", "text": path.read_text("utf-8")}
            put(f"client/{path.name}", "copied.py.jinja", view)
