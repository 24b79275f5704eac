"""The spec review on the command line: `python -m generator.diff BASE` says what a change does to clients."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator.diff_bundle import read_bundle
from generator.diff_document import Unusable
from generator.diff_report import markdown, named_in, unnamed
from generator.diff_review import review
from generator.diff_source import read_base
from generator.diff_text import visible


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the review; 0 when nothing breaks unnamed, 1 when something does, 2 when the input is unusable."""
    parser = argparse.ArgumentParser(prog="python -m generator.diff", description="Review what a spec change breaks.")
    parser.add_argument("base", metavar="BASE", help="a git revision, or the root file of another specification")
    parser.add_argument("--spec", type=Path, default=Path("spec/openapi.yaml"), help="the specification under review")
    parser.add_argument("--ledger", type=Path, default=Path("docs/curation.md"), help="names accepted breaking changes")
    options = parser.parse_args(arguments)
    try:
        text, failed = compare(options.base, options.spec, options.ledger)
    except Unusable as fault:
        sys.stderr.write(f"spec-diff: {fault}\n")
        return 2
    except RecursionError:
        sys.stderr.write("spec-diff: the specification is nested too deeply\n")
        return 2
    sys.stdout.write(text)
    return 1 if failed else 0


def compare(base: str, spec: Path, ledger: Path) -> tuple[str, bool]:
    """The review as Markdown, and whether it holds a breaking change that the ledger does not name."""
    written = _read(ledger)
    current = read_bundle(spec)
    old = read_base(base, spec, ledger)
    # A line that the base had already named an earlier change: only what was written since counts.
    named = named_in(written) - named_in(old.ledger)
    outcome = review(old.document, current)
    return markdown(outcome, named), bool(unnamed(outcome, named))


def _read(ledger: Path) -> str:
    try:
        return ledger.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"ledger {ledger}: {visible(str(fault))}") from None


if __name__ == "__main__":
    sys.exit(main())
