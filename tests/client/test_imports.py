"""A client is a small thing: whoever imports it loads nothing of the server, and no library that a table may become."""

import subprocess
import sys

import pytest

from dq0 import client as public
from generated import client as generated

SERVER = {"quarantine", "handlers", "generator", "connexion", "starlette", "uvicorn", "sqlalchemy", "duckdb", "sqlglot"}
OTHERS = {"opendp", "yaml", "jinja2", "pandas", "pyarrow", "numpy", "matplotlib"}
OWN = {"client", "models", "checking", "rules"}
CODE = """
import sys
import {module}
{module}.Client("http://127.0.0.1:9").queries
{module}.AsyncClient("http://127.0.0.1:9").queries
print(*sys.modules)
"""


@pytest.mark.parametrize("module", ["dq0.client", "generated.client"])
def test_a_client_loads_nothing_of_the_server(module: str) -> None:
    code = CODE.format(module=module)
    done = subprocess.run([sys.executable, "-W", "error::ImportWarning", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = [name.split(".") for name in done.stdout.split()]
    assert not {name[0] for name in loaded} & (SERVER | OTHERS)
    assert {name[1] for name in loaded if name[0] == "generated" and name[1:]} == OWN


def test_the_public_name_has_all_that_is_generated() -> None:
    assert public.__all__ == generated.__all__
    assert all(getattr(public, name) is getattr(generated, name) for name in public.__all__)


def test_the_namespace_is_shared_with_the_public_sdk() -> None:
    import dq0

    assert getattr(dq0, "__file__", None) is None
