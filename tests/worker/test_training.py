"""The trusted trainer refuses before it begins where it could not keep its word."""

from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from quarantine.domain.errors import DomainError, Refused
from quarantine.domain.settings import Settings
from quarantine.domain.training.command import Command, read_command
from quarantine.worker import training
from quarantine.worker.fitting import Made
from quarantine.worker.loop import Control
from quarantine.worker.training import Trainer

NOTHING: Any = None


def test_without_walls_nothing_is_trained_since_a_declaration_could_tell_rows(tmp_path: Path) -> None:
    trainer = Trainer(NOTHING, Settings(home=str(tmp_path), unsafe_runs=True), "nothing", NOTHING)
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


@pytest.mark.parametrize(("ends", "made"), [((-9, 0), True), ((-9, -9), False), ((1, 0), False)])
def test_a_fit_that_somebody_killed_is_done_once_more_and_one_that_failed_is_not(
    ends: tuple[int, ...], made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def fit(told: IO[bytes], answer: IO[bytes], *_: object) -> int:
        assert told.read() == b"the task"
        # What a killed process has written so far counts for nothing.
        answer.write(msgspec.msgpack.encode(Made(onnx=b"x", metrics={})) if ends[len(tried)] == 0 else b"half")
        tried.append(ends[len(tried)])
        return tried[-1]

    monkeypatch.setattr(training, "_fit", fit)
    if made:
        assert training.fitted(b"the task", 10.0, Control()).onnx == b"x"
        return
    with pytest.raises(DomainError, match="the cost stays charged"):
        training.fitted(b"the task", 10.0, Control())
    assert tried == list(ends[: 1 if ends[0] > 0 else 2])
