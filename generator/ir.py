"""What is emitted, as pure data: types, definitions, operations. No OpenAPI in here, and no Python source text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from generator.command_ir import Command


class Key(NamedTuple):
    """Which definition: the place in the specification that it comes from, and the variant ("", "Write")."""

    file: str
    pointer: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A JSON scalar, or `Any`; `limits` are msgspec's constraints, `format` a checked text format."""

    name: str
    limits: tuple[tuple[str, Any], ...] = ()
    format: str = ""


@dataclass(frozen=True, slots=True)
class Literals:
    """One of these texts or integers."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    item: "Type"
    limits: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DictOf:
    value: "Type"
    limits: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A definition, wherever it is emitted."""

    key: Key


@dataclass(frozen=True, slots=True)
class Union:
    """Members that msgspec tells apart by itself."""

    members: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A oneOf or anyOf before it is settled: it becomes a Union, or a Checked definition under `key`."""

    key: Key
    members: tuple["Type", ...]
    exactly_one: bool
    tag: str = ""
    mapping: tuple[tuple[str, "Type"], ...] = ()


@dataclass(frozen=True, slots=True)
class Guarded:
    """A type with rules that msgspec has no words for, before it becomes a Checked definition under `key`."""

    key: Key
    inner: "Type"
    rules: "Rules"


class Rules:
    """A fragment of JSON schema, compared by identity."""

    __slots__ = ("schema",)

    def __init__(self, schema: Any) -> None:
        self.schema = schema


Type = Plain | Literals | ListOf | DictOf | Named | Union | Choice | Guarded

ANY = Plain("Any")
NONE = Plain("None")


class NoDefault:
    """There is no default; None is one."""


NO_DEFAULT = NoDefault()


@dataclass(slots=True)
class Field:
    wire: str
    type: Type
    required: bool
    default: Any = NO_DEFAULT
    doc: str = ""
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class Struct:
    """An object. `extra` is the type of the properties that are not declared, where they are kept."""

    fields: list[Field]
    doc: str = ""
    closed: bool = False
    extra: Type | None = None


@dataclass(slots=True)
class Enum:
    values: tuple[str, ...]
    doc: str = ""


@dataclass(slots=True)
class Alias:
    type: Type
    doc: str = ""


@dataclass(slots=True)
class Checked:
    """A type that is checked after decoding: branches that are tried, a tag that chooses, rules that must hold."""

    branches: tuple[Type, ...]
    exactly_one: bool = True
    tag: str = ""
    mapping: tuple[tuple[str, Type], ...] = ()
    rules: Any = None
    doc: str = ""


Definition = Struct | Enum | Alias | Checked


@dataclass(slots=True)
class Parameter:
    """`text` says how its text is read: a scalar's JSON type, or `json`; `many` is how a list is written."""

    wire: str
    where: str
    type: Type
    required: bool
    text: str
    many: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    default: Any = NO_DEFAULT
    doc: str = ""
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class Medium:
    """One media type of a request body: `codec` is json, form, multipart or raw."""

    name: str
    codec: str
    type: Type
    fields: list[Parameter] = field(default_factory=list)


@dataclass(slots=True)
class Reply:
    """One documented success."""

    status: int
    type: Type
    raw: bool = False


@dataclass(slots=True)
class Alternative:
    """Another way to reach an operation."""

    method: str
    path: str
    when_body: bool
    body: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What an operation starts that outlasts it: who tells the outcome, with which arguments, and where a table is."""

    outcome: str
    subject: str = ""
    """The field of the answer that names what the outcome is of; empty where the work's own name does."""
    given: tuple[tuple[str, Any], ...] = ()
    table: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Jobs:
    """How a specification speaks of such work: two operations, the fields of a status, and which states are ends."""

    watch: str
    cancel: str
    words: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """What the root says of clients: a usual address, the variables of the environment, signing in, jobs."""

    address: str = ""
    base: str = ""
    environment: str = ""
    login: str = ""
    logout: str = ""
    jobs: Jobs | None = None


@dataclass(slots=True)
class Operation:
    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    action: str
    permission: tuple[int, str, str] | None
    roles: tuple[tuple[str, int], ...]
    answered_by: str
    work: Work | None
    extension: bool
    parameters: list[Parameter]
    media: list[Medium]
    body_required: bool
    replies: list[Reply]
    aliases: list[Alternative]
    file: str
    line: int
    commands: tuple[Command, ...] = ()


@dataclass(slots=True)
class Api:
    """Everything that is emitted."""

    root_file: str
    definitions: dict[Key, Definition]
    names: dict[Key, str]
    modules: dict[str, str]
    operations: list[Operation]
    tags: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    title: str = ""
    client: ClientPlan = field(default_factory=ClientPlan)
    context: str = ""
    not_built: str = ""
    roles: tuple[tuple[str, int], ...] = ()
    strict_query: bool = False
    about: dict[str, str] = field(default_factory=dict)
