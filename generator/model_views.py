"""What the templates print for models: definitions as lines of text."""

from typing import Any

from generator.ir import Alias, Api, Checked, Definition, Enum, Key, Named, Struct, Type, Union
from generator.literals import docstring, literal, summary, text
from generator.names import field_names, member_names
from generator.printer import Printer

View = dict[str, Any]

_IMPORTS = (
    ("enum", ("StrEnum",)),
    ("typing", ("TYPE_CHECKING", "Annotated", "Any", "Literal", "Protocol", "TypeAlias")),
)


def imports_of(printer: Printer, levels: str) -> list[str]:
    """Import lines in isort's order: standard library, msgspec, then the package's own."""
    used = printer.used
    lines = [
        f"from {m} import {', '.join(n for n in names if n in used)}" for m, names in _IMPORTS if used & set(names)
    ]
    lines += [""] if lines else []
    structs = sorted(used & {"UNSET", "Meta", "Struct", "UnsetType"}, key=lambda name: (not name.isupper(), name))
    own = [f"from msgspec import {', '.join(structs)}"] if structs else []
    if "field" in used:
        own += [f"from msgspec import field as {printer.mark}field" if printer.mark else "from msgspec import field"]
        own = own if printer.mark or not structs else [f"from msgspec import {', '.join([*structs, 'field'])}"]
    lines += [*own, ""] if own else []
    static = sorted(used & {"checking", "contract"})
    if printer.mark:
        return lines + [f"from {levels} import {name} as _{name}" for name in static]
    return lines + ([f"from {levels} import {', '.join(static)}"] if static else [])


def ordered(api: Api, module: str) -> list[tuple[Key, Definition]]:
    """The definitions of a module by name; enums and classes first, aliases after what they need."""
    own = [(k, d) for k, d in api.definitions.items() if api.modules[k.file] == module]
    own.sort(key=lambda kd: api.names[kd[0]])
    aliases = {k: d for k, d in own if isinstance(d, Alias)}
    out = [kd for kind in (Enum, Struct, Checked) for kd in own if isinstance(kd[1], kind)]
    done: set[Key] = set()

    def visit(key: Key) -> None:
        if key in done or key not in aliases:
            return
        done.add(key)
        for needed in sorted(_named(aliases[key].type), key=lambda k: api.names[k]):
            visit(needed)
        out.append((key, aliases[key]))

    for key in aliases:
        visit(key)
    return out


def _named(kind: Type) -> set[Key]:
    if isinstance(kind, Named):
        return {kind.key}
    inner = [getattr(kind, "item", None), getattr(kind, "value", None), *getattr(kind, "members", ())]
    return {key for part in inner if part is not None and not isinstance(part, str) for key in _named(part)}


def models(api: Api, module: str) -> View:
    """A module of models."""
    printer = Printer(api, module)
    blocks: list[list[str]] = []
    for key, found in ordered(api, module):
        block = _definition(printer, key, found)
        blocks.append([*_gap(blocks, block), *block])
    imports = imports_of(printer, "..")
    siblings = sorted(printer.modules)
    imports += [f"from . import {name} as _{name}" for name in siblings]
    file = next(api.labels.get(f, f) for f, m in api.modules.items() if m == module)
    return {"file": file, "imports": imports, "blocks": blocks}


def _gap(before: list[list[str]], block: list[str]) -> list[str]:
    """The blank lines before a block, as isort and the formatter want them."""
    if block[0].startswith("class ") or (before and any(line.startswith("class ") for line in before[-1])):
        return ["", ""]
    return [""] if not before or len(block) > 1 or len(before[-1]) > 2 else []


def _definition(printer: Printer, key: Key, found: Definition) -> list[str]:
    name = printer.api.names[key]
    if isinstance(found, Struct):
        return _struct(printer, name, found)
    if isinstance(found, Enum):
        printer.use("StrEnum")
        members = member_names(found.values)
        return [f"class {name}(StrEnum):", *_doc(found.doc), *(f"    {members[v]} = {text(v)}" for v in found.values)]
    if isinstance(found, Alias):
        return [f"{name}: {printer.use('TypeAlias')} = {printer.type(found.type)}"]
    return _checked(printer, name, found)


def _doc(given: str) -> list[str]:
    lines = docstring(given, 4)
    return [*lines, ""] if lines else []


def _struct(printer: Printer, name: str, found: Struct) -> list[str]:
    wires = [f.wire for f in found.fields]
    taken = {n for k, n in printer.api.names.items() if printer.api.modules[k.file] == printer.module}
    names = field_names(wires, taken | ({"additional", "values", "read"} if found.extra is not None else set()))
    lines: list[str] = []
    for f in found.fields:
        lines += [f"    # {summary(f.doc)}"] if summary(f.doc) else []
        lines.append("    " + printer.field(names[f.wire], f.wire, f.type, f.required, f.default))
    if found.extra is not None:
        lines.append(
            f"    additional: dict[str, {printer.type(found.extra)}] = {printer.static('field')}(default_factory=dict)"
        )
        return [f"class {name}({printer.static('checking')}.Open):", *_doc(found.doc), *lines]
    options = "kw_only=True, repr_omit_defaults=True" + (", forbid_unknown_fields=True" if found.closed else "")
    return [f"class {name}({printer.use('Struct')}, {options}):", *_doc(found.doc), *(lines or ["    pass"])]


def _checked(printer: Printer, name: str, found: Checked) -> list[str]:
    static = printer.type(printer.bare(Union(found.branches)))
    branches = ", ".join(printer.type(b) for b in found.branches)
    options = [] if found.exactly_one else ["exactly_one=False"]
    if found.tag:
        mapping = ", ".join(f"{text(tag)}: {printer.type(kind)}" for tag, kind in found.mapping)
        options += [f"tag={text(found.tag)}", f"mapping=lambda: {{{mapping}}}"]
    options += [f"rules={literal(found.rules)}"] if found.rules is not None else []
    arguments = ", ".join([text(name), f"lambda: ({branches},)", *options])
    for used in ("TYPE_CHECKING", "TypeAlias"):
        printer.use(used)
    return [
        "if TYPE_CHECKING:",
        f"    {name}: TypeAlias = {text(static)}",
        "else:",
        f"    {name} = {printer.static('checking')}.checked({arguments})",
    ]
