# Generated from generator/runtime/contract.py: do not edit.
"""An operation at run time: requests to typed values, results to bytes."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from .checking import Raw, hook, hooked, plain, readable
from .forms import multipart, urlencoded
from .texts import Mismatch, Parameter, grouped, refuse_duplicates, scalar, spread, texts_of, unique, value_of

__all__ = [
    "LEVELS",
    "Alias",
    "Medium",
    "Mismatch",
    "Operation",
    "Parameter",
    "Permission",
    "Raw",
    "Reply",
    "decode_json",
    "hook",
    "located",
]

T = TypeVar("T")

# Above this size 1.0 is not taken for an integer: that costs several times what decoding costs.
WHOLE_UP_TO = 1 << 20
LEVELS = {"none": 0, "see": 1, "use": 2, "change": 3, "own": 4}

_AT = re.compile(r" - at `\$([^`]*)`\Z")
_ENCODER = msgspec.json.Encoder(enc_hook=plain)


class Permission(Struct, frozen=True):
    """What it takes: `level` from 0 (none) to 4 (own) on an object, which the parameter `key` names."""

    level: int
    on: str
    key: str = ""


class Alias(Struct, frozen=True):
    """Another way to reach an operation; `body` and `query` map old names to documented ones."""

    method: str = ""
    path: str = ""
    when_body: bool = False
    body: Mapping[str, str] = msgspec.field(default_factory=dict)
    query: Mapping[str, str] = msgspec.field(default_factory=dict)


class Reply(Struct, Generic[T], frozen=True):
    """A success with another status than the usual one."""

    status: int
    body: T


class Medium(Struct, frozen=True):
    """A media type of the request body."""

    name: str
    codec: str
    type: Callable[[], Any]
    fields: tuple[Parameter, ...] = ()


def decode_json(raw: bytes, decoder: "msgspec.json.Decoder[T]", kind: Any = None, *, needs: int = -1) -> T:
    """The typed value of a JSON body; every failure is a Mismatch that says where. `needs` counts its required fields.

    Whole numbers written as 1.0 are integers. Duplicate keys, and what is no text, are refused at any depth, also where
    the type has no such field.
    """
    try:
        # As many colons as required fields, and the decoder finds all of those: there is nothing else in it.
        if raw.count(b":") != needs:
            refuse_duplicates(raw)
        try:
            return decoder.decode(raw)
        except msgspec.ValidationError as wrong:
            if "got `float`" not in str(wrong) or len(raw) > WHOLE_UP_TO:
                raise
            refuse_duplicates(raw)
            converted: T = msgspec.convert(json.loads(raw, parse_float=_whole), kind or decoder.type, dec_hook=hook)
            return converted
    except Mismatch:
        raise
    except UnicodeDecodeError as wrong:
        raise Mismatch(f"body: expected JSON in UTF-8 (byte {wrong.start})") from None
    except RecursionError:
        raise Mismatch("body: nested too deeply") from None
    except msgspec.ValidationError as wrong:
        raise Mismatch(located("body", str(wrong))) from None
    except (msgspec.MsgspecError, ValueError, OverflowError) as wrong:
        raise Mismatch(f"body: expected JSON: {wrong}") from None


def located(where: str, message: str) -> str:
    """msgspec's message with the place first: `body data.name: expected ...`."""
    message = readable(message)
    path = ""
    while match := _AT.search(message):
        message = message[: match.start()]
        path += match[1]
    where = f"{where} {path.removeprefix('.')}".rstrip()
    return f"{where}: {message[:1].lower()}{message[1:]}"


def _whole(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 2**63 else number


@dataclass(slots=True)
class Operation:
    """One documented operation: what it is, what it takes, and how to run it. Decoders are made on first use."""

    id: str
    tag: str
    method: str
    path: str
    action: str
    permission: Permission | None
    answered_by: str
    status: int
    call: Callable[[Any, Any, Any, Any], Any]
    params: type[Struct] | None = None
    parameters: tuple[Parameter, ...] = ()
    media: tuple[Medium, ...] = ()
    body_required: bool = False
    roles: Mapping[str, int] = field(default_factory=dict)
    """Levels of built-in roles on this operation's action, where they differ from what the roles give by default."""
    extension: bool = False
    aliases: tuple[Alias, ...] = ()
    strict_query: bool = False
    media_types: tuple[str, ...] = field(init=False)
    """The documented media types of the body; none where there is no body."""
    reads_headers: bool = field(init=False)
    """Whether a parameter is in a header or a cookie; few are."""
    _usual: Medium | None = field(init=False, repr=False)
    _renamed: dict[str, str] = field(init=False, repr=False)
    _path_alone: tuple[Parameter, ...] | None = field(init=False, repr=False)
    _hooked: bool | None = field(init=False, repr=False, default=None)
    _decoders: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.media_types = tuple(m.name for m in self.media)
        self.reads_headers = any(p.where in {"header", "cookie"} for p in self.parameters)
        self._usual = next((m for m in self.media if m.codec == "json"), self.media[0] if self.media else None)
        self._renamed = {old: new for alias in self.aliases for old, new in alias.body.items()}
        # What is left to read where nothing but the path is given; None where that is not enough.
        needed = [p for p in self.parameters if p.required or p.where != "query"]
        alone = all(p.where == "path" and not p.many and p.text != "object" for p in needed)
        self._path_alone = tuple(needed) if alone else None

    def read(
        self, path: Mapping[str, str], query: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Struct | None:
        """The parameters, typed; Mismatch where they are not as documented."""
        if not query and self._path_alone is not None:
            return self._from_path(path, self._path_alone)
        given = grouped(query)
        path = self._agree(path, given)
        used: set[str] = set()
        values: dict[str, Any] = {}
        lowered = {k.lower(): v for k, v in headers.items()} if headers else {}
        for parameter in self.parameters:
            if parameter.where == "query" and parameter.many in {"deep", "spread"}:
                found, names = spread(parameter, given)
                used |= names
            else:
                texts = texts_of(parameter, path, given, lowered)
                used.add(parameter.name)
                found = value_of(parameter, texts) if texts else None
            if found is not None:
                values[parameter.attribute] = found
            elif parameter.required:
                raise Mismatch(f"{parameter.where} parameter {parameter.name}: it is required")
        if self.strict_query:
            self._refuse_unknown(given, used)
        return self._typed(values)

    def _from_path(self, path: Mapping[str, str], parameters: Sequence[Parameter]) -> Struct | None:
        values: dict[str, Any] = {}
        for parameter in parameters:
            text = path.get(parameter.name)
            if text is None:
                raise Mismatch(f"path parameter {parameter.name}: it is required")
            kind = parameter.text
            values[parameter.attribute] = text if kind == "string" else scalar(kind, text, parameter)
        return self._typed(values)

    def _agree(self, path: Mapping[str, str], given: Mapping[str, list[str]]) -> Mapping[str, str]:
        for alias in self.aliases:
            for old, name in alias.query.items():
                texts = given.get(old)
                if texts is None:
                    continue
                if len(set(texts)) > 1 or path.get(name, texts[0]) != texts[0]:
                    raise Mismatch(f"query parameter {old}: expected the same value as {name} in the path")
                path = {**path, name: texts[0]}
        return path

    def _refuse_unknown(self, given: Mapping[str, Any], used: set[str]) -> None:
        documented = used | {old for alias in self.aliases for old in alias.query}
        for name in given:
            if name not in documented:
                raise Mismatch(f"query parameter {name[:100]}: there is no such parameter here")

    def _typed(self, values: dict[str, Any]) -> Struct | None:
        if self.params is None:
            return None
        if self._hooked is None:
            self._hooked = any(hooked(one.type) for one in msgspec.structs.fields(self.params))
        try:
            # To be given a hook costs as much as everything else here.
            if not self._hooked:
                return msgspec.convert(values, self.params)
            return msgspec.convert(values, self.params, dec_hook=hook)
        except msgspec.ValidationError as wrong:
            raise Mismatch(self._named(str(wrong))) from None

    def _named(self, message: str) -> str:
        text = located("", message).strip()
        for parameter in self.parameters:
            match = re.match(re.escape(parameter.attribute) + r"(?=[:.\[])", text)
            if match:
                return f"{parameter.where} parameter {parameter.name}{text[match.end() :]}"
        return text

    def decode(self, raw: bytes, content_type: str = "") -> Any:
        """The body, typed; None where there is none and none is needed."""
        medium = self._medium(content_type) if content_type else self._usual
        if medium is None:
            return None
        if not raw or (not self.body_required and raw.strip(b" \t\r\n") == b"null"):
            if self.body_required:
                raise Mismatch("body: it is required")
            return None
        if medium.codec == "raw":
            return Raw(raw, content_type or medium.name)
        if medium.codec == "json":
            return self._decode_json(raw, medium)
        pairs = urlencoded(raw) if medium.codec == "form" else multipart(raw, content_type)
        return self._decode_form(pairs, medium)

    def _medium(self, content_type: str) -> Medium | None:
        name = content_type.partition(";")[0].strip().lower()
        for medium in self.media:
            if medium.name.partition(";")[0].strip().lower() == name:
                return medium
        return self._usual

    def _decode_json(self, raw: bytes, medium: Medium) -> Any:
        made = self._decoders.get(medium.name)
        if made is None:
            kind = medium.type()
            made = self._decoders[medium.name] = msgspec.json.Decoder(kind, dec_hook=hook), _needs(kind)
        return decode_json(_rename(raw, self._renamed) if self._renamed else raw, made[0], needs=made[1])

    def _decode_form(self, pairs: Sequence[tuple[str, Any]], medium: Medium) -> Any:
        given: dict[str, list[Any]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        fields = {f.name: f for f in medium.fields}
        data: dict[str, Any] = {}
        for name, values in given.items():
            parameter = fields.get(name, Parameter(name, "form", name))
            data[name] = values[0] if isinstance(values[0], Raw) else value_of(parameter, values)
        try:
            return msgspec.convert(data, medium.type(), dec_hook=hook)
        except msgspec.ValidationError as wrong:
            raise Mismatch(located("body", str(wrong))) from None

    def encode(self, result: Any) -> bytes:
        """The result as JSON; bytes that are not decoded stay as they are."""
        body = result.body if isinstance(result, Reply) else result
        return body.content if isinstance(body, Raw) else b"" if body is None else _ENCODER.encode(body)


def _needs(kind: Any) -> int:
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        return -1
    return sum(one.required for one in msgspec.structs.fields(kind)) or -1


def _rename(raw: bytes, renamed: Mapping[str, str]) -> bytes:
    """A body with old field names as the documented one; what cannot be read is left for the decoder to refuse."""
    if b"\\" not in raw and not any(old.encode() in raw for old in renamed):
        return raw
    try:
        data = json.loads(raw, object_pairs_hook=unique)
        if not isinstance(data, dict) or not any(old in data and new not in data for old, new in renamed.items()):
            return raw
        return msgspec.json.encode({renamed.get(k, k) if renamed.get(k) not in data else k: v for k, v in data.items()})
    except Mismatch:
        raise
    except (ValueError, RecursionError):
        return raw
