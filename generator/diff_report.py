"""A review as Markdown for a pull request, and the ledger that names breaking changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from generator.diff_findings import Finding
from generator.diff_review import Review
from generator.diff_signatures import HandlerChange
from generator.diff_text import code, key_text, label

# So many operations with one and the same change share a line, and a key that begins with a star.
SHARED = 3
_NAMED = re.compile(r"`breaking: ([^`\n]+)`")


def named_in(ledger: str) -> Counter[str]:
    """The keys that a ledger names, each with how often."""
    return Counter(key_text(found) for found in _NAMED.findall(ledger))


class Groups:
    """Findings that are one change: the same words at the same place of several operations."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Group the findings in their order."""
        by_rest: dict[tuple[str, str], list[Finding]] = {}
        words: dict[str, set[str]] = {}
        for finding in findings:
            by_rest.setdefault((finding.rest, finding.text), []).append(finding)
            words.setdefault(finding.rest, set()).add(finding.text)
        self.all: list[list[Finding]] = []
        for (rest, _), group in by_rest.items():
            shared = len(group) >= SHARED and len(words[rest]) == 1 and bool(group[0].place.key)
            self.all.extend([group] if shared else [[finding] for finding in group])
        self.all.sort(key=lambda group: (group[0].key, group[0].text))


def unnamed(review: Review, named: Counter[str]) -> list[list[Finding]]:
    """The breaking changes that the ledger does not name, grouped."""
    return [group for group in Groups(review.breaking).all if not _is_named(group, named)]


def _is_named(group: Sequence[Finding], named: Counter[str]) -> bool:
    return group_key(group) in named or all(finding.key in named for finding in group)


def group_key(group: Sequence[Finding]) -> str:
    """The key that names the whole group."""
    return group[0].key if len(group) == 1 else key_text(f"* {group[0].rest}")


def markdown(review: Review, named: Counter[str]) -> str:
    """The review as a Markdown document."""
    lines = [f"# {verdict(review, named)}"]
    lines += _section("Breaking", [_breaking(group, named) for group in Groups(review.breaking).all])
    compatible = Groups(finding for finding in review.findings if not finding.breaking).all
    lines += _section("Compatible", [_line(group) for group in compatible])
    lines += _section("Handlers to change", [_handler(change) for change in review.handlers])
    if review.wording:
        lines += _section("Documentation", [f"- {_count(review.wording, 'text')} changed (descriptions, examples)"])
    return "\n".join(lines) + "\n"


def verdict(review: Review, named: Counter[str]) -> str:
    """The outcome in one line."""
    groups = Groups(review.breaking).all
    open_ = [group for group in groups if not _is_named(group, named)]
    if open_:
        rest = f", {len(groups) - len(open_)} more named by the ledger" if len(open_) < len(groups) else ""
        return f"Spec review: {_count(len(open_), 'breaking change')} not named by the ledger{rest}"
    if groups:
        return f"Spec review: {_count(len(groups), 'breaking change')}, all named by the ledger"
    if review.findings or review.handlers or review.wording:
        return "Spec review: nothing breaks clients"
    return "Spec review: nothing changed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "", *lines)


def _line(group: Sequence[Finding]) -> str:
    first = group[0]
    where = f" {first.place.full_words}:" if first.place.full_words else ""
    if len(group) == 1:
        return f"- {label(first.operation)}{where} {first.text}"
    operations = ", ".join(code(finding.operation) for finding in group)
    return f"- **{len(group)} operations**{where} {first.text} — {operations}"


def _breaking(group: Sequence[Finding], named: Counter[str]) -> str:
    state = "named by the ledger" if _is_named(group, named) else "to accept it, name it in the ledger"
    return f"{_line(group)}\n  - {state}: {code('breaking: ' + group_key(group))}"


def _handler(change: HandlerChange) -> str:
    if change.before is None and change.after is not None:
        return f"- {code(change.after[0])} new: {code(change.after[1])}"
    if change.after is None and change.before is not None:
        return f"- {code(change.before[0])} delete: {code(change.before[1])}"
    assert change.before is not None and change.after is not None  # noqa: S101 - one side is missing at most
    moved = f" (from {code(change.before[0])})" if change.before[0] != change.after[0] else ""
    return f"- {code(change.after[0])}{moved}: {code(change.before[1])} → {code(change.after[1])}"
