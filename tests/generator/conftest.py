"""Generate from small specifications and import what comes out, each under its own package name."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from generator.__main__ import main


class Generated:
    """An emitted package, imported."""

    def __init__(self, name: str) -> None:
        self.operations = importlib.import_module(f"{name}.operations")
        self.contract = importlib.import_module(f"{name}.contract")
        self.name = name

    def models(self, module: str = "openapi") -> ModuleType:
        return importlib.import_module(f"{self.name}.models.{module}")

    def operation(self, identity: str) -> Any:
        return next(o for o in self.operations.OPERATIONS if o.id == identity)

    def decode(self, schema: str, text: str | bytes, module: str = "openapi") -> Any:
        raw = text.encode() if isinstance(text, str) else text
        kind = getattr(self.models(module), schema)
        return self.contract.decode_json(raw, msgspec.json.Decoder(kind, dec_hook=self.contract.hook))

    def accepts(self, schema: str, value: Any) -> bool:
        try:
            self.decode(schema, json.dumps(value))
        except self.contract.Mismatch:
            return False
        return True

    def round_trip(self, schema: str, value: Any) -> Any:
        decoded = self.decode(schema, json.dumps(value))
        operation = self.operations.OPERATIONS[0]
        return json.loads(operation.encode(decoded) or b"null")


# Classes that msgspec has seen must never be collected: 0.22 crashes when it meets the remains.
KEPT: list[ModuleType] = []


def forget(package: str) -> None:
    """Let a package of this name be imported anew."""
    for name in [n for n in sys.modules if n.partition(".")[0] == package]:
        KEPT.append(sys.modules.pop(name))
    importlib.invalidate_caches()


@pytest.fixture
def forgotten() -> Callable[[str], None]:
    """`forget`, for tests that generate more than once."""
    return forget


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder, from which emitted packages can be imported; they are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            KEPT.append(sys.modules.pop(name))
    importlib.invalidate_caches()


@pytest.fixture
def generate(workplace: Path) -> Callable[..., Generated]:
    """Generate from schemas, paths or a whole document, and import."""

    def make(
        schemas: dict[str, Any] | None = None, paths: dict[str, Any] | None = None, name: str = "out", **root: Any
    ) -> Generated:
        document = {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": paths if paths is not None else PING,
            "components": {"schemas": schemas or {}},
            **root,
        }
        spec = workplace / "openapi.json"
        spec.write_text(json.dumps(document), "utf-8")
        assert main(["openapi.json", name]) == 0
        return Generated(name)

    return make


PING = {
    "/ping": {
        "get": {
            "operationId": "ping",
            "tags": ["health"],
            "responses": {
                "200": {
                    "description": "ok",
                    "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
                }
            },
        }
    }
}


ROOT = """\
openapi: 3.0.3
info: {title: t, version: '1', description: 'd'}
x-context: surroundings:Surroundings
x-controller: somewhere.else
x-not-built: surroundings:NotBuilt
security: [{bearer: []}]
paths:
  /users:
    $ref: 'users.yaml#/paths/~1users'
  /users/{user_id}:
    $ref: 'users.yaml#/paths/~1users~1{user_id}'
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
"""
USERS = """\
paths:
  /users:
    get:
      tags: [users]
      operationId: list_users
      summary: List the users.
      description: One page of them.
      x-action: UserList
      x-permission: {level: see, 'on': action}
      x-answered-by: quarantine
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: state, in: query, schema: {$ref: '#/components/schemas/State'}}
      responses:
        '200':
          description: A page.
          content: {application/json: {schema: {$ref: '#/components/schemas/UserList'}}}
        default: {$ref: 'common.yaml#/components/responses/Error'}
  /users/{user_id}:
    patch:
      tags: [users]
      operationId: update_user
      summary: Change a user.
      description: Whatever is given.
      x-action: UserUpdate
      x-permission: public
      x-answered-by: local
      security: []
      parameters:
        - {name: user_id, in: path, required: true, schema: {type: integer, format: int64, minimum: 1}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}
      responses:
        '200':
          description: Done.
          content: {application/json: {schema: {$ref: 'common.yaml#/components/schemas/Message'}}}
        default: {$ref: 'common.yaml#/components/responses/Error'}
components:
  schemas:
    State: {type: string, enum: [active, waiting]}
    User:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        state: {$ref: '#/components/schemas/State'}
        boss: {$ref: '#/components/schemas/User'}
    UserList:
      type: object
      required: [items]
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/User'}}
"""
COMMON = """\
components:
  responses:
    Error:
      description: It went wrong.
      content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  schemas:
    Error: {type: object, required: [error], properties: {error: {type: string}}}
    Message: {type: object, required: [message], properties: {message: {type: string}}}
"""
HANDLERS = '''\
"""Users."""

from out.models import common, users
from surroundings import Surroundings


def list_users(context: Surroundings, *, page: int = 1, state: users.State | None = None) -> users.UserList:
    return users.UserList(items=[])


def update_user(context: Surroundings, user_id: int, body: users.User) -> common.Message:
    return common.Message(message=body.name)
'''


class Project(type(Path())):  # type: ignore[misc]
    """A folder with a specification of three files and the handlers that answer it."""

    flags = ("spec/openapi.yaml", "out", "--house", "--handlers", "answers")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self / path).read_text()
        assert old in text
        (self / path).write_text(text.replace(old, new, 1))


@pytest.fixture
def project(workplace: Path) -> Project:
    (workplace / "spec").mkdir()
    for name, text in (("openapi", ROOT), ("users", USERS), ("common", COMMON)):
        (workplace / "spec" / f"{name}.yaml").write_text(text)
    (workplace / "answers").mkdir()
    (workplace / "answers" / "__init__.py").write_text("")
    (workplace / "answers" / "users.py").write_text(HANDLERS)
    (workplace / "surroundings.py").write_text("class NotBuilt(Exception): ...\n\n\nclass Surroundings: ...\n")
    return Project(workplace)
