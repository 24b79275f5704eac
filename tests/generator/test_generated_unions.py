"""Unions in emitted models that msgspec cannot be trusted with."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

TEXT_REF = "#/components/schemas/Text"


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "array", "items": {}}, {"type": "string", "pattern": "^a"}]},
        {"oneOf": [{"$ref": TEXT_REF}, {"type": "object", "additionalProperties": {}}]},
        {"type": ["array", "string", "null"], "pattern": "^a", "maxItems": 1},
        {
            "anyOf": [
                {"type": ["array", "null"]},
                {"anyOf": [{"$ref": TEXT_REF}, {"type": "integer"}]},
            ]
        },
    ],
)
def test_a_pattern_beside_a_container_is_checked_and_its_decoder_can_be_let_go(
    generate: Callable[..., Any], schema: dict[str, Any]
) -> None:
    """With debugging allocation a wrong pointer that is freed ends the process at once."""
    schemas = {"Mixed": schema, "Text": {"type": "string", "pattern": "^a"}}
    made = generate(schemas, openapi="3.1.0")
    accepted = [value for value in ("ab", "b") if made.accepts("Mixed", value)]
    assert accepted == ["ab"]
    code = f"""
        import msgspec
        from {made.name} import contract
        from {made.name}.models.openapi import Mixed
        for _ in range(3):
            decoder = msgspec.json.Decoder(Mixed, dec_hook=contract.hook)
            del decoder
    """
    environment = {**os.environ, "PYTHONMALLOC": "debug"}
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, env=environment)
