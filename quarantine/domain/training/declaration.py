"""What a project's code says that it wants to be fitted, told by the sandbox without any data and read as untrusted."""

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.training.catalogue import Plain

LONGEST = 100_000
_UNREADABLE = "my_model.py: what it declares was not understood; run `python -m dq0.makedp my_model.py` to see it"


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The estimator's class name with its parameters, and the columns that it learns from and is to predict.

    Without `features` and `target` the metadata says which they are. `refused` is why the code cannot be made private.
    """

    estimator: str = ""
    parameters: dict[str, Plain] = {}
    features: tuple[str, ...] | None = None
    target: str | None = None
    refused: str = ""


def read_declaration(content: bytes) -> Declaration:
    """The declaration of a sandbox's output; raises Refused where there is none, or it says why there is none."""
    try:
        if len(content) > LONGEST:
            raise ValueError
        found = msgspec.json.decode(content, type=Declaration)
    except (ValueError, msgspec.MsgspecError):
        raise Refused(_UNREADABLE) from None
    if found.refused:
        raise Refused(printable(found.refused))
    return found


def printable(text: str) -> str:
    """Words that came out of a sandbox, as one line."""
    return "".join(mark if mark.isprintable() else " " for mark in text)[:500]
