"""The methods of a client, group by group, and the clients themselves; each for plain and for `async` code."""

from dataclasses import dataclass

from generator.client_calls import Call, CallPrinter, attribute_names, class_names, flat
from generator.client_docs import documentation
from generator.client_views import imports, job_types, reply_type, view
from generator.ir import Api, Named, Struct, Type
from generator.literals import summary, text
from generator.model_views import View
from generator.names import natural


@dataclass(frozen=True, slots=True)
class Kind:
    """The two kinds of clients, which differ in these words alone."""

    mark: str
    define: str
    wait: str
    said: str


KINDS = (Kind("", "def", "", "Waits for each answer."), Kind("Async", "async def", "await ", "For `async` code."))


@dataclass(frozen=True, slots=True)
class Printed:
    """What both kinds of a method have in common; `answer` is what it gives, or what its work or list is of."""

    call: Call
    arguments: str
    values: str
    doc: list[str]
    answer: str


def group(api: Api, tag: str, name: str, found: list[Call]) -> View:
    """A group's two classes."""
    printer, by_id = CallPrinter(api), {c.operation.id: c for c in found}
    own = [c for c in found if c.operation.tag == tag]
    printed = [_printed(printer, call, by_id) for call in own]
    blocks = []
    for kind in KINDS:
        lines = [f"class {kind.mark}{name}(_group.{kind.mark}Group):", f'    """{_said(api, tag)}"""']
        for one in printed:
            lines += _indented(_method(kind, one))
            lines += _indented(_resume(kind, one)) if _resumed(one.call) else []
        blocks.append(lines)
    files = ", ".join(sorted({api.labels.get(c.operation.file, c.operation.file) for c in own}))
    return view(api, "", imports(printer, "..", _modules(own)), blocks, files)


def _said(api: Api, tag: str) -> str:
    return summary(api.about.get(tag, "")) or summary(tag) or "Operations."


def _indented(lines: list[str]) -> list[str]:
    return ["", *("    " + line if line else "" for line in lines)]


def _modules(own: list[Call]) -> list[str]:
    """The modules of the client that a group's methods name."""
    works = [c.operation.work for c in own if c.operation.work is not None]
    modules = ["endpoints", "group"]
    modules += ["pages"] if any(c.item is not None for c in own) else []
    modules += ["waiting", "works"] if works else []
    return modules + (["tables"] if any(work.table for work in works) else [])


def _printed(printer: CallPrinter, call: Call, by_id: dict[str, Call]) -> Printed:
    if call.operation.work is not None:
        answer = job_types(printer, call, by_id)
    elif call.item is not None:
        answer = f"{printer.type(call.item)}, {printer.type(call.reply)}"
    else:
        answer = reply_type(printer, call.operation.replies)
    return Printed(call, arguments(printer, call), _values(call), documentation(call), answer)


def _method(kind: Kind, one: Printed) -> list[str]:
    call, define, returns = one.call, kind.define, one.answer
    given = f"_endpoints.{call.constant}, {one.values}"
    if call.operation.work is not None:
        returns = f"_waiting.{kind.mark}Job[{one.answer}]"
        body = f"return {kind.wait}self._start(_works.{call.constant}, {given})"
    elif call.item is not None:
        define = "def"  # nothing is asked yet
        returns = f"_pages.{kind.mark}Pages[{one.answer}]"
        body = f"return _pages.{kind.mark}Pages(self._connection, {given})"
    else:
        body = f"{'' if returns == 'None' else 'return '}{kind.wait}self._call({given})"
    return [f"{define} {call.method}({one.arguments}) -> {returns}:", *_within([*one.doc, body])]


def _within(lines: list[str]) -> list[str]:
    return ["    " + line if line else "" for line in lines]


def _values(call: Call) -> str:
    """The arguments as a method hands them on."""
    return "{" + ", ".join(f"{text(a.name)}: {a.name}" for a in call.arguments) + "}"


def _resumed(call: Call) -> bool:
    """Whether the uuid of the work is enough to ask for its outcome, so that it can be taken up again later."""
    return call.operation.work is not None and not call.operation.work.subject


def _resume(kind: Kind, one: Printed) -> list[str]:
    job = f"_waiting.{kind.mark}Job"
    return [
        f"def resume_{one.call.method}(self, uuid: str) -> {job}[{one.answer}]:",
        f'    """What `{one.call.method}` started, taken up again by its uuid."""',
        f"    return {job}(self._connection, _works.{one.call.constant}, None, uuid)",
    ]


def arguments(printer: CallPrinter, call: Call) -> str:
    """The parameters of a method: those of the path in their order, the others by name."""
    parts = ["self", *(f"{a.name}: {printer.argument(a.type)}" for a in call.arguments if a.in_path)]
    named = [a for a in call.arguments if not a.in_path]
    parts += ["*"] if named else []
    for a in named:
        kind = printer.argument(a.type)
        if a.required:
            parts.append(f"{a.name}: {kind}")
        elif a.in_body:
            parts.append(f"{a.name}: {_or(kind, printer.use('UnsetType'))} = {printer.use('UNSET')}")
        else:
            # There is no null outside a body: None leaves it out.
            parts.append(f"{a.name}: {kind if kind == 'Any' else _or(kind, 'None')} = None")
    return ", ".join(parts)


def _or(kind: str, other: str) -> str:
    """One kind or the other; None stays last."""
    parts = [kind.removesuffix(" | None"), *([other] if other != "None" else [])]
    return " | ".join([*parts, *(["None"] if other == "None" or kind.endswith(" | None") else [])])


def client(api: Api, found: list[Call]) -> View:
    """The two clients: signing in, and a property for each group."""
    printer, plan = CallPrinter(api), api.client
    words = [f"address={text(plan.address)}", f"base={text(plan.base)}", f"environment={text(plan.environment)}"]
    blocks = [[f"_DEFAULTS = _connection.Defaults({', '.join(words)})"]]
    for kind in KINDS:
        lines = [f"class {kind.mark}Client(_connection.{kind.mark}Connection):"]
        lines += [f'    """A client of {summary(api.title) or "the server"}. {kind.said}"""']
        lines += ["", "    defaults = _DEFAULTS"]
        for method in (*_sessions(printer, kind, found), *_groups(printer, kind)):
            lines += _indented(method)
        blocks.append(lines)
    modules = ("connection", "endpoints", "flow") if plan.login or plan.logout else ("connection",)
    groups = [f"from .groups import {module} as _{module}_group" for module in sorted(api.tags.values(), key=natural)]
    return view(api, "The clients.", [*imports(printer, ".", modules), *groups], blocks)


def _groups(printer: CallPrinter, kind: Kind) -> list[list[str]]:
    """A property for each group."""
    api = printer.api
    names, classes = attribute_names(api), class_names(api)
    out = []
    for tag in sorted(api.tags, key=names.__getitem__):
        made = f"_{api.tags[tag]}_group.{kind.mark}{classes[tag]}"
        head = [f"@{printer.use('cached_property')}", f"def {names[tag]}(self) -> {made}:"]
        out.append([*head, f'    """{_said(api, tag)}"""', f"    return {made}(self)"])
    return out


def _sessions(printer: CallPrinter, kind: Kind, found: list[Call]) -> list[list[str]]:
    """Signing in, where the answer has a token to keep; signing out."""
    by_id = {c.operation.id: c for c in found}
    login, logout = by_id.get(printer.api.client.login), by_id.get(printer.api.client.logout)
    out = []
    if login is not None and _token(printer.api, login.reply):
        head = f"{kind.define} login({arguments(printer, login)}) -> {printer.use('Self')}:"
        first = '    """Sign in, and carry the token from now on. Gives this client."""'
        out.append([head, first, f"    self.use_token(({_asked(kind, login)}).token)", "    return self"])
    if logout is not None and not logout.arguments:
        head, first = f"{kind.define} logout(self) -> None:", '    """Sign out, and forget the token."""'
        out.append([head, first, f"    {_asked(kind, logout)}", '    self.use_token("")'])
    return out


def _asked(kind: Kind, call: Call) -> str:
    return f"{kind.wait}self.run(_flow.exchange(_endpoints.{call.constant}, {_values(call)}))"


def _token(api: Api, reply: Type) -> bool:
    """Whether an answer has a token."""
    target = flat(api, reply)
    found = api.definitions[target.key] if isinstance(target, Named) else None
    return isinstance(found, Struct) and any(f.wire == "token" and f.required for f in found.fields)
