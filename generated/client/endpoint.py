# Generated from generator/runtime/client/endpoint.py: do not edit.
"""An operation as a client sees it: arguments to a request, a response to a typed answer. Nothing is sent from here."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Struct

from ..checking import Open, Raw, hook, plain
from .errors import StatusError, UnexpectedAnswer, error_class

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder(enc_hook=plain)
_SEPARATORS = {"comma": ",", "space": " ", "pipe": "|", "flat": ","}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; the path is below the server's address."""

    method: str
    path: str
    params: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    form: Mapping[str, Any] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None

    @property
    def safe(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method in SAFE


@dataclass(frozen=True, slots=True)
class Response:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where an argument goes: `path`, `query`, `header`, `cookie`, a `field` of the body, or the whole `body`."""

    where: str
    wire: str
    style: str = ""
    required: bool = False


@dataclass(slots=True)
class Endpoint(Generic[T]):
    """One operation; decoders are made on first use."""

    id: str
    method: str
    path: str
    replies: Mapping[int, Callable[[], Any]]
    """What is answered by each documented status."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    media_type: str = ""
    codec: str = ""
    body_required: bool = False
    _decoders: dict[int, "msgspec.json.Decoder[Any]"] = field(init=False, repr=False, default_factory=dict)

    def request(self, values: Mapping[str, Any]) -> Request:
        """The request of these arguments; what is UNSET is left out. Raises ValueError for what no path can hold."""
        made = _Draft(self.path)
        for name, value in values.items():
            for place in self.places[name] if value is not UNSET else ():
                made.put(name, place, value)
        if missing := re.search(r"\{([^{}]*)\}", made.path):
            raise ValueError(f"{missing[1]}: it is needed")
        body = made.fields if made.whole is UNSET else made.whole
        if self.codec and (made.whole is not UNSET or made.fields or self.body_required):
            return self._with_body(made, body)
        return Request(self.method, made.path, made.params, made.headers, made.cookies)

    def _with_body(self, made: "_Draft", body: Any) -> Request:
        headers = {**made.headers, "content-type": self.media_type}
        bare = (self.method, made.path, made.params)
        if self.codec == "json":
            return Request(*bare, headers, made.cookies, content=_ENCODER.encode(body))
        if self.codec == "raw":
            return Request(*bare, headers, made.cookies, content=body.content if isinstance(body, Raw) else bytes(body))
        data = {k: Raw(v) if isinstance(v, bytes) else v for k, v in _parts(body).items()}
        files = {k: (v.name or k, v.content, v.media_type) for k, v in data.items() if isinstance(v, Raw)}
        form = {k: _form(v) for k, v in data.items() if not isinstance(v, Raw)}
        # The form's boundary, and with it the media type, is the sender's to choose.
        return Request(*bare, made.headers, made.cookies, form=form, files=files or None)

    def read(self, response: Response) -> T:
        """The typed answer; StatusError where the server refused, UnexpectedAnswer where it is not as documented."""
        status = response.status
        if status not in self.replies and not 200 <= status < 300:
            raise failure(response)
        key = status if status in self.replies else next(iter(self.replies))
        kind = self.replies[key]()
        media_type = response.headers.get("content-type", "")
        answer: Any = None
        if kind is Raw or (kind is not None and response.content and not _json(media_type)):
            answer = Raw(response.content, media_type)
        elif kind is not None:
            answer = self._decoded(key, kind, response)
        known: T = answer
        return known

    def _decoded(self, key: int, kind: Any, response: Response) -> Any:
        decoder = self._decoders.get(key)
        if decoder is None:
            decoder = self._decoders[key] = msgspec.json.Decoder(kind, dec_hook=hook)
        try:
            return decoder.decode(response.content)
        except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
            raise UnexpectedAnswer(f"{self.id}: the answer is not as documented: {wrong}") from None


class _Draft:
    """The parts of a request, while arguments are put into their places."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.params: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self.fields: dict[str, Any] = {}
        self.whole: Any = UNSET

    def put(self, name: str, place: Place, value: Any) -> None:
        """An argument into its place. There is no null outside a body: what is None there is left out."""
        if place.where == "field":
            self.fields[place.wire] = value
        elif place.where == "body":
            self.whole = value
        elif value is None:
            return
        elif place.where == "path":
            self.path = self.path.replace("{" + place.wire + "}", _segment(name, value, place.style))
        elif place.where == "query":
            self.params += _pairs(place, value)
        else:
            target = self.headers if place.where == "header" else self.cookies
            target[place.wire] = _joined(value, place.style)


def failure(response: Response) -> StatusError:
    """The error of a refusal, in the server's words."""
    try:
        found = msgspec.json.decode(response.content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = None
    said = found.get("error") if isinstance(found, dict) else None
    text = said if isinstance(said, str) and said else "the server gave no reason"
    known = error_class(response.status)
    return known(response.status, text, response.headers.get("x-request-id", ""), retry_after(response))


def retry_after(response: Response) -> float | None:
    """Seconds to wait before asking again, where the server says so in seconds."""
    given = response.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind in {"", "application/json"} or kind.endswith("+json")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    return value if isinstance(value, str) else str(plainly(value))


def plainly(value: Any) -> Any:
    """A scalar as it is; anything else as JSON text."""
    return value if isinstance(value, int | float) else _ENCODER.encode(value).decode()


def _parts(body: Any) -> dict[str, Any]:
    """What a form is made of, by the names that are sent."""
    if isinstance(body, Struct):
        names = zip(body.__struct_fields__, body.__struct_encode_fields__, strict=True)
        return {wire: value for name, wire in names if (value := getattr(body, name)) is not UNSET}
    return body.values() if isinstance(body, Open) else dict(body)


def _form(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, list) else _text(value)


def _joined(value: Any, style: str) -> str:
    if isinstance(value, Mapping):
        if style == "pairs":
            return ",".join(f"{k}={_text(v)}" for k, v in value.items())
        return ",".join(part for k, v in value.items() for part in (str(k), _text(v)))
    if style and style != "json" and isinstance(value, list | tuple | set | frozenset):
        return _SEPARATORS.get(style, ",").join(map(_text, value))
    return _text(value)


def _segment(name: str, value: Any, style: str) -> str:
    text = _joined(value, style)
    if text in {"", ".", ".."}:
        raise ValueError(f"{name}: {text!r} cannot be part of a path")
    return quote(text, safe="")


def _pairs(place: Place, value: Any) -> list[tuple[str, str]]:
    if place.style == "deep" and isinstance(value, Mapping):
        return [(f"{place.wire}[{k}]", _text(v)) for k, v in value.items()]
    if place.style == "spread" and isinstance(value, Mapping):
        return [(str(k), _text(v)) for k, v in value.items()]
    if place.style == "repeated" and isinstance(value, list | tuple | set | frozenset):
        return [(place.wire, _text(v)) for v in value]
    return [(place.wire, _joined(value, place.style))]
