"""Decides which unions msgspec tells apart by itself, and makes checked definitions of the others."""

from collections.abc import Iterable, Mapping

from generator.ir import (
    ANY,
    NONE,
    Alias,
    Checked,
    Choice,
    Definition,
    DictOf,
    Enum,
    Guarded,
    Key,
    ListOf,
    Literals,
    Named,
    Operation,
    Plain,
    Struct,
    Type,
    Union,
)
from generator.scalars import patterned

_KINDS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}


class Settling:
    """One pass over all definitions and operations; afterwards no Choice and no Guarded is left."""

    def __init__(self, definitions: dict[Key, Definition]) -> None:
        self.definitions = definitions

    def run(self, operations: Iterable[Operation]) -> None:
        for key in sorted(self._recursive_aliases()):
            alias = self.definitions[key]
            if isinstance(alias, Alias) and not _top(alias.type, key):
                self.definitions[key] = Checked((alias.type,), doc=alias.doc)
        for key in sorted(self.definitions):
            self._definition(key, self.definitions[key])
        for operation in operations:
            self._operation(operation)

    def _definition(self, key: Key, found: Definition) -> None:
        if isinstance(found, Struct):
            for field in found.fields:
                field.type = self.settle(field.type)
            found.extra = None if found.extra is None else self.settle(found.extra)
        elif isinstance(found, Alias):
            settled = self.settle(found.type, key)
            if settled == Named(key):
                checked = self.definitions[key]
                if isinstance(checked, Checked):
                    checked.doc = checked.doc or found.doc
            else:
                found.type = settled
        elif isinstance(found, Checked):
            found.branches = tuple(self.settle(b) for b in found.branches)

    def _operation(self, operation: Operation) -> None:
        for parameter in operation.parameters:
            parameter.type = self.settle(parameter.type)
        for medium in operation.media:
            medium.type = self.settle(medium.type)
            for field in medium.fields:
                field.type = self.settle(field.type)
        for reply in operation.replies:
            reply.type = self.settle(reply.type)

    def settle(self, kind: Type, owner: Key | None = None) -> Type:
        """The type without Choice and Guarded. `owner` is the alias whose whole type this is."""
        if isinstance(kind, ListOf):
            return ListOf(self.settle(kind.item), kind.limits)
        if isinstance(kind, DictOf):
            return DictOf(self.settle(kind.value), kind.limits)
        if isinstance(kind, Union):
            return self._union(tuple(self.settle(m) for m in kind.members))
        if isinstance(kind, Guarded):
            return self._guarded(kind, owner)
        return self._choice(kind, owner) if isinstance(kind, Choice) else kind

    def _union(self, members: tuple[Type, ...]) -> Type:
        flat: dict[Type, None] = {}
        for member in members:
            flat.update(dict.fromkeys(member.members if isinstance(member, Union) else [member]))
        if ANY in flat:
            return ANY
        ordered = [m for m in flat if m != NONE] + [m for m in flat if m == NONE]
        return ordered[0] if len(ordered) == 1 else Union(tuple(ordered))

    def _free(self, key: Key, owner: Key | None) -> Key:
        """The key for a checked definition: that of its place, unless an alias is called so for something more."""
        if key != owner and isinstance(self.definitions.get(key), Alias | Struct | Enum):
            return key._replace(variant=key.variant + "Value")
        return key

    def _guarded(self, kind: Guarded, owner: Key | None) -> Type:
        key = self._free(kind.key, owner)
        if isinstance(kind.inner, Choice) and not self._native(kind.inner):
            made = self._made(kind.inner)
        else:
            made = Checked((self.settle(kind.inner),))
        made.rules = kind.rules.schema
        self.definitions[key] = made
        return Named(key)

    def _made(self, kind: Choice) -> Checked:
        members = tuple(self.settle(m) for m in kind.members)
        mapping = tuple((tag, self.settle(t)) for tag, t in kind.mapping)
        return Checked(members, kind.exactly_one, kind.tag, mapping)

    def _choice(self, kind: Choice, owner: Key | None) -> Type:
        if self._native(kind):
            return self._union(tuple(self.settle(m) for m in kind.members))
        key = self._free(kind.key, owner)
        self.definitions[key] = self._made(kind)
        return Named(key)

    def _native(self, kind: Choice) -> bool:
        if kind.tag:
            return False
        if ANY in kind.members and not kind.exactly_one:
            return True
        seen: set[str] = set()
        for member in kind.members:
            own = self.kinds(member, frozenset())
            if own & {"any", "custom", "raw"} or own & seen - (set() if kind.exactly_one else {"null"}):
                return False
            seen |= own | ({"integer"} if "number" in own else set())
            if "integer" in own:
                seen.add("number")
        # msgspec 0.22 frees what it never had when a decoder of a container or a text with a pattern goes.
        return seen.isdisjoint({"array", "object"}) or not any(self._patterned(m, frozenset()) for m in kind.members)

    def _patterned(self, kind: Type, within: frozenset[Key]) -> bool:
        """Whether a text with a pattern is among a union's members."""
        if isinstance(kind, Union | Choice):
            return any(self._patterned(m, within) for m in kind.members)
        found = self.definitions[kind.key] if isinstance(kind, Named) and kind.key not in within else None
        if isinstance(kind, Named) and isinstance(found, Alias):
            return self._patterned(found.type, within | {kind.key})
        return patterned(kind)

    def kinds(self, kind: Type, within: frozenset[Key]) -> set[str]:
        """The JSON kinds of a type's values; `custom` is what msgspec wants to be alone with."""
        if isinstance(kind, Plain):
            return {_KINDS.get(kind.name, "any" if kind.name == "Any" else "raw")}
        if isinstance(kind, Literals):
            return {"string" if isinstance(v, str) else "integer" for v in kind.values}
        if isinstance(kind, ListOf):
            return {"array"}
        if isinstance(kind, DictOf):
            return {"object"}
        if isinstance(kind, Named):
            return self._kinds_of_named(kind.key, within)
        if isinstance(kind, Guarded) or (isinstance(kind, Choice) and not self._native(kind)):
            return {"custom"}
        out: set[str] = set()
        for member in kind.members:
            out |= self.kinds(member, within)
        return out

    def _kinds_of_named(self, key: Key, within: frozenset[Key]) -> set[str]:
        found = self.definitions[key]
        if isinstance(found, Struct):
            return {"object"} if found.extra is None else {"custom"}
        if isinstance(found, Enum):
            return {"string"}
        if isinstance(found, Checked) or key in within:
            return {"custom"}
        return self.kinds(found.type, within | {key})

    def _recursive_aliases(self) -> set[Key]:
        """Aliases that contain themselves without a class between."""
        edges = {k: _aliases(d.type) for k, d in self.definitions.items() if isinstance(d, Alias)}
        return {key for key in edges if _reaches(edges, key)}


def _top(kind: Type, key: Key) -> bool:
    return isinstance(kind, Guarded) and kind.key == key


def _aliases(kind: Type) -> set[Key]:
    if isinstance(kind, Named):
        return {kind.key}
    if isinstance(kind, ListOf):
        return _aliases(kind.item)
    if isinstance(kind, DictOf):
        return _aliases(kind.value)
    if isinstance(kind, Guarded):
        return _aliases(kind.inner)
    if isinstance(kind, Union | Choice):
        inner = [*kind.members, *(t for _, t in kind.mapping)] if isinstance(kind, Choice) else kind.members
        return {key for member in inner for key in _aliases(member)}
    return set()


def _reaches(edges: Mapping[Key, set[Key]], start: Key) -> bool:
    waiting, seen = list(edges[start]), set[Key]()
    while waiting:
        key = waiting.pop()
        if key == start:
            return True
        if key not in seen and key in edges:
            seen.add(key)
            waiting.extend(edges[key])
    return False
