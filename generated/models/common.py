# Generated from spec/common.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from .. import checking as _checking


class ModelCheckerStatus(StrEnum):
    """What the check after a training found: `unchecked` none has run yet, `allowed` the model may predict,
    `needs_review` the data's owner has to decide, `refused` it may not predict.
    """

    UNCHECKED = "unchecked"
    ALLOWED = "allowed"
    NEEDS_REVIEW = "needs_review"
    REFUSED = "refused"


class Error(Struct, kw_only=True, repr_omit_defaults=True):
    """The body of every failure."""

    # What went wrong, for a person to read.
    error: Annotated[str, Meta(min_length=1, max_length=10000)]


class Message(Struct, kw_only=True, repr_omit_defaults=True):
    """The body of a success that has nothing but a sentence to say."""

    # What was done.
    message: Annotated[str, Meta(min_length=1, max_length=10000)]


if TYPE_CHECKING:
    Email: TypeAlias = "str"
else:
    Email = _checking.checked(
        "Email",
        lambda: (Annotated[_checking.Email, Meta(min_length=3, max_length=254)],),
        rules={
            "pattern": (
                "^[A-Za-z0-9!#$%\\&'*+/=?^_`{\\|}\\~-]+(\\.[A-Za-z0-9!#$%\\&'*+/=?^_`{\\|}\\~-]+)*@([A-Z"
                "a-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z"
                "0-9])?\\Z"
            )
        },
    )

if TYPE_CHECKING:
    RunArgument: TypeAlias = "str | bool | int | float"
else:
    RunArgument = _checking.checked(
        "RunArgument",
        lambda: (
            Annotated[str, Meta(max_length=100000)],
            bool,
            Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)],
            Annotated[float, Meta(ge=-1e308, le=1e308)],
        ),
        exactly_one=False,
    )

if TYPE_CHECKING:
    Uuid: TypeAlias = "str"
else:
    Uuid = _checking.checked(
        "Uuid",
        lambda: (Annotated[_checking.Uuid, Meta(max_length=36)],),
        rules={"pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\Z"},
    )

EntryPoint: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z0-9_][A-Za-z0-9_.-]*\\Z")]
LineText: TypeAlias = Annotated[str, Meta(max_length=1000, pattern="^[^\\x00-\\x1f\\x7f]*\\Z")]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[^\\x00-\\x1f\\x7f]+\\Z")]
PageLength: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]
PageNumber: TypeAlias = Annotated[int, Meta(ge=1, le=1000000000)]
Password: TypeAlias = Annotated[str, Meta(min_length=8, max_length=128)]
PermissionLevel: TypeAlias = Literal[0, 1, 2, 3, 4]
RowId: TypeAlias = Annotated[int, Meta(ge=1, le=9223372036854775807)]
RunArguments: TypeAlias = Annotated[dict[str, RunArgument], Meta(max_length=100)] | Literal[""]
Timestamp: TypeAlias = Annotated[int, Meta(ge=0, le=9223372036854775807)]
Total: TypeAlias = Annotated[int, Meta(ge=0, le=9223372036854775807)]
