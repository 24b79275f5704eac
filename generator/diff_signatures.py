"""The handler of an operation as its signature reads, so that a review can say which functions to change."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.diff_document import component_name, mapping, sequence
from generator.diff_operations import Matched, Operation
from generator.diff_shape import FORMS, Shape, Shapes
from generator.diff_text import canonical, shortened, visible

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


@dataclass(frozen=True)
class HandlerChange:
    """One function to write, change or delete; a side that is None does not exist."""

    before: tuple[str, str] | None
    after: tuple[str, str] | None


def handler_changes(matched: Matched) -> list[HandlerChange]:
    """Every handler whose file or signature differs, in the order of files and names."""
    pairs: list[tuple[Operation | None, Operation | None]] = [*matched.same, *matched.moved]
    pairs += [(old, None) for old in matched.removed]
    pairs += [(None, new) for new in matched.added]
    sides = {(_handler(old) if old else None, _handler(new) if new else None) for old, new in pairs}
    changes = [HandlerChange(old, new) for old, new in sides if old != new]
    return sorted(changes, key=lambda change: (change.after or change.before or ("", ""), change.before or ("", "")))


def _handler(operation: Operation) -> tuple[str, str]:
    """File and signature."""
    return f"handlers/{_identifier(operation.tag)}.py", signature(operation)


def signature(operation: Operation) -> str:
    """The signature by the project's convention: context, path parameters, body, then the rest by keyword."""
    shapes = Shapes(operation.document)
    parameters = operation.parameters()
    parts = ["context"]
    for name in operation.path_names:
        schema = parameters.get(("path", name), {}).get("schema", {})
        parts.append(f"{_identifier(name)}: {_type(shapes, schema)}")
    body = operation.body()
    if body is not None:
        parts.append(f"body: {_model(shapes, body)}" + ("" if body.get("required") is True else " | None"))
    rest = [(name, parameter) for (where, name), parameter in parameters.items() if where in ("query", "header")]
    if rest:
        parts.append("*")
    parts += [_keyword(shapes, name, parameter) for name, parameter in sorted(rest, key=lambda item: item[0])]
    return f"{_identifier(operation.id)}({', '.join(parts)}) -> {_answer(shapes, operation)}"


def _keyword(shapes: Shapes, name: str, parameter: Mapping[str, Any]) -> str:
    shape, kind = shapes.of(parameter.get("schema", {})), _type(shapes, parameter.get("schema", {}))
    if "default" in shape:
        return f"{_identifier(name)}: {kind} = {visible(repr(shape['default']))}"
    if parameter.get("required") is True:
        return f"{_identifier(name)}: {kind}"
    return f"{_identifier(name)}: {kind} = None" if "None" in kind else f"{_identifier(name)}: {kind} | None = None"


def _answer(shapes: Shapes, operation: Operation) -> str:
    for status, response in sorted(operation.responses().items()):
        if status.startswith("2"):
            return _model(shapes, response)
    return "None"


def _model(shapes: Shapes, message: Mapping[str, Any]) -> str:
    contents = mapping(message.get("content"))
    if not contents:
        return "None"
    media = "application/json" if "application/json" in contents else sorted(contents)[0]
    if media != "application/json":
        return (
            "bytes" if "json" not in media and "form" not in media else _type(shapes, contents[media].get("schema", {}))
        )
    return _type(shapes, mapping(contents[media]).get("schema", {}))


def _type(shapes: Shapes, schema: Any, depth: int = 0) -> str:
    shape = shapes.of(schema)
    name = component_name(schema)
    if name is not None and ("properties" in shape or "enum" in shape or any(kind in shape for kind in FORMS)):
        kind = _identifier(name)
    else:
        kind = _inline(shapes, shape, depth)
    return f"{kind} | None" if shape["nullable"] and kind != "object" else kind


def _inline(shapes: Shapes, shape: Shape, depth: int) -> str:
    if "enum" in shape:
        return f"Literal[{shortened(', '.join(repr(item) for item in sorted(shape['enum'], key=canonical)))}]"
    forms = [part for keyword_ in FORMS for part in sequence(shape.get(keyword_))]
    if forms:
        return " | ".join(dict.fromkeys(_type(shapes, part, depth + 1) for part in forms)) if depth < 4 else "object"
    kinds = shape.get("type", frozenset())
    if kinds == {"array"}:
        return f"list[{_type(shapes, shape.get('items', {}), depth + 1) if depth < 4 else 'object'}]"
    if kinds == {"object"}:
        return "dict[str, object]"
    return " | ".join(_PLAIN.get(kind, "object") for kind in sorted(kinds)) or "object"


def _identifier(name: str) -> str:
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    if not word or word[0].isdigit():
        word = f"_{word}"
    return f"{word}_" if keyword.iskeyword(word) else word
