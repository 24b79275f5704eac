"""Typed reading of one node's attributes: each wrong value becomes a fault and the default takes its place."""

import datetime
import math
import re

from quarantine.domain.metadata.document import Plain
from quarantine.domain.metadata.faults import Faults, join
from quarantine.domain.metadata.nodes import VOCABULARY, Node

LONGEST_TEXT = 10_000
LONGEST_NAME = 100
INT64 = 2**63
LARGEST_NUMBER = 1e300
# Python and the engine agree on every integer a double can hold up to here.
EXACT_FLOAT = 2**53
EPOCH = datetime.datetime(1970, 1, 1)
UNFIT_FOR_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"'`]")


class Fields:
    """The attributes of one node; `path` is what its faults are shown under."""

    def __init__(self, node: Node, path: str, faults: Faults) -> None:
        self.path = node.label or path
        self.shown = node.shown
        self.faults = faults
        self.values: dict[str, Plain] = {}
        known = VOCABULARY[node.level]
        for group, keys in node.attributes.items():
            if group not in known:
                faults.unknown(path, group, known)
                continue
            for key, value in keys.items():
                if key not in known[group]:
                    faults.unknown(path, key, known[group])
                elif value is not None:
                    self.values[key] = value

    def fault(self, key: str, message: str) -> None:
        """Notes a fault at this node's `key`."""
        self.faults.add(join(self.path, self.shown.get(key, key)), message)

    def flag(self, key: str, default: bool) -> bool:
        """A boolean."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.fault(key, "must be true or false")
        return default

    def text(self, key: str, default: str = "", longest: int = LONGEST_TEXT) -> str:
        """A text of bounded length."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.fault(key, "must be text (in quotes)")
        elif len(value) > longest or "\x00" in value:
            self.fault(key, f"must be at most {longest} characters, without NUL")
        else:
            return value
        return default

    def whole(self, key: str, lower: int, upper: int) -> int | None:
        """A whole number in [lower, upper]; None where it is not given."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and lower <= value <= upper:
            return value
        self.fault(key, f"must be a whole number from {lower} to {upper}")
        return None

    def number(self, key: str, lower: float, below: float, rule: str) -> float | None:
        """A finite number in [lower, below); `rule` says so in words."""
        value = self.values.get(key)
        if value is None:
            return None
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and lower <= value < min(below, LARGEST_NUMBER)
        ):
            return float(value)
        self.fault(key, rule)
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and len(item) <= LONGEST_TEXT for item in value):
            return tuple(str(item) for item in value)
        self.fault(key, "must be a list of texts")
        return ()


def check_name(fields: Fields, what: str, longest: int, forbidden: str = "") -> str:
    """The node's `data.name`, fit to stand in SQL, in messages and (tables) in a file's name."""
    name = fields.text("name")
    if not name:
        fields.fault("name", f"is missing; every {what} has a name")
    elif len(name.encode()) > longest:
        fields.fault("name", f"must be at most {longest} bytes long")
    elif UNFIT_FOR_NAMES.search(name) or any(mark in name for mark in forbidden) or name != name.strip():
        listed = "".join(f" {mark}" for mark in forbidden)
        fields.fault("name", f"must hold no quotes{listed}, no control characters and no space at its ends")
    return name


def seconds(value: Plain) -> int | None:
    """Unix seconds of a date, a date and time, or a text in ISO 8601 (UTC unless it says so); None for others."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime.datetime):
        try:
            naive = value.astimezone(datetime.UTC).replace(tzinfo=None) if value.tzinfo else value
        except OverflowError:
            return None
        return math.floor((naive - EPOCH).total_seconds())
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days * 86_400
    return None


def moment(unix: int) -> str:
    """Unix seconds as `YYYY-MM-DD HH:MM:SS` in UTC, the form in which datetime values are kept."""
    return (EPOCH + datetime.timedelta(seconds=unix)).isoformat(sep=" ")
