"""What the templates print for operations: bindings, the table, the wiring."""

from collections.abc import Iterable
from dataclasses import dataclass

from generator.ir import NO_DEFAULT, Alternative, Api, Medium, Operation, Parameter, Plain, Reply, Type, Union
from generator.literals import literal, summary, text
from generator.model_views import View, imports_of
from generator.names import capitalised, distinct, field_names, precise, short, simple
from generator.printer import Printer, optional


@dataclass(slots=True)
class Signature:
    """A handler's signature: positional parameters and keyword ones, each (name, annotation, default or None)."""

    name: str
    positional: list[tuple[str, str]]
    keywords: list[tuple[str, str, str | None]]
    returns: str

    def text(self, first: str = "") -> str:
        """The line after `def`; without a body."""
        parts = [first] if first else []
        parts += [f"{n}: {a}" for n, a in self.positional]
        parts += ["*"] if self.keywords else []
        parts += [f"{n}: {a}" + (f" = {d}" if d is not None else "") for n, a, d in self.keywords]
        return f"def {self.name}({', '.join(parts)}) -> {self.returns}:"


def function_names(api: Api) -> dict[tuple[str, str, str], str]:
    """The Python name of every operation, by (id, method, path)."""
    keys = [(o.id, o.method, o.path) for o in api.operations]
    names = field_names({k[0] for k in keys})
    return distinct(keys, lambda k: names[k[0]], lambda k: short(simple(precise(f"{k[0]}_{k[1].lower()}_{k[2]}")), 60))


def attributes(operation: Operation) -> dict[tuple[str, str], str]:
    """The Python name of every parameter, by (where, wire name)."""
    keys = [(p.where, p.wire) for p in operation.parameters]
    wires = field_names({p.wire for p in operation.parameters}, {"context", "body", "handlers", "params"})
    return distinct(keys, lambda k: wires[k[1]], lambda k: wires[k[1]] + "_in_" + k[0])


def body_type(operation: Operation) -> Type | None:
    """The type of the body argument, or None where there is no body."""
    if not operation.media:
        return None
    kinds = tuple(dict.fromkeys(m.type for m in operation.media))
    kind = kinds[0] if len(kinds) == 1 else Union(kinds)
    return kind if operation.body_required else optional(kind)


def returned(printer: Printer, replies: list[Reply]) -> str:
    """The annotation of a handler's result."""
    parts = [printer.type(replies[0].type)]
    for reply in replies[1:]:
        printer.use("contract")
        parts.append(f"contract.Reply[{printer.type(reply.type)}]")
    parts += [printer.type(Plain("Raw"))] if any(r.raw for r in replies) else []
    if parts[0] == "Any":
        return "Any"
    return " | ".join(sorted(dict.fromkeys(parts), key=lambda p: p == "None"))


def signature(printer: Printer, operation: Operation, name: str) -> Signature:
    """What the handler of an operation has to look like."""
    names = attributes(operation)
    positional = [("context", "Context")]
    keywords: list[tuple[str, str, str | None]] = []
    for p in operation.parameters:
        own = names[p.where, p.wire]
        if p.where == "path":
            positional.append((own, printer.type(printer.bare(p.type))))
        else:
            keywords.append((own, *_keyword(printer, p)))
    body = body_type(operation)
    if body is not None:
        positional.append(("body", printer.type(body)))
    return Signature(name, positional, sorted(keywords), returned(printer, operation.replies))


def _keyword(printer: Printer, p: Parameter) -> tuple[str, str | None]:
    kind = printer.bare(p.type)
    if p.required:
        return printer.type(kind), None
    if p.default is NO_DEFAULT or p.default is None:
        return printer.type(optional(kind)), "None"
    if isinstance(p.default, list | dict):
        return printer.type(kind), None
    expression, anew = printer.default(p.type, p.default)
    return printer.type(kind), None if anew and "made(" in expression else expression


def routes(api: Api, tag: str) -> View:
    """The bindings of a tag: params structs, the handlers' protocol, one typed function per operation."""
    printer = Printer(api, "")
    functions = function_names(api)
    structs = params_names(functions.values())
    own = [o for o in api.operations if o.tag == tag]
    blocks: list[list[str]] = []
    methods: list[list[str]] = []
    calls: list[list[str]] = []
    for operation in own:
        name = functions[operation.id, operation.method, operation.path]
        signed = signature(printer, operation, name)
        line = summary(operation.summary)
        methods.append(["    " + signed.text("self"), f'        """{line or operation.method}"""'])
        if operation.parameters:
            blocks.append(_params(printer, operation, structs[name]))
        calls.append(_call(api, operation, signed, structs[name]))
    printer.use("Protocol")
    if not api.context:
        printer.used |= {"Any", "TypeAlias"}
    protocol = [
        f"class {handlers_name(api, tag)}(Protocol):",
        f'    """What answers the operations of {_inert(tag)}."""',
    ]
    for method in methods:
        protocol += ["", *method]
    imports = imports_of(printer, "..")
    context = api.context.partition(":")
    head = [f"from {context[0]} import {context[2]}" + (" as Context" if context[2] != "Context" else "")]
    at = next((i for i, line in enumerate(imports) if line.startswith("from ..")), len(imports))
    imports[at:at] = [*head, ""] if api.context else []
    siblings = sorted(printer.modules)
    imports += [f"from ..models import {', '.join(siblings)}"] if siblings else []
    imports += [] if api.context else ["", "Context: TypeAlias = Any"]
    files = sorted({api.labels.get(o.file, o.file) for o in own})
    return {"file": ", ".join(files), "imports": imports, "blocks": [["", "", *b] for b in (*blocks, protocol, *calls)]}


def _inert(value: str) -> str:
    return summary(value) or "this tag"


def handlers_name(api: Api, tag: str) -> str:
    """The name of a tag's protocol."""
    return capitalised(api.tags[tag]) + "Handlers"


def params_names(functions: Iterable[str]) -> dict[str, str]:
    """The names of the params structs, by function."""
    return distinct(functions, lambda f: capitalised(f) + "Params", lambda f: capitalised(precise(f)) + "Params")


def _params(printer: Printer, operation: Operation, params: str) -> list[str]:
    names = attributes(operation)
    lines = []
    for p in operation.parameters:
        own = names[p.where, p.wire]
        unset = not p.required and p.default is NO_DEFAULT
        kind = optional(p.type) if unset else p.type
        lines.append("    " + printer.field(own, own, kind, p.required, None if unset else p.default))
    return [f"class {params}({printer.use('Struct')}, kw_only=True):", *lines]


def _call(api: Api, operation: Operation, signed: Signature, params_name: str) -> list[str]:
    params = params_name if operation.parameters else "None"
    body = dict(signed.positional).get("body", "None") if operation.media else "None"
    given = [
        n if n in {"context"} or (n == "body" and operation.media) else f"params.{n}" for n, _ in signed.positional
    ]
    given += [f"{n}=params.{n}" for n, _, _ in signed.keywords]
    arguments = f"handlers: {handlers_name(api, operation.tag)}, context: Context, params: {params}, body: {body}"
    return [
        f"def call_{signed.name}({arguments}) -> {signed.returns}:",
        f"    return handlers.{signed.name}({', '.join(given)})",
    ]


def operations(api: Api) -> View:
    """The table of all operations."""
    printer = Printer(api, "")
    functions = function_names(api)
    structs = params_names(functions.values())
    rows = []
    for o in api.operations:
        name = functions[o.id, o.method, o.path]
        rows.append(_row(api, printer, o, name, structs[name]))
    bound = [
        f"from .routes import {api.tags[t]} as routes_{api.tags[t]}" for t in sorted(api.tags, key=api.tags.__getitem__)
    ]
    printer.used -= {"checking"} if not any("checking." in line for row in rows for line in row) else set()
    printer.use("contract")
    imports = imports_of(printer, ".")
    siblings = sorted(printer.modules)
    imports += [f"from .models import {', '.join(siblings)}"] if siblings else []
    file = api.labels.get(api.root_file, api.root_file)
    return {"file": file, "imports": imports + bound, "rows": rows, "roles": _roles(api)}


def _roles(api: Api) -> list[str]:
    """The built-in roles, where the document has any."""
    if not api.roles:
        return []
    told = "# The built-in roles, and the level of each on an action where the operation says nothing else."
    return ["", told, f"ROLES: dict[str, int] = {literal(dict(api.roles))}"]


def _row(api: Api, printer: Printer, o: Operation, name: str, params: str) -> list[str]:
    module = "routes_" + api.tags[o.tag]
    permission = (
        "None" if o.permission is None else "contract.Permission(" + ", ".join(map(literal, o.permission)) + ")"
    )
    lines = [
        f"id={text(o.id)}",
        f"tag={text(api.tags[o.tag])}",
        f"method={text(o.method)}",
        f"path={text(o.path)}",
        f"action={text(o.action)}",
        f"permission={permission}",
        f"answered_by={text(o.answered_by)}",
        f"status={o.replies[0].status}",
        f"call={module}.call_{name}",
    ]
    names = attributes(o)
    if o.parameters:
        lines.append(f"params={module}.{params}")
        lines.append(_tuple("parameters", [_parameter(p, names[p.where, p.wire]) for p in o.parameters]))
    if o.media:
        lines.append(_tuple("media", [_medium(printer, o, m) for m in o.media]))
        lines.append(f"body_required={o.body_required}")
    lines += [f"roles={literal(dict(o.roles))}"] if o.roles else []
    lines += ["extension=True"] if o.extension else []
    lines += ["strict_query=True"] if api.strict_query else []
    lines += [_tuple("aliases", [_alias(a) for a in o.aliases])] if o.aliases else []
    return lines


def _tuple(name: str, items: list[str]) -> str:
    return f"{name}=({', '.join(items)},)"


def _parameter(p: Parameter, attribute: str) -> str:
    parts = [text(p.wire), text(p.where), text(attribute)]
    parts += [f"text={text(p.text)}"] if p.text != "string" else []
    parts += ["required=True"] if p.required else []
    parts += [f"many={text(p.many)}"] if p.many else []
    parts += [f"properties={literal(dict(p.properties))}"] if p.properties else []
    return f"contract.Parameter({', '.join(parts)})"


def _medium(printer: Printer, o: Operation, m: Medium) -> str:
    fields = [_parameter(f, f.wire) for f in m.fields]
    more = f", fields=({', '.join(fields)},)" if fields else ""
    return f"contract.Medium({text(m.name)}, {text(m.codec)}, lambda: {printer.type(m.type)}{more})"


def _alias(a: Alternative) -> str:
    parts = [f"method={text(a.method)}", f"path={text(a.path)}"] if a.path else []
    parts += ["when_body=True"] if a.when_body else []
    parts += [f"body={literal(dict(a.body))}"] if a.body else []
    parts += [f"query={literal(dict(a.query))}"] if a.query else []
    return f"contract.Alias({', '.join(parts)})"


def wiring(api: Api, package: str) -> View:
    """Which module answers which tag, in a form that the type checker follows."""
    tags = sorted(api.tags.values())
    rows = [(f"routes_{t}", f"{capitalised(t)}Handlers", f"{t}_handlers", t) for t in tags]
    handlers = [f"from {package} import {t} as {t}_handlers" for t in tags]
    routes_of = [f"from .routes import {t} as routes_{t}" for t in tags]
    return {"file": api.labels.get(api.root_file, api.root_file), "imports": [*handlers, "", *routes_of], "rows": rows}
