"""Types as Python annotations, and the imports they need."""

from collections.abc import Mapping
from typing import Any

from generator.ir import (
    ANY,
    NO_DEFAULT,
    NONE,
    Alias,
    Api,
    Checked,
    DictOf,
    Enum,
    Key,
    ListOf,
    Literals,
    Named,
    Plain,
    Type,
    Union,
)
from generator.literals import literal, text
from generator.names import member_names


class Printer:
    """Prints for one emitted module; remembers in `used` and `modules` what that module has to import."""

    def __init__(self, api: Api, module: str, renamed: Mapping[str, str] | None = None) -> None:
        self.api = api
        self.module = module
        # Within models, what is imported starts with an underscore: no property is called so.
        self.mark = "_" if module else ""
        self.renamed = renamed or {}
        self.used: set[str] = set()
        self.modules: set[str] = set()

    def use(self, name: str) -> str:
        """A name that has to be imported."""
        self.used.add(name)
        return name

    def static(self, name: str) -> str:
        """A name that has to be imported, and that properties may have too."""
        self.used.add(name)
        return self.mark + name

    def name(self, key: Key) -> str:
        """A definition's name, qualified where it is in another module."""
        module = self.api.modules[key.file]
        if module == self.module:
            return self.api.names[key]
        self.modules.add(module)
        return f"{self.mark}{self.renamed.get(module, module)}.{self.api.names[key]}"

    def type(self, kind: Type) -> str:
        """The annotation."""
        if isinstance(kind, Named):
            return self.name(kind.key)
        if isinstance(kind, Plain):
            return self._plain(kind)
        if isinstance(kind, Literals):
            return f"{self.use('Literal')}[{', '.join(map(literal, kind.values))}]"
        if isinstance(kind, ListOf):
            return self._limited(f"list[{self.type(kind.item)}]", kind.limits)
        if isinstance(kind, DictOf):
            return self._limited(f"dict[str, {self.type(kind.value)}]", kind.limits)
        if isinstance(kind, Union):
            return " | ".join(dict.fromkeys(self.type(m) for m in kind.members))
        raise TypeError(kind)

    def _plain(self, kind: Plain) -> str:
        base = kind.name
        if kind.format:
            base = self.static("checking") + "." + kind.format
        elif base == "Raw":
            base = self.static("checking") + ".Raw"
        elif base == "Any":
            self.use("Any")
        return self._limited(base, kind.limits)

    def _limited(self, base: str, limits: tuple[tuple[str, Any], ...]) -> str:
        if not limits:
            return base
        inner = ", ".join(f"{name}={literal(value)}" for name, value in limits)
        return f"{self.use('Annotated')}[{base}, {self.use('Meta')}({inner})]"

    def bare(self, kind: Type) -> Type:
        """The type without constraints, as a handler's signature has it."""
        if isinstance(kind, Plain):
            return Plain(kind.name)
        if isinstance(kind, ListOf):
            return ListOf(self.bare(kind.item))
        if isinstance(kind, DictOf):
            return DictOf(self.bare(kind.value))
        if isinstance(kind, Union):
            return Union(tuple(dict.fromkeys(self.bare(m) for m in kind.members)))
        if isinstance(kind, Named):
            found = self.api.definitions[kind.key]
            if isinstance(found, Alias):
                return self.bare(found.type)
            if isinstance(found, Checked) and len(found.branches) == 1 and _scalars(found.branches[0]):
                return self.bare(found.branches[0])
        return kind

    def default(self, kind: Type, value: Any) -> tuple[str, bool]:
        """A default as an expression, and whether it has to be made anew each time."""
        if value is None:
            return "None", False
        member = self._member(kind, value)
        if member is not None:
            return member
        target = self._flat(kind)
        if isinstance(value, str | bool) and not isinstance(target, Named):
            return text(value) if isinstance(value, str) else repr(value), False
        if isinstance(value, int | float) and not isinstance(target, Named):
            whole = (
                isinstance(value, float) and value.is_integer() and isinstance(target, Plain) and target.name == "int"
            )
            return literal(int(value) if whole else value), False
        return f"{self.static('checking')}.made({self.type(kind)}, {literal(value)})", True

    def _flat(self, kind: Type) -> Type:
        while isinstance(kind, Named):
            found = self.api.definitions[kind.key]
            if not isinstance(found, Alias):
                return kind
            kind = found.type
        if isinstance(kind, Union):
            rest = [m for m in kind.members if m != NONE]
            return self._flat(rest[0]) if len(rest) == 1 else kind
        return kind

    def _member(self, kind: Type, value: Any) -> tuple[str, bool] | None:
        target = self._flat(kind)
        if not isinstance(target, Named):
            return None
        found = self.api.definitions[target.key]
        if not isinstance(found, Enum) or value not in found.values:
            return None
        name = self.name(target.key)
        return f"{name}.{member_names(found.values)[value]}", "." in name

    def _with_unset(self, kind: Type) -> str:
        """The annotation of what may be left out; None stays last."""
        members = kind.members if isinstance(kind, Union) else (kind,)
        rest = [self.type(m) for m in members if m != NONE]
        return " | ".join([*dict.fromkeys(rest), self.use("UnsetType"), *(["None"] if NONE in members else [])])

    def field(self, name: str, wire: str, kind: Type, required: bool, default: Any) -> str:
        """One line of a struct."""
        unset = not required and default is NO_DEFAULT
        annotation = self._with_unset(kind) if unset else self.type(kind)
        options: list[str] = [] if name == wire else [f"name={text(wire)}"]
        value = ""
        if not required and default is not NO_DEFAULT:
            value, anew = self.default(kind, default)
            if anew:
                options.append(f"default_factory=lambda: {value}")
                value = ""
        elif not required:
            value = self.use("UNSET")
        if options:
            options += [f"default={value}"] if value else []
            value = f"{self.static('field')}({', '.join(options)})"
        return f"{name}: {annotation}" + (f" = {value}" if value else "")


def optional(kind: Type) -> Type:
    """The type, or None."""
    if kind in (ANY, NONE) or (isinstance(kind, Union) and NONE in kind.members):
        return kind
    return Union((*kind.members, NONE)) if isinstance(kind, Union) else Union((kind, NONE))


def _scalars(kind: Type) -> bool:
    return isinstance(kind, Plain) or (isinstance(kind, ListOf) and isinstance(kind.item, Plain))
