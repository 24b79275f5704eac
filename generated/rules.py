# Generated from generator/runtime/rules.py: do not edit.
"""JSON schema rules on plain data, for the few keywords that types do not express."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: _number(v) and (isinstance(v, int) or v.is_integer()),
    "number": _number,
    "string": lambda v: isinstance(v, str),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}
Follow = Callable[[Any], Any]


def same(a: Any, b: Any) -> bool:
    """Equality of JSON values: 1 is 1.0, and true is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(v, b[k]) for k, v in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


def _identity(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return (type(value), value)
    if isinstance(value, list):
        return ("list", tuple(map(_identity, value)))
    if isinstance(value, dict):
        return ("dict", frozenset((k, _identity(v)) for k, v in value.items()))
    return value


def _multiple(value: Any, step: Any) -> bool:
    try:
        return Decimal(str(value)) % Decimal(str(step)) == 0
    except InvalidOperation:
        return False


def _holds(rule: Any, value: Any, follow: Follow | None) -> bool:
    return fault(rule, value, follow) is None


def fault(rule: Any, value: Any, follow: Follow | None = None) -> str | None:
    """What is wrong with plain data by a rule, or None. `follow` finds what a `$ref` means."""
    if isinstance(rule, bool):
        return None if rule else "No value is allowed"
    while follow is not None and isinstance(rule, dict) and isinstance(rule.get("$ref"), str):
        rule = follow(rule)
    if not isinstance(rule, dict):
        return None
    return (
        _kind(rule, value)
        or _scalar(rule, value)
        or (_array(rule, value, follow) if isinstance(value, list) else None)
        or (_object(rule, value, follow) if isinstance(value, dict) else None)
        or _combined(rule, value, follow)
    )


def _kind(rule: Any, value: Any) -> str | None:
    kinds = rule.get("type")
    if kinds is not None:
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if rule.get("nullable") is True:
            kinds = [*kinds, "null"]
        if not any(k in _KINDS and _KINDS[k](value) for k in kinds):
            return f"Expected {' or '.join(map(str, kinds))}"
    if isinstance(rule.get("enum"), list) and not any(same(value, v) for v in rule["enum"]):
        return None if value is None and rule.get("nullable") is True else f"Expected one of {_shown(rule['enum'])}"
    if "const" in rule and not same(value, rule["const"]):
        return f"Expected {_shown(rule['const'])}"
    return None


def _scalar(rule: Any, value: Any) -> str | None:
    if isinstance(value, str):
        if "pattern" in rule and re.search(rule["pattern"], value) is None:
            return f"Expected text matching {rule['pattern']!r}"
        return _count(rule, len(value), "Length", "characters")
    if not _number(value):
        return None
    low, high = rule.get("minimum"), rule.get("maximum")
    more, less = rule.get("exclusiveMinimum"), rule.get("exclusiveMaximum")
    if low is not None and (value < low or (more is True and value == low)):
        return f"Expected at least {low}"
    if high is not None and (value > high or (less is True and value == high)):
        return f"Expected at most {high}"
    if _number(more) and value <= more:
        return f"Expected more than {more}"
    if _number(less) and value >= less:
        return f"Expected less than {less}"
    if "multipleOf" in rule and not _multiple(value, rule["multipleOf"]):
        return f"Expected a multiple of {rule['multipleOf']}"
    return None


def _count(rule: Any, count: int, what: str, unit: str) -> str | None:
    if count < rule.get("min" + what, 0):
        return f"Expected at least {rule['min' + what]} {unit}"
    if count > rule.get("max" + what, count):
        return f"Expected at most {rule['max' + what]} {unit}"
    return None


def _array(rule: Any, value: list[Any], follow: Follow | None) -> str | None:
    wrong = _count(rule, len(value), "Items", "items")
    if wrong:
        return wrong
    if rule.get("uniqueItems") is True and len({_identity(v) for v in value}) != len(value):
        return "Expected items that are all different"
    first = rule.get("prefixItems", [])
    for index, item in enumerate(value):
        part = first[index] if index < len(first) else rule.get("items", True)
        wrong = fault(part, item, follow)
        if wrong:
            return f"item {index}: {wrong}"
    if "contains" in rule:
        count = sum(_holds(rule["contains"], v, follow) for v in value)
        if count < rule.get("minContains", 1) or count > rule.get("maxContains", count):
            return "Expected another number of items that fit `contains`"
    return None


def _object(rule: Any, value: dict[str, Any], follow: Follow | None) -> str | None:
    wrong = _count(rule, len(value), "Properties", "properties")
    if wrong:
        return wrong
    for name in rule.get("required", ()):
        if name not in value:
            return f"Object missing required field `{name}`"
    for name, needed in rule.get("dependentRequired", {}).items():
        for other in needed if name in value else ():
            if other not in value:
                return f"`{name}` needs `{other}`"
    for name, part in rule.get("dependentSchemas", {}).items():
        wrong = fault(part, value, follow) if name in value else None
        if wrong:
            return wrong
    return _properties(rule, value, follow)


def _properties(rule: Any, value: dict[str, Any], follow: Follow | None) -> str | None:
    declared = rule.get("properties", {})
    patterns = rule.get("patternProperties", {})
    for name, item in value.items():
        wrong = fault(rule.get("propertyNames", True), name, follow)
        if wrong:
            return f"the name `{name}`: {wrong}"
        parts = [declared[name]] if name in declared else []
        parts += [part for pattern, part in patterns.items() if re.search(pattern, name)]
        for part in parts or [rule.get("additionalProperties", True)]:
            wrong = fault(part, item, follow)
            if wrong:
                return f"`{name}`: {wrong}"
    return None


def _combined(rule: Any, value: Any, follow: Follow | None) -> str | None:
    for part in rule.get("allOf", ()):
        wrong = fault(part, value, follow)
        if wrong:
            return wrong
    if "anyOf" in rule and not any(_holds(part, value, follow) for part in rule["anyOf"]):
        return "Fits none of the allowed forms: " + "; ".join(str(fault(p, value, follow)) for p in rule["anyOf"])[:500]
    if "oneOf" in rule and sum(_holds(part, value, follow) for part in rule["oneOf"]) != 1:
        return "Fits none or several of the allowed forms, where exactly one is allowed"
    if "not" in rule and _holds(rule["not"], value, follow):
        return "This value is not allowed"
    if "if" in rule:
        return fault(rule.get("then" if _holds(rule["if"], value, follow) else "else", True), value, follow)
    return None
