"""Two bundled specifications compared: what changed, what breaks, which handlers follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.diff_access import access_changes
from generator.diff_document import Document, mapping, references_in, sequence
from generator.diff_findings import NOWHERE, Finding, Place
from generator.diff_messages import message_changes
from generator.diff_operations import Matched, Operation, match
from generator.diff_schema import Schemas
from generator.diff_shape import bare
from generator.diff_signatures import HandlerChange, handler_changes
from generator.diff_text import canonical, code, shortened, token, value
from generator.diff_wording import wording_changes

WHOLE = "spec"


@dataclass(frozen=True)
class Review:
    """The outcome of a comparison; findings in a stable order."""

    findings: tuple[Finding, ...]
    handlers: tuple[HandlerChange, ...]
    wording: int

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that break clients."""
        return tuple(finding for finding in self.findings if finding.breaking)


def review(before: Mapping[str, Any], after: Mapping[str, Any]) -> Review:
    """Compare two bundled documents; raises `Unusable` where one cannot be read."""
    old, new = Document(before), Document(after)
    matched = match(old, new)
    findings = {*_operations(old, new, matched), *_document(old, new)}
    ordered = sorted(findings, key=lambda finding: (finding.key, not finding.breaking, finding.text))
    return Review(tuple(ordered), tuple(handler_changes(matched)), wording_changes(old.root, new.root))


def _operations(before: Document, after: Document, matched: Matched) -> Iterator[Finding]:
    schemas = Schemas(before, after)
    renamed = [(old, new) for old, new in (*matched.same, *matched.moved)]
    forms: dict[tuple[str, str], Operation] = {}
    for new in (*(new for _, new in renamed), *matched.added):
        forms.update(dict.fromkeys(new.answers(), new))
    for old, new in renamed:
        yield from access_changes(old, new)
        yield from message_changes(schemas, old, new)
    for old, new in matched.moved:
        yield _moved(old, new)
    for old in matched.removed:
        answering = forms.get(old.url)
        if answering is None:
            yield Finding(old.name, NOWHERE, "removed", f"was removed ({code(old.id)})", True)
        else:
            text = f"is another form of {code(answering.name)} now (`x-aliases`)"
            yield Finding(old.name, NOWHERE, "removed", text, False)
    for new in matched.added:
        public = ": **public**" if new.raw.get("x-permission") == "public" else ""
        yield Finding(new.name, NOWHERE, "added", f"is new ({code(new.id)}){public}", False)


def _moved(old: Operation, new: Operation) -> Finding:
    if old.url in new.answers():
        text = f"moved to {code(new.name)}; the old form is still answered (`x-aliases`)"
        return Finding(old.name, NOWHERE, "moved", text, False)
    return Finding(old.name, NOWHERE, "moved", f"moved to {code(new.name)}: clients of the old form get 404", True)


def _document(before: Document, after: Document) -> Iterator[Finding]:
    old, new = _urls(before), _urls(after)
    for url in sorted(old - new):
        yield Finding(WHOLE, Place("servers", f"server {code(url)}"), f"{token(url)} removed", "was removed", True)
    for url in sorted(new - old):
        yield Finding(WHOLE, Place("servers", f"server {code(url)}"), f"{token(url)} added", "is new", False)
    yield from _schemes(before, after)
    yield from _components(before, after)
    for name in sorted(
        (before.root.keys() | after.root.keys()) - {"paths", "components", "servers", "security", "tags"}
    ):
        was, became = before.root.get(name), after.root.get(name)
        if name == "info":
            was, became = mapping(was).get("version"), mapping(became).get("version")
        if canonical(was) != canonical(became) and name != "externalDocs":
            what = "version" if name == "info" else name
            text = f"{code(shortened(what))} went from {value(was)} to {value(became)}"
            yield Finding(WHOLE, NOWHERE, f"{what} changed", text, False)


def _urls(document: Document) -> set[str]:
    return {str(mapping(server).get("url", "/")) for server in sequence(document.root.get("servers"))} or {"/"}


def _schemes(before: Document, after: Document) -> Iterator[Finding]:
    old, new = (mapping(mapping(doc.root.get("components")).get("securitySchemes")) for doc in (before, after))
    for name in sorted(old.keys() | new.keys()):
        place = Place(f"securitySchemes.{token(name)}", f"security scheme {code(name)}")
        if name not in new:
            yield Finding(WHOLE, place, "removed", "was removed", True)
        elif name not in old:
            yield Finding(WHOLE, place, "added", "is new", False)
        elif canonical(bare(old[name])) != canonical(bare(new[name])):
            yield Finding(WHOLE, place, "changed", "takes credentials in another way now", True)


def _components(before: Document, after: Document) -> Iterator[Finding]:
    """Components that no operation uses: a change breaks nobody, and still is not passed over."""
    used = _reachable(before) | _reachable(after)
    kinds = mapping(before.root.get("components")).keys() | mapping(after.root.get("components")).keys()
    for kind in sorted(kinds - {"securitySchemes"}):
        old, new = (mapping(mapping(doc.root.get("components")).get(kind)) for doc in (before, after))
        for name in sorted(old.keys() | new.keys()):
            pointer = name.replace("~", "~0").replace("/", "~1")
            if canonical(bare(old.get(name))) == canonical(bare(new.get(name))):
                continue
            if name in old and name in new and f"#/components/{kind}/{pointer}" in used:
                continue
            what = "changed" if name in old and name in new else "removed" if name in old else "added"
            if what != "added" or f"#/components/{kind}/{pointer}" not in used:
                place = Place(f"components.{token(kind)}.{token(name)}", f"component {code(name)}")
                yield Finding(
                    WHOLE, place, what, {"changed": "changed; no operation uses it"}.get(what, f"was {what}"), False
                )


def _reachable(document: Document) -> set[str]:
    found: set[str] = set()
    pending = list(references_in(document.root["paths"]))
    while pending:
        reference = pending.pop()
        if reference not in found:
            found.add(reference)
            pending.extend(references_in(document.target(reference)))
    return found
