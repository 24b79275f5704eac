"""Operations as a person calls them: the group, the method's name, its arguments and where each of them goes."""

from dataclasses import dataclass, field

from generator.ir import (
    NO_DEFAULT,
    NONE,
    Alias,
    Api,
    Enum,
    ListOf,
    Medium,
    Named,
    Operation,
    Parameter,
    Plain,
    Struct,
    Type,
    Union,
)
from generator.literals import text
from generator.names import RESERVED, capitalised, distinct, field_names, precise, short, simple
from generator.printer import Printer

# What a method's own text means by these names.
_TAKEN = frozenset({"self", "body"})
# Names that every class of a client has already.
OF_CLIENTS = frozenset({"address", "close", "defaults", "login", "logout", "run", "signed_in", "use_token"})
# Modules of the run-time part that generated modules import by their names.
OWN = frozenset({"clients", "connection", "endpoint", "endpoints", "flow", "group", "pages", "waiting", "works"})
_PAGING = ("items", "page", "page_size", "total")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an argument goes, as the run-time part has it."""

    where: str
    wire: str
    style: str
    required: bool


@dataclass(slots=True)
class Argument:
    """One argument of a method. `spots` are several where a path and a body want the same value."""

    name: str
    type: Type
    required: bool
    spots: tuple[Spot, ...]
    doc: str = ""
    default: object = NO_DEFAULT

    @property
    def in_body(self) -> bool:
        """Whether leaving it out and sending null are two things."""
        return any(spot.where in {"field", "body"} for spot in self.spots)

    @property
    def in_path(self) -> bool:
        """Whether it is part of the address."""
        return any(spot.where == "path" for spot in self.spots)


@dataclass(slots=True)
class Call:
    """An operation as a method."""

    operation: Operation
    constant: str
    method: str
    arguments: list[Argument]
    medium: Medium | None
    item: Type | None = None
    """The type of an item, where the answer is one page of a list."""
    reply: Type = field(default=NONE)


def calls(api: Api) -> list[Call]:
    """All operations as methods, by id."""
    keys = {(o.id, o.method, o.path): o for o in api.operations}
    constants = distinct(keys, lambda k: _constant(k[0]), lambda k: _constant(precise(f"{k[0]}_{k[1]}_{k[2]}")))
    methods: dict[tuple[str, str, str], str] = {}
    for tag in api.tags:
        own = [k for k, o in keys.items() if o.tag == tag]
        shortened = {k: _method(k[0], tag) for k in own}
        methods |= distinct(own, shortened.__getitem__, lambda k: _plain(k[0]))
    return [_call(api, o, constants[k], methods[k]) for k, o in keys.items()]


def _constant(identity: str) -> str:
    return short(simple(identity) if identity.isascii() else precise(identity), 60).upper()


def _plain(identity: str) -> str:
    return field_names([identity])[identity]


def _method(identity: str, tag: str) -> str:
    """The operation's name without the words of its group: `create_query` of `queries` is `create`."""
    words = identity.split("_")
    own = {tag, tag.removesuffix("s"), tag.removesuffix("ies") + "y" if tag.endswith("ies") else tag}
    rest = "_".join(w for w in words if w not in own)
    # `list` is what people expect, and annotations of this module never say it.
    return rest if rest == "list" else _plain(rest or identity)


def _call(api: Api, o: Operation, constant: str, method: str) -> Call:
    medium = next((m for m in o.media if m.codec == "json"), o.media[0] if o.media else None)
    reply = o.replies[0].type
    out = Call(o, constant, method, _arguments(api, o, medium), medium, reply=reply)
    out.item = _item(api, o, out)
    return out


def flat(api: Api, kind: Type) -> Type:
    """What an alias stands for, without null."""
    while True:
        found = api.definitions[kind.key] if isinstance(kind, Named) else None
        if isinstance(found, Alias):
            kind = found.type
        elif isinstance(kind, Union) and len(rest := [m for m in kind.members if m != NONE]) == 1:
            kind = rest[0]
        else:
            return kind


def _struct(api: Api, kind: Type) -> Struct | None:
    target = flat(api, kind)
    found = api.definitions[target.key] if isinstance(target, Named) else None
    return found if isinstance(found, Struct) and found.extra is None else None


def _item(api: Api, o: Operation, call: Call) -> Type | None:
    found = _struct(api, call.reply)
    asked = {s.wire for a in call.arguments for s in a.spots if s.where == "query"}
    if o.method != "GET" or found is None or len(o.replies) > 1 or not {"page", "page_size"} <= asked:
        return None
    fields = {f.wire: f.type for f in found.fields}
    items = flat(api, fields["items"]) if set(_PAGING) <= set(fields) else None
    return items.item if isinstance(items, ListOf) else None


def _arguments(api: Api, o: Operation, medium: Medium | None) -> list[Argument]:
    given = [_parameter(p) for p in o.parameters]
    body = _body(api, o, medium) if medium else []
    shared = {a.spots[0].wire: a for a in given if a.in_path}
    for argument in list(body):
        same = shared.get(argument.spots[0].wire)
        if same is not None and _same(api, same.type, argument.type):
            # The path says it already; a body that wants it is given the same.
            same.spots += argument.spots if argument.required else ()
            body.remove(argument)
    return _named([*given, *body])


def _same(api: Api, one: Type, other: Type) -> bool:
    printer = Printer(api, "")
    return printer.bare(one) == printer.bare(flat(api, other))


def _named(arguments: list[Argument]) -> list[Argument]:
    keys = {(a.spots[0].where, a.spots[0].wire): a for a in arguments}
    wires = field_names({wire for _, wire in keys}, _TAKEN)
    wires |= {wire: wire for where, wire in keys if (where, wire) == ("body", "body")}
    names = distinct(keys, lambda k: wires[k[1]], lambda k: f"{wires[k[1]]}_in_{k[0]}")
    for key, argument in keys.items():
        argument.name = names[key]
    return sorted(arguments, key=lambda a: (not a.in_path, not a.required))


def _parameter(p: Parameter) -> Argument:
    style = p.many or ("json" if p.text == "json" else "")
    spot = Spot(p.where, p.wire, style, p.required)
    return Argument("", p.type, p.required, (spot,), p.doc, p.default)


def _body(api: Api, o: Operation, medium: Medium) -> list[Argument]:
    found = _struct(api, medium.type)
    if found is None:
        return [Argument("", medium.type, o.body_required, (Spot("body", "body", "", o.body_required),))]
    return [
        Argument("", f.type, f.required, (Spot("field", f.wire, "", f.required),), f.doc, f.default)
        for f in found.fields
    ]


class CallPrinter(Printer):
    """Annotations of methods: lists as sequences, enums also as their texts, everything imported with an underscore."""

    def __init__(self, api: Api) -> None:
        super().__init__(api, "", {m: m + "_models" for m in api.modules.values() if m in OWN})
        self.mark = "_"

    def type(self, kind: Type) -> str:
        """The annotation; `list[...]` never, since a method may be called so."""
        if isinstance(kind, ListOf):
            return f"{self.use('Sequence')}[{self.type(kind.item)}]"
        return super().type(kind)

    def argument(self, kind: Type) -> str:
        """The annotation of what is given: wider than that of what is answered."""
        bare = self.bare(kind)
        members = bare.members if isinstance(bare, Union) else (bare,)
        parts = [part for m in members if m != NONE for part in self._wide(m)]
        return " | ".join(dict.fromkeys([*parts, *(["None"] if NONE in members else [])]))

    def _wide(self, kind: Type) -> list[str]:
        found = self.api.definitions[kind.key] if isinstance(kind, Named) else None
        if isinstance(found, Enum):
            values = ", ".join(map(text, found.values))
            return [self.type(kind), f"{self.use('Literal')}[{values}]" if _short(found.values) else "str"]
        if isinstance(found, Struct):
            return [self.type(kind), f"{self.use('Mapping')}[str, {self.use('Any')}]"]
        return [self.type(kind)] if kind != Plain("Raw") else ["bytes", self.type(kind)]


def _short(values: tuple[str, ...]) -> bool:
    return 0 < len(values) <= 12 and all(v.isascii() and v.isprintable() and len(v) <= 40 for v in values)


def class_names(api: Api) -> dict[str, str]:
    """The class of every group, by tag."""
    first = {tag: capitalised(module) for tag, module in api.tags.items()}
    refused = RESERVED | {"Mapping", "Sequence"}
    return {tag: name + "_" if name in refused else name for tag, name in first.items()}


def attribute_names(api: Api) -> dict[str, str]:
    """The attribute of a client for every group, by tag."""
    return {tag: module + "_" if module in OF_CLIENTS | RESERVED else module for tag, module in api.tags.items()}
