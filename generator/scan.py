"""Text to data that remembers its place: YAML by libyaml, JSON by its own scanner.

Scalars are read as YAML 1.2's JSON schema has them, which is what OpenAPI asks for: `on`, `2020-01-01` and `12:30` are
text. Where a YAML 1.1 reader would see something else, that is kept as a trap for the house rules to report.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import yaml
from yaml._yaml import CParser

from generator.findings import Findings, shown


class Map(dict[str, Any]):
    """A mapping of a specification file. `pointer` is its JSON pointer, `lines` has the line of every key."""

    __slots__ = ("file", "line", "lines", "pointer")

    def __init__(self, file: str, line: int, pointer: str) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.pointer = pointer
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping where it has none."""
        return self.lines.get(key, self.line)


class Seq(list[Any]):
    """A sequence of a specification file."""

    __slots__ = ("file", "line", "pointer")

    def __init__(self, file: str, line: int, pointer: str) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Trap:
    """A scalar that YAML 1.1 and YAML 1.2 read differently."""

    line: int
    wrong: str
    right: str


@dataclass(slots=True)
class Scan:
    """One file's data, and the traps in it."""

    file: str
    findings: Findings
    data: Any = None
    traps: list[Trap] = field(default_factory=list)


_INT = re.compile(r"[-+]?[0-9]{1,400}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_BOOLEANS = {w for b in ("yes", "no", "on", "off") for w in (b, b.capitalize(), b.upper())}
_OLD_NUMBERS = re.compile(r"[-+]?(0[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*_[0-9_]*|[0-9]+(:[0-5]?[0-9])+)\Z")
_OLD_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?\Z")
_OLD_DATES = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z")
_PLAIN = "plain"
_TEXT = "tag:yaml.org,2002:str"


class _Parser(CParser):
    """libyaml's composer without PyYAML's resolver, which is most of the time and reads YAML 1.1."""

    def resolve(self, kind: object, value: object, implicit: Any) -> str:
        return _PLAIN if isinstance(implicit, tuple) and implicit[0] else _TEXT

    def descend_resolver(self, node: object, index: object) -> None: ...

    def ascend_resolver(self) -> None: ...


def token(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


class _Builder:
    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.done: dict[int, Any] = {}
        self.open: set[int] = set()

    def build(self, node: Any, pointer: str) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        key = id(node)
        if key in self.done:
            return self.done[key]
        line = node.start_mark.line + 1
        if key in self.open:
            self.scan.findings.stop(self.scan.file, line, "an alias refers to itself", "write the value out")
            return None
        self.open.add(key)
        built = self.mapping(node, pointer) if isinstance(node, yaml.MappingNode) else self.sequence(node, pointer)
        self.open.discard(key)
        self.done[key] = built
        return built

    def mapping(self, node: Any, pointer: str) -> Map:
        out = Map(self.scan.file, node.start_mark.line + 1, pointer)
        merged: list[Any] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.scan.findings.stop(self.scan.file, line, "a key is not text", "use text as keys")
                continue
            key = self.key(key_node)
            if key == "<<" and not key_node.style:
                merged.append(self.build(value_node, pointer + "/<<"))
                continue
            if key in out:
                first = out.lines[key]
                self.scan.findings.add(
                    self.scan.file, line, f"duplicate key {shown(key)}, first on line {first}", "keep one of the two"
                )
                continue
            out[key] = self.build(value_node, f"{pointer}/{token(key)}")
            out.lines[key] = line
        for other in merged:
            self.merge(out, other)
        return out

    def merge(self, out: Map, other: Any) -> None:
        for part in other if isinstance(other, list) else [other]:
            if not isinstance(part, Map):
                self.scan.findings.stop(self.scan.file, out.line, "`<<` merges no mapping", "merge mappings only")
                continue
            for key, value in part.items():
                if key not in out:
                    out[key] = value
                    out.lines[key] = part.line_of(key)

    def sequence(self, node: Any, pointer: str) -> Seq:
        out = Seq(self.scan.file, node.start_mark.line + 1, pointer)
        out.extend(self.build(item, f"{pointer}/{index}") for index, item in enumerate(node.value))
        return out

    def key(self, node: Any) -> str:
        text: str = node.value
        if node.tag == _PLAIN and not node.style:
            if text in _OLD_BOOLEANS or text in _CONSTANTS:
                self.trap(node, f"the key {text} is not text to every YAML reader")
            elif _INT.match(text) or _OLD_NUMBERS.match(text):
                self.trap(node, f"the key {text} is a number to YAML")
        return text

    def trap(self, node: Any, wrong: str) -> None:
        self.scan.traps.append(Trap(node.start_mark.line + 1, wrong, f"put it in quotes: '{node.value}'"))

    def scalar(self, node: Any) -> Any:
        text: str = node.value
        tag = node.tag
        if tag == _PLAIN and not node.style:
            return self.plain(node, text)
        if tag in {_PLAIN, _TEXT, "!"}:
            return text
        return self.plain(node, text) if tag.startswith("tag:yaml.org,2002:") else text

    def plain(self, node: Any, text: str) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        first = text[0]
        if first.isalpha():
            if text in _OLD_BOOLEANS:
                self.trap(node, f"{text} is a boolean to YAML 1.1 readers and text to others")
            return text
        if first in "-+.0123456789":
            return self.number(node, text)
        return text

    def number(self, node: Any, text: str) -> Any:
        if _OLD_NUMBERS.match(text):
            self.trap(node, f"{text} is one number to YAML 1.1 readers and another or text to others")
        elif _OLD_DATES.match(text):
            self.trap(node, f"{text} is a date to YAML 1.1 readers and text to others")
        elif _FLOAT.match(text) and not _INT.match(text) and not _OLD_FLOAT.match(text):
            self.trap(node, f"{text} is text to YAML 1.1 readers and a number to others")
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        return text


class _JsonReader:
    """JSON with places. Recursive descent over the standard library's string scanner."""

    _space = re.compile(r"[ \t\r\n]*")
    _number = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")

    def __init__(self, text: str, scan: Scan) -> None:
        self.text = text
        self.scan = scan
        self.breaks = [m.start() for m in re.finditer("\n", text)]

    def line(self, at: int) -> int:
        return bisect_right(self.breaks, at - 1) + 1

    def skip(self, at: int) -> int:
        return self._space.match(self.text, at).end()  # type: ignore[union-attr]

    def fail(self, at: int) -> ValueError:
        return json.JSONDecodeError("malformed", self.text, min(at, len(self.text)))

    def document(self) -> Any:
        value, end = self.value(self.skip(0), "")
        if self.skip(end) != len(self.text):
            raise self.fail(end)
        return value

    def value(self, at: int, pointer: str) -> tuple[Any, int]:
        first = self.text[at : at + 1]
        if first == "{":
            return self.object(at, pointer)
        if first == "[":
            return self.array(at, pointer)
        if first == '"':
            found: tuple[str, int] = scanstring(self.text, at + 1, True)
            return found
        for word, constant in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, at):
                return constant, at + len(word)
        match = self._number.match(self.text, at)
        if match is None:
            raise self.fail(at)
        digits = match.group()
        return (float(digits) if match.group(2) or match.group(3) else int(digits)), match.end()

    def object(self, at: int, pointer: str) -> tuple[Map, int]:
        out = Map(self.scan.file, self.line(at), pointer)
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise self.fail(at)
            line = self.line(at)
            key, at = scanstring(self.text, at + 1, True)
            at = self.skip(at)
            if self.text[at : at + 1] != ":":
                raise self.fail(at)
            value, at = self.value(self.skip(at + 1), f"{pointer}/{token(key)}")
            if key in out:
                wrong = f"duplicate key {shown(key)}, first on line {out.lines[key]}"
                self.scan.findings.add(self.scan.file, line, wrong, "keep one of the two")
            else:
                out[key], out.lines[key] = value, line
            at = self.separator(at, "}")
        return out, at + 1

    def array(self, at: int, pointer: str) -> tuple[Seq, int]:
        out = Seq(self.scan.file, self.line(at), pointer)
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            value, at = self.value(at, f"{pointer}/{len(out)}")
            out.append(value)
            at = self.separator(at, "]")
        return out, at + 1

    def separator(self, at: int, closing: str) -> int:
        at = self.skip(at)
        found = self.text[at : at + 1]
        if found == closing:
            return at
        following = self.skip(at + 1)
        if found != "," or self.text[following : following + 1] == closing:
            raise self.fail(at)
        return following


def scan(raw: bytes, file: str, findings: Findings) -> Scan:
    """Read one file's bytes. Whatever cannot be read is a fatal finding, and the data is then None."""
    out = Scan(file, findings)
    try:
        text = raw.decode("utf-8-sig")
        if file.endswith(".json"):
            out.data = _JsonReader(text, out).document()
        else:
            node = _Parser(text).get_single_node()
            out.data = None if node is None else _Builder(out).build(node, "")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        findings.stop(file, line, "the file is not UTF-8", "save it as UTF-8")
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        findings.stop(file, mark.line + 1 if mark else 1, f"not YAML: {fault.problem}", "correct the YAML")
    except yaml.YAMLError as fault:
        findings.stop(file, 1, f"not YAML: {shown(str(fault))}", "correct the YAML")
    except json.JSONDecodeError as fault:
        findings.stop(file, fault.lineno, f"not JSON: {fault.msg}", "correct the JSON")
    except (RecursionError, ValueError):
        findings.stop(file, 1, "the file is nested too deeply or holds a number out of range", "write it flatter")
    return out
