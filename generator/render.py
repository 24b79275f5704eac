"""Views to source text, by templates that only print, and one run of the formatter."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from generator import client_render, command_views, model_views, route_views
from generator.ir import Api
from generator.literals import summary

HERE = Path(__file__).parent
_RUNTIME = ("checking", "contract", "forms", "rules", "texts")


class FormatterMissing(RuntimeError):
    """The `ruff` executable is not there."""


def render(api: Api, handlers: str, client: bool = False) -> dict[str, str]:
    """The text of every emitted Python file, unformatted, by its path in the output folder."""
    env = environment()
    out: dict[str, str] = {}

    def emit(path: str, template: str, view: dict[str, Any]) -> None:
        out[path] = env.get_template(template).render({**view, "file": summary(view["file"])})

    root = {"file": api.labels.get(api.root_file, api.root_file)}
    emit("__init__.py", "package.py.jinja", {**root, "doc": "The contract in Python."})
    emit("models/__init__.py", "package.py.jinja", {**root, "doc": "What is sent and answered, a module per file."})
    emit("routes/__init__.py", "package.py.jinja", {**root, "doc": "Typed bindings, a module per tag."})
    for module in sorted(set(api.modules.values())):
        emit(f"models/{module}.py", "models.py.jinja", model_views.models(api, module))
    for tag, module in api.tags.items():
        emit(f"routes/{module}.py", "routes.py.jinja", route_views.routes(api, tag))
    emit("operations.py", "operations.py.jinja", route_views.operations(api))
    emit("commands.py", "commands.py.jinja", command_views.commands(api))
    if handlers:
        emit("wiring.py", "wiring.py.jinja", route_views.wiring(api, handlers))
    if client:
        client_render.emit(api, emit)
    for path in sorted((HERE / "runtime").glob("*.py")):
        if path.stem != "__init__":
            emit(
                path.name,
                "copied.py.jinja",
                {"file": f"generator/runtime/{path.name}", "text": path.read_text("utf-8")},
            )
    return out


def environment() -> Any:
    import jinja2

    # Autoescaping is for HTML; Python source is escaped by generator.literals.
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def formatted(texts: dict[str, str]) -> dict[str, str]:
    """The same texts as the formatter has them, whatever project the output folder is in."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if ruff is None:
        raise FormatterMissing("the formatter `ruff` is not installed; install it: pip install ruff")
    with tempfile.TemporaryDirectory() as folder:
        for path, text in texts.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8", newline="\n")
        options = ["--isolated", "--no-cache", "--quiet", "--line-length=120", "--target-version=py311"]
        done = subprocess.run(  # noqa: S603
            [ruff, "format", *options, folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the formatter refuses the output: {done.stderr[:2000]}")
        return {path: Path(folder, path).read_text("utf-8") for path in texts}
