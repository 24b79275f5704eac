"""Which entry points are the trusted trainer's: those that run `python -m dq0.makedp FILE`, and nothing else."""

from collections.abc import Sequence

import msgspec

from quarantine.domain.errors import Refused

MODULE = ("python", "-m", "dq0.makedp")
_VALUED = ("--target-epsilon", "--num-microbatches", "--epochs")
_RIGHT = "python -m dq0.makedp FILE --target-epsilon NUMBER"


class Command(msgspec.Struct, frozen=True):
    """The file with the model class, and the price."""

    file: str
    epsilon: float

    @property
    def delta(self) -> float:
        """A training costs none."""
        return 0.0


def read_command(words: Sequence[str]) -> Command | None:
    """The trainer's command, or None for any other; raises Refused for one of the trainer's that is not understood."""
    if tuple(words[: len(MODULE)]) != MODULE:
        return None
    rest = list(words[len(MODULE) :])
    if len(rest) % 2 == 0 or rest[0].startswith("-"):
        raise Refused(f"command: expected {_RIGHT}")
    options = dict(zip(rest[1::2], rest[2::2], strict=True))
    unknown = [name for name in options if name not in _VALUED]
    if unknown or len(options) != len(rest) // 2:
        raise Refused(f"command: expected {_RIGHT}; also taken: {', '.join(_VALUED[1:])}")
    if rest[0].startswith("/") or ".." in rest[0].split("/") or not rest[0].endswith(".py"):
        raise Refused("command: expected a Python file of the project")
    return Command(rest[0], _number(options.get("--target-epsilon", "1.0")))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused("--target-epsilon: expected a number") from None
