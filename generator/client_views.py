"""What the templates print for a client: its tables, and what all its modules have in common."""

from collections.abc import Iterable

from generator.client_calls import OWN, Argument, Call, CallPrinter
from generator.ir import NONE, Api, Plain, Reply
from generator.literals import literal, text
from generator.model_views import View
from generator.names import natural
from generator.printer import Printer

_STANDARD = (
    ("collections.abc", ("Mapping", "Sequence")),
    ("functools", ("cached_property",)),
    ("typing", ("Annotated", "Any", "Literal", "Self")),
    ("msgspec", ("UNSET", "Meta", "UnsetType")),
)


def imports(printer: Printer, dots: str, own: Iterable[str]) -> list[str]:
    """Import lines in isort's order; `dots` lead to the client, `own` are modules of it."""
    found = {module: [name for name in names if name in printer.used] for module, names in _STANDARD}
    lines = [f"from {module} import {', '.join(used)}" for module, used in found.items() if used]
    if found["msgspec"] and len(lines) > 1:
        lines.insert(-1, "")
    lines += [""] if lines else []
    lines += [f"from {dots}. import checking as _checking"] if "checking" in printer.used else []
    for module in sorted(printer.modules, key=natural):
        lines.append(f"from {dots}.models import {module} as _{printer.renamed.get(module, module)}")
    return lines + [f"from {dots} import {name} as _{name}" for name in sorted(own)]


def reply_type(printer: Printer, replies: list[Reply]) -> str:
    """The annotation of an answer, whatever its status."""
    kinds = [r.type for r in replies] + ([Plain("Raw")] if any(r.raw for r in replies) else [])
    parts = list(dict.fromkeys(printer.type(kind) for kind in kinds))
    return "Any" if "Any" in parts else " | ".join(sorted(parts, key=lambda p: p == "None"))


def endpoints(api: Api, found: list[Call]) -> View:
    """The table of operations as a client sees them."""
    printer = Printer(api, "", {m: m + "_models" for m in api.modules.values() if m in OWN})
    printer.mark = "_"
    blocks = [_endpoint(printer, call) for call in found]
    doc = "Every operation: its address, its arguments and its answers."
    return view(api, doc, imports(printer, ".", ("endpoint",)), blocks)


def _endpoint(printer: Printer, call: Call) -> list[str]:
    o = call.operation
    replies = [f"{r.status}: lambda: {'None' if r.type == NONE else printer.type(r.type)}" for r in o.replies]
    lines = [text(o.id), text(o.method), text(o.path), "{" + ", ".join(replies) + "}"]
    if call.arguments:
        lines.append("{" + ", ".join(f"{text(a.name)}: {_places(a)}" for a in call.arguments) + "}")
    if call.medium is not None:
        lines += [f"media_type={text(call.medium.name)}", f"codec={text(call.medium.codec)}"]
        lines += ["body_required=True"] if o.body_required else []
    kind = reply_type(printer, o.replies)
    return [f"{call.constant}: _endpoint.Endpoint[{kind}] = _endpoint.Endpoint(", *(f"{line}," for line in lines), ")"]


def _places(argument: Argument) -> str:
    places = []
    for spot in argument.spots:
        more = [text(spot.style)] if spot.style else []
        more += ["required=True"] if spot.required else []
        places.append(f"_endpoint.Place({', '.join([text(spot.where), text(spot.wire), *more])})")
    return f"({', '.join(places)},)"


def works(api: Api, found: list[Call]) -> View:
    """What operations start, and who tells how it goes."""
    printer, by_id, jobs = CallPrinter(api), {c.operation.id: c for c in found}, api.client.jobs
    words = ", ".join(f"{name}={literal(value)}" for name, value in jobs.words) if jobs else ""
    started = [c for c in found if c.operation.work is not None]
    blocks = [[f"_WORDS = _waiting.Words({words})"], *([_work(printer, call, by_id)] for call in started)]
    lines = imports(printer, ".", ("endpoints", "tables", "waiting"))
    return view(api, "What outlasts the request that starts it.", lines, blocks)


def _work(printer: Printer, call: Call, by_id: dict[str, Call]) -> str:
    work, jobs = call.operation.work, printer.api.client.jobs
    if work is None or jobs is None:
        return ""
    parts = ["_WORDS", *(f"_endpoints.{by_id[name].constant}" for name in (jobs.watch, jobs.cancel, work.outcome))]
    parts += [f"subject={text(work.subject)}"] if work.subject else []
    parts += [f"given={literal(dict(work.given))}"] if work.given else []
    parts += [f"table={literal(dict(work.table))}"] if work.table else []
    return f"{call.constant}: _waiting.Work[{job_types(printer, call, by_id)}] = _waiting.Work({', '.join(parts)})"


def job_types(printer: Printer, call: Call, by_id: dict[str, Call]) -> str:
    """The annotations of the status and of the outcome of what an operation starts."""
    work, jobs = call.operation.work, printer.api.client.jobs
    if work is None or jobs is None:
        return "Any, Any"
    status = reply_type(printer, by_id[jobs.watch].operation.replies)
    if work.table:
        return f"{status}, _tables.Table"
    return f"{status}, {reply_type(printer, by_id[work.outcome].operation.replies)}"


def view(api: Api, doc: str, lines: list[str], blocks: list[list[str]], file: str = "") -> View:
    return {
        "file": file or api.labels.get(api.root_file, api.root_file),
        "doc": doc,
        "imports": lines,
        "blocks": [[*_gap(blocks[i - 1] if i else [], block), *block] for i, block in enumerate(blocks)],
    }


def _gap(before: list[str], block: list[str]) -> list[str]:
    """The blank lines before a block, as the formatter wants them."""
    classes = any(lines[0].startswith("class ") for lines in (before, block) if lines)
    return ["", ""] if classes else [""]
