"""YAML text to plain values, for text that nobody vouches for.

Two passes: the event stream is checked first (depth, count, aliases, tags), so that nothing is built from a document
that expands or constructs; then the nodes become dicts, lists and scalars of the safe kinds.
"""

import datetime

import yaml

from quarantine.domain.errors import Refused

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | datetime.datetime | datetime.date | None

LARGEST = 1_000_000  # bytes
DEEPEST = 40
MOST_EVENTS = 200_000
LONGEST_NUMBER = 400  # characters; Python's own limit on integer digits is far above every declared bound
CORE = "tag:yaml.org,2002:"
TAGS = {CORE + name for name in ("bool", "float", "int", "map", "null", "seq", "set", "str", "timestamp")}
CONSTRUCT = {
    CORE + "bool": "construct_yaml_bool",
    CORE + "float": "construct_yaml_float",
    CORE + "int": "construct_yaml_int",
    CORE + "null": "construct_yaml_null",
    CORE + "timestamp": "construct_yaml_timestamp",
}

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_document(text: str) -> Plain:
    """The one document in `text`; raises Refused with the line of the first fault."""
    try:
        if len(text.encode()) > LARGEST:
            raise Refused(f"the metadata is larger than {LARGEST} bytes")
        _check_events(text)
        node = yaml.compose(text, Loader=Loader)
        return None if node is None else _value(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if "nesting depth" in (error.problem or ""):
            # Newer parsers have a limit of their own, and may come to it before our look at the events.
            raise Refused(f"line {line}: nested deeper than {DEEPEST} levels") from None
        raise Refused(f"line {line}: not valid YAML: {error.problem or 'unreadable'}") from None
    except (yaml.YAMLError, UnicodeError, RecursionError):
        raise Refused("the metadata is not valid YAML in UTF-8") from None


def _check_events(text: str) -> None:
    depth = documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if count > MOST_EVENTS:
            raise _fault(event, "too many entries")
        if depth > DEEPEST:
            raise _fault(event, f"nested deeper than {DEEPEST} levels")
        if documents > 1:
            raise _fault(event, "a second document; metadata is one document")
        if isinstance(event, yaml.NodeEvent):
            _check_node(event)


def _check_node(event: yaml.NodeEvent) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _fault(event, "anchors and aliases are not accepted; write the value out")
    tag = getattr(event, "tag", None)
    if tag is not None and tag not in TAGS:
        raise _fault(event, "this tag is not accepted; metadata holds plain values only")


def _fault(where: yaml.Event | yaml.Node, message: str) -> Refused:
    line = where.start_mark.line + 1 if where.start_mark else 1
    return Refused(f"line {line}: {message}")


def _value(node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _scalar(node)


def _mapping(node: yaml.MappingNode) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != CORE + "str":
            raise _fault(key, "a key must be text; put it in quotes")
        if key.value in found:
            raise _fault(key, f"the key {key.value[:100]!r} stands twice")
        found[key.value] = _value(value)
    return found


def _scalar(node: yaml.Node) -> Plain:
    method = CONSTRUCT.get(node.tag)
    if method is None:
        return str(node.value)
    if len(node.value) > LONGEST_NUMBER:
        raise _fault(node, "a number or date of this length is not accepted")
    try:
        made: Plain = getattr(yaml.constructor.SafeConstructor(), method)(node)
    except (ValueError, TypeError, ArithmeticError, KeyError, AttributeError):
        raise _fault(node, "this value does not fit the type its form or tag names") from None
    return made
