"""Names and requests as MLflow takes them."""

import posixpath
import re

from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.mlflow import LONGEST_PARAM, MOST_METRICS, MOST_TEXTS, batches, key_of


@given(st.text(max_size=300))
def test_every_name_becomes_one_that_mlflow_takes(name: str) -> None:
    key = key_of(name)
    assert re.fullmatch(r"[/\w.\- :]{1,250}", key)
    assert posixpath.normpath(key) == key
    assert not key.startswith(("/", ".."))
    assert key != "."
    assert key_of(key) == key


def test_requests_are_as_small_as_mlflow_wants_them() -> None:
    points = [{"key": "loss", "value": 0.5, "step": step, "timestamp": 1} for step in range(2 * MOST_METRICS + 1)]
    params = {f"p{number}": "x" * 9_000 for number in range(MOST_TEXTS + 1)}
    made = list(batches(points, params, {"a": "b"}))
    assert [{name: len(each[name]) for name in each} for each in made] == [  # type: ignore[arg-type]
        {"metrics": MOST_METRICS},
        {"metrics": MOST_METRICS},
        {"metrics": 1},
        {"params": MOST_TEXTS},
        {"params": 1},
        {"tags": 1},
    ]
    assert all(len(pair["value"]) == LONGEST_PARAM for each in made for pair in each.get("params", ()))  # type: ignore[attr-defined]
