"""The trusted trainer refuses before it begins where it could not keep its word."""

from pathlib import Path
from typing import Any

import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.settings import Settings
from quarantine.domain.training.command import Command, read_command
from quarantine.worker.loop import Control
from quarantine.worker.training import Trainer

NOTHING: Any = None


def test_without_walls_nothing_is_trained_since_a_declaration_could_tell_rows(tmp_path: Path) -> None:
    trainer = Trainer(NOTHING, Settings(home=str(tmp_path), unsafe_runs=True), "nothing")
    with pytest.raises(Refused, match="needs a sandbox"):
        trainer(NOTHING, NOTHING, [NOTHING], Command("my_model.py", 1.0), tmp_path, Control())


@pytest.mark.parametrize(
    "words",
    [
        "python -m dq0.makedp",
        "python -m dq0.makedp --target-epsilon 1.0",
        "python -m dq0.makedp my_model.py --target-epsilon",
        "python -m dq0.makedp my_model.py --target-epsilon x",
        "python -m dq0.makedp my_model.py --more 1",
        "python -m dq0.makedp my_model.py --epochs 1 --epochs 2",
        "python -m dq0.makedp /etc/my_model.py",
        "python -m dq0.makedp ../my_model.py",
        "python -m dq0.makedp my_model",
    ],
)
def test_a_command_of_the_trainers_that_is_not_understood_is_refused(words: str) -> None:
    with pytest.raises(Refused):
        read_command(words.split())


@pytest.mark.parametrize("words", ["python my_model.py", "python -m dq0.makedpx a.py", "sh -c x", "python -m dq0"])
def test_other_commands_are_ordinary_code(words: str) -> None:
    assert read_command(words.split()) is None


def test_the_price_is_the_commands() -> None:
    words = "python -m dq0.makedp code/my_model.py --target-epsilon 0.5 --num-microbatches 250 --epochs 3"
    assert read_command(words.split()) == Command("code/my_model.py", 0.5)
