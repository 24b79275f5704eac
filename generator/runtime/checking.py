"""What msgspec has no words for: formats, unions it cannot tell apart, objects that keep undeclared properties, rules.

A checked type is a class at run time whose instances are the values of its branches: decoders hand `hook` the plain
data, which is held against the rules and converted to the branch it fits.
"""

import threading
from collections.abc import Callable, Mapping
from enum import Enum
from types import NoneType
from typing import Annotated, Any, ClassVar, TypeAlias, get_args

import msgspec
from msgspec import UNSET, Meta, Struct

from .rules import fault

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_QUAD = "[A-Za-z0-9+/]"

_PATTERNS = {
    "Uuid": r"\A[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z",
    "Date": rf"\A{_DAY}\Z",
    "DateTime": rf"\A{_DAY}[Tt ]{_TIME}\Z",
    "Email": r"\A[^@\s]+@[^@\s]+\Z",
    "Base64": rf"\A(?:{_QUAD}{{4}})*(?:{_QUAD}{{2}}==|{_QUAD}{{3}}=)?\Z",
}
_MESSAGES = {
    "Uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "Date": "a date such as 2024-02-29",
    "DateTime": "a date-time such as 2024-02-29T12:00:00Z",
    "Email": "an e-mail address",
    "Base64": "Base64 text",
}
Uuid: TypeAlias = Annotated[str, Meta(pattern=_PATTERNS["Uuid"])]
Date: TypeAlias = Annotated[str, Meta(pattern=_PATTERNS["Date"])]
DateTime: TypeAlias = Annotated[str, Meta(pattern=_PATTERNS["DateTime"])]
Email: TypeAlias = Annotated[str, Meta(pattern=_PATTERNS["Email"])]
Base64: TypeAlias = Annotated[str, Meta(pattern=_PATTERNS["Base64"])]


def readable(message: str) -> str:
    """msgspec's message, with the name of a format instead of its pattern."""
    for name, pattern in _PATTERNS.items():
        quoted = f"`str` matching regex {pattern!r}"
        if quoted in message:
            return message.replace(quoted, _MESSAGES[name])
    return message


class Raw:
    """A body or a part of one that is not decoded: a media type without a codec, or a file."""

    __slots__ = ("content", "media_type", "name")

    def __init__(self, content: bytes, media_type: str = "application/octet-stream", name: str = "") -> None:
        self.content = content
        self.media_type = media_type
        self.name = name


class _Memory(threading.local):
    """The results within one decoding: without it, nested unions cost exponential time."""

    depth = 0

    def __init__(self) -> None:
        self.results: dict[tuple[type, int], tuple[Any, Any, str]] = {}


_memory = _Memory()


class CheckedType(type):
    """The class of checked types."""

    branches: Callable[[], tuple[Any, ...]]
    exactly_one: bool
    tag: str
    mapping: Callable[[], Mapping[str, Any]]
    rules: Any

    def __instancecheck__(cls, value: object) -> bool:
        return True

    def __call__(cls, *values: Any, **fields: Any) -> Any:
        return cls.branches()[0](*values, **fields)

    def follow(cls, at: Any) -> Any:
        """What a `$ref` within the rules means."""
        return cls.rules["$defs"][at["$ref"]]

    def read(cls, data: Any) -> Any:
        """The value of plain data; ValidationError where it does not fit."""
        if cls.rules is not None:
            wrong = fault(cls.rules, data, cls.follow)
            if wrong is not None:
                raise msgspec.ValidationError(wrong)
        if cls.tag:
            return cls._tagged(data)
        branches = cls.branches()
        return _convert(data, branches[0]) if len(branches) == 1 else cls._chosen(data, branches)

    def _tagged(cls, data: Any) -> Any:
        mapping = cls.mapping()
        value = data.get(cls.tag) if isinstance(data, dict) else None
        if not isinstance(value, str) or value not in mapping:
            allowed = ", ".join(sorted(mapping)[:20])
            raise msgspec.ValidationError(f"Expected an object whose {cls.tag!r} is one of: {allowed}")
        return _convert(data, mapping[value])

    def _chosen(cls, data: Any, branches: tuple[Any, ...]) -> Any:
        fits: list[Any] = []
        faults: list[str] = []
        for branch in branches:
            try:
                fits.append(_convert(data, branch))
            except msgspec.ValidationError as wrong:
                faults.append(str(wrong))
        if not fits:
            listed = "; ".join(dict.fromkeys(faults))[:500]
            raise msgspec.ValidationError(f"Fits none of the allowed forms ({listed})")
        if len(fits) > 1 and cls.exactly_one:
            raise msgspec.ValidationError(f"Fits {len(fits)} of the allowed forms, where exactly one is allowed")
        return max(fits, key=_kept)


def _kept(value: Any) -> int:
    """How much of an object a branch has kept."""
    if isinstance(value, Struct):
        return sum(getattr(value, name) is not UNSET for name in value.__struct_fields__)
    return len(value.values()) if isinstance(value, dict | Open) else 0


def _convert(data: Any, kind: Any) -> Any:
    return msgspec.convert(data, kind, dec_hook=hook)


def checked(
    name: str,
    branches: Callable[[], tuple[Any, ...]],
    *,
    exactly_one: bool = True,
    tag: str = "",
    mapping: Callable[[], Mapping[str, Any]] = dict,
    rules: Any = None,
) -> CheckedType:
    """A type whose values fit one of the branches (exactly one, or at least one), chosen by a tag if there is one."""
    out = CheckedType(name, (), {})
    out.branches, out.exactly_one, out.tag, out.mapping, out.rules = branches, exactly_one, tag, mapping, rules
    return out


def hook(kind: type, data: Any) -> Any:
    """msgspec's `dec_hook` for everything in this module."""
    if _memory.depth == 0:
        data = _whole(data)
    key = (kind, id(data))
    known = _memory.results.get(key)
    if known is None:
        _memory.depth += 1
        try:
            # The data is kept so that its id stays its own; msgspec adds the place to a ValueError only.
            known = _memory.results[key] = (data, _read(kind, data), "")
        except msgspec.ValidationError as wrong:
            known = _memory.results[key] = (data, None, str(wrong))
        finally:
            _memory.depth -= 1
            if _memory.depth == 0:
                _memory.results.clear()
    if known[2]:
        raise ValueError(known[2])
    return known[1]


def hooked(kind: Any) -> bool:
    """Whether a value of a type may have to go through `hook`."""
    inner = get_args(kind)
    if inner:
        return any(hooked(one) for one in inner)
    return isinstance(kind, type) and not issubclass(kind, str | int | float | Enum | NoneType)


def _whole(data: Any) -> Any:
    """The data with 1.0 as 1, which JSON schema holds to be the same; the very same data where there is none."""
    if isinstance(data, float):
        return int(data) if data.is_integer() and abs(data) < 2**63 else data
    if isinstance(data, list):
        items = [_whole(v) for v in data]
        return items if any(a is not b for a, b in zip(items, data, strict=True)) else data
    if isinstance(data, dict):
        values = {k: _whole(v) for k, v in data.items()}
        return values if any(values[k] is not v for k, v in data.items()) else data
    return data


def _read(kind: type, data: Any) -> Any:
    if kind is Raw:
        if isinstance(data, Raw):
            return data
        if isinstance(data, str):
            return Raw(data.encode())
        raise msgspec.ValidationError("Expected `str` or a file")
    if isinstance(kind, CheckedType):
        return kind.read(data)
    if issubclass(kind, Open):
        return kind.read(data)
    raise NotImplementedError(kind)


def made(kind: Any, data: Any) -> Any:
    """A default value from its plain data."""
    return _convert(data, kind)


class Open:
    """An object that keeps the properties it does not declare, in `additional`."""

    additional: dict[str, Any]
    _declared: ClassVar[Any]
    _rest: ClassVar[Any]

    def __init_subclass__(cls) -> None:
        own = dict(cls.__annotations__)
        rest = {"additional": own.pop("additional")}
        common = {"__module__": cls.__module__}
        defaults = {name: cls.__dict__[name] for name in own if name in cls.__dict__}
        for name in own:
            if name in cls.__dict__:
                delattr(cls, name)
        meta: Any = type(Struct)
        space = {"__annotations__": own, **common, **defaults}
        cls._declared = meta(cls.__name__, (Struct,), space, kw_only=True)
        cls._rest = meta(cls.__name__, (Struct,), {"__annotations__": rest, **common}, kw_only=True)

    def __init__(self, **values: Any) -> None:
        self.additional = values.pop("additional", {})
        self._take(self._declared(**values))

    def _take(self, declared: Any) -> None:
        for name in self._declared.__struct_fields__:
            setattr(self, name, getattr(declared, name))

    @classmethod
    def read(cls, data: Any) -> Any:
        """The object of plain data."""
        declared = _convert(data, cls._declared)
        known = frozenset(cls._declared.__struct_encode_fields__)
        rest = {k: v for k, v in data.items() if k not in known}
        out = cls.__new__(cls)
        out.additional = _convert({"additional": rest}, cls._rest).additional
        out._take(declared)
        return out

    def values(self) -> dict[str, Any]:
        """What is sent: the declared properties that are set, and the others."""
        pairs = zip(self._declared.__struct_fields__, self._declared.__struct_encode_fields__, strict=True)
        own = {wire: getattr(self, name) for name, wire in pairs}
        return {**self.additional, **{k: v for k, v in own.items() if v is not UNSET}}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.__dict__.items())})"


def plain(value: Any) -> Any:
    """msgspec's `enc_hook` for everything in this module."""
    if isinstance(value, Open):
        return value.values()
    if isinstance(value, Raw):
        return value.content.decode()
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")
