"""Bodies are bounded, and checked for what decoders disagree on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated import contract
from quarantine.domain.errors import Invalid, TooLarge, UnsupportedMediaType
from quarantine.server import body
from quarantine.server.body import FIRST_BYTES, BodyReader, Disconnected, check_media_type, decode_json

DEPTH = 8


class Nothing(msgspec.Struct):
    """A body of which no field is read."""


class Both(msgspec.Struct):
    """A body of two required fields, and one that is not."""

    a: str
    b: int
    c: dict[str, int] = {}


ANYTHING = msgspec.json.Decoder()
TYPED = msgspec.json.Decoder(Nothing)


def receiver(*pieces: bytes, ends: bool = True) -> Callable[[], Awaitable[dict[str, Any]]]:
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if ends and messages:
        messages[-1]["more_body"] = False
    waiting = iter([*messages, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return receive


def read(*pieces: bytes, length: bytes | None = None, limit: int = 100_000, ends: bool = True) -> bytes:
    async def run() -> bytes:
        reader = BodyReader(receiver(*pieces, ends=ends), length, limit)
        await reader.first()
        return await reader.rest()

    return asyncio.run(run())


@given(st.lists(st.binary(max_size=40_000), min_size=1, max_size=4))
def test_a_body_in_pieces_is_the_body_in_one(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    if len(whole) <= 100_000:
        assert read(*pieces) == whole
    else:
        with pytest.raises(TooLarge):
            read(*pieces)


@pytest.mark.parametrize("length", [b"100001", b"9" * 30])
def test_a_body_that_says_it_is_too_large_is_not_read(length: bytes) -> None:
    with pytest.raises(TooLarge):
        read(b"", length=length)


def test_only_the_first_part_is_read_before_anybody_is_known() -> None:
    async def run() -> None:
        reader = BodyReader(receiver(*[b"x" * 30_000] * 3), None, 100_000)
        assert len(await reader.first()) <= FIRST_BYTES + 30_000
        assert not reader.complete or len(await reader.rest()) == 90_000

    asyncio.run(run())


def test_a_body_that_never_comes_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PIECE_SECONDS", 0.01)

    async def run() -> None:
        await BodyReader(asyncio.Event().wait, b"5", 100).first()  # type: ignore[arg-type]

    with pytest.raises(Invalid, match="stopped coming"):
        asyncio.run(run())


def test_a_client_that_goes_away_is_noticed() -> None:
    with pytest.raises(Disconnected):
        read(b"half", ends=False)


def decoded(raw: bytes, depth_limit: int, decoder: Any = ANYTHING) -> Any:
    """As the seam decodes a JSON body."""
    return decode_json(raw, depth_limit, lambda body: contract.decode_json(body, decoder))


def nested(depth: int, inner: bytes = b"") -> bytes:
    return b"[" * depth + inner + b"]" * depth


@pytest.mark.parametrize(
    "raw",
    [
        nested(DEPTH + 1),
        nested(100_000),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * (DEPTH + 1) + b"1" + b"}" * (DEPTH + 1),
        b"\xff",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\ud800", "b": "later"}',
        b'{"\\udc00": 1}',
        b'{"a": 1, "a": 2}',
        b'{"a": [{"b": 1, "b": 1}]}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"{",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b"'a'",
        b'{"a": 01}',
        b'"\x00"',
    ],
)
def test_what_decoders_disagree_on_is_refused(raw: bytes) -> None:
    with pytest.raises((Invalid, contract.Mismatch)):
        decoded(raw, DEPTH)


@pytest.mark.parametrize(
    "inner",
    [b'"\xff"', b'"\\ud800"', b'{"b": 1, "b": 2}', b'[{"b:": ":", "b": [{"c": 1, "\\u0063": 1}]}]', b"NaN", b"01"],
)
def test_fields_that_nobody_reads_are_no_hiding_place(inner: bytes) -> None:
    with pytest.raises(contract.Mismatch):
        decoded(b'{"a": ' + inner + b"}", DEPTH, TYPED)
    assert decoded(b'{"a": [{"b": ":", "c": "\\":\\""}]}', DEPTH, TYPED) == Nothing()


@pytest.mark.parametrize(
    "raw",
    [
        b"null",
        b"{}",
        nested(DEPTH),
        b'{"a": "' + b"[" * 1000 + b'"}',
        b'{"a": "\\"' + b"{[" * 1000 + b'"}',
        b'{"a": "\\ud83d\\ude00"}',
        b'[{"a": 1}, {"a": 1}]',
        b"[" + b",".join([b"{}"] * 1000) + b"]",
        '{"é": "\u2028"}'.encode(),
    ],
)
def test_good_json_passes(raw: bytes) -> None:
    decoded(raw, DEPTH)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "x", "a": "y"}',
        b'{"b": 1, "b": 2}',
        b'{"b": 1.0, "a": "\\ud800"}',
        b'{"b": 1.0, "b": 1.0}',
        b'{"a": "\xff", "b": 1}',
        b'{"a": "x", "c": {}}',
        b'{"a": "x", "b": 1, "c": {}, "c": {}}',
        b'{"a": "x", "b": 1, "c": {"d": 1, "d": 2}}',
    ],
)
def test_a_body_of_required_fields_alone_is_read_once_and_no_less_strictly(raw: bytes) -> None:
    decoder = msgspec.json.Decoder(Both)
    with pytest.raises(contract.Mismatch):
        contract.decode_json(raw, decoder, needs=2)
    for good in (b'{"a": "x", "b": 1.0}', b'{"a": ":", "b": 1}', b'{"b": 1, "a": "x", "c": {}}'):
        assert contract.decode_json(good, decoder, needs=2).b == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='[]{}"\\a'), inner),
)


def depth(value: object) -> int:
    if isinstance(value, list | dict):
        return 1 + max((depth(inner) for inner in (value.values() if isinstance(value, dict) else value)), default=0)
    return 0


@given(JSON, st.integers(1, 5))
def test_the_depth_limit_is_exact(value: object, limit: int) -> None:
    raw = json.dumps(value).encode()
    if depth(value) > limit:
        with pytest.raises((Invalid, contract.Mismatch)):
            decoded(raw, limit)
    else:
        decoded(raw, limit)


@given(JSON, st.sampled_from('[]{}"\\\\a:\\n'), st.data())
def test_a_key_is_there_twice_or_it_is_not(value: object, key: str, data: st.DataObject) -> None:
    written = json.dumps({key: value}, indent=data.draw(st.sampled_from([None, 1])))
    assert decoded(written.encode(), 50) == {key: value}
    twice = f"{written.rstrip()[:-1]}, {json.dumps(key)} : 1}}"
    with pytest.raises(contract.Mismatch, match="duplicate key"):
        decoded(f'[{{"inner": {twice}}}]'.encode(), 50)


@given(st.binary(max_size=80))
def test_what_passes_can_be_decoded(raw: bytes) -> None:
    try:
        decoded(raw, DEPTH)
    except (Invalid, contract.Mismatch):
        return
    msgspec.json.decode(raw)


@pytest.mark.parametrize(
    "value", [None, b"application/json", b"APPLICATION/JSON", b'application/json; charset="UTF-8"; x=y']
)
def test_json_by_any_spelling_is_json(value: bytes | None) -> None:
    check_media_type(value, ("application/json",))


@pytest.mark.parametrize("value", [b"", b"text/plain", b"application/jsonx", b"application/json;charset=latin-1"])
def test_another_media_type_is_refused(value: bytes) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_media_type(value, ("application/json",))
