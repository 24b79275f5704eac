"""One run of the generator, from files to files."""

import argparse
import sys
from pathlib import Path

from generator import output
from generator.build import build
from generator.bundle import Bundle
from generator.command_names import check_commands
from generator.findings import Findings
from generator.handlers import Handlers
from generator.ir import Api
from generator.jsontext import dumps
from generator.links import check_links
from generator.lower import lowered
from generator.render import formatted, render
from generator.rules import check_house
from generator.source import Sources
from generator.structure import check_structure


def run(args: argparse.Namespace, folder: Path | None, options: str) -> int:
    """Generate, check or list; returns the exit status."""
    findings = Findings()
    sources = Sources(args.spec, findings)
    api, document = _read(sources, findings, args.house)
    for finding in findings.sorted():
        _print(str(finding), error=True)
    if findings.fatal or api is None:
        return 1
    if args.list:
        _list(api)
        return 0
    texts = formatted(render(api, args.handlers, args.client))
    texts["openapi.json"] = document
    if args.client:
        texts["py.typed"] = ""  # type checkers of other projects believe annotations where this file is
    status = 1 if len(findings) else 0
    changes = output.compare(args.out, texts)
    if args.check:
        for path in changes.written:
            _print(f"would write {args.out / path}")
        for path in changes.removed:
            _print(f"would remove {args.out / path}")
        status = 1 if changes else status
    else:
        output.write(args.out, texts, changes)
    wrong = _handlers(api, args, folder)
    if not args.check:
        vouched = sorted(sources.scans) if not status and not wrong else []
        text = output.record(args.out, texts, vouched, folder, options)
        place = args.out / output.MANIFEST
        if not place.is_file() or place.read_text("utf-8") != text:
            place.write_text(text, "utf-8", newline="\n")
    return 1 if wrong else status


def _read(sources: Sources, findings: Findings, house: bool) -> tuple[Api | None, str]:
    check_structure(sources, findings)
    return (None, "") if findings.fatal else _built(sources, findings, house)


def _built(sources: Sources, findings: Findings, house: bool) -> tuple[Api | None, str]:
    try:
        if house:
            check_house(sources, findings)
        check_links(sources, findings)
        api = build(sources, findings)
        if house:
            check_commands([c for o in api.operations for c in o.commands], findings)
        return api, dumps(lowered(Bundle(sources, findings).document()))
    except RecursionError:
        findings.stop(sources.root_file, 1, "the specification is nested too deeply", "write it flatter")
        return None, ""


def _handlers(api: Api, args: argparse.Namespace, folder: Path | None) -> bool:
    if folder is None:
        return False
    handlers = Handlers(api, folder, args.handlers, ".".join(args.out.parts))
    if args.stubs and not args.check:
        handlers.append_stubs()
    faults = handlers.faults()
    for fault in faults:
        _print(fault, error=True)
    return bool(faults)


def _list(api: Api) -> None:
    rows = [(o.method, o.path, o.id, o.tag) for o in sorted(api.operations, key=lambda o: (o.path, o.method))]
    widths = [max((len(r[i]) for r in rows), default=0) for i in range(3)]
    for row in rows:
        _print("  ".join([*(cell.ljust(w) for cell, w in zip(row[:3], widths, strict=True)), row[3]]))


def _print(line: str, *, error: bool = False) -> None:
    stream = sys.stderr if error else sys.stdout
    text = "".join(c if c.isprintable() or c == "\n" else "?" for c in line)
    stream.write(text.encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8") + "\n")
