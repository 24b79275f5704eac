"""Bodies of forms: URL-encoded and multipart."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .checking import Raw
from .texts import Mismatch

if TYPE_CHECKING:
    from email.message import Message


def urlencoded(raw: bytes) -> list[tuple[str, str]]:
    """Names with texts."""
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except ValueError:
        raise Mismatch("body: expected URL-encoded names and values in UTF-8") from None


def multipart(raw: bytes, content_type: str) -> list[tuple[str, Any]]:
    """Names with texts, or with files as Raw."""
    # Loaded when there is a form to read: most servers never see one.
    from email.message import Message
    from email.parser import BytesParser
    from email.policy import HTTP

    head = b"Content-Type: " + content_type.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")
    message = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n" + raw)
    parts = message.get_payload()
    if not message.is_multipart() or not isinstance(parts, list):
        raise Mismatch("body: expected multipart/form-data with a boundary")
    return [_part(part) for part in parts if isinstance(part, Message)]


def _part(part: "Message") -> tuple[str, Any]:
    name = part.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise Mismatch("body: expected a name for every part")
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    file = part.get_filename()
    if file is not None:
        return name, Raw(content, part.get_content_type(), file)
    try:
        return name, content.decode()
    except UnicodeDecodeError:
        raise Mismatch(f"body {name}: expected UTF-8") from None
