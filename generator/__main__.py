"""python -m generator SPEC OUT [--check] [--list] [--stubs] [--house] [--handlers PACKAGE] [--client]"""

import argparse
import sys
from pathlib import Path

from generator import output


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="generator", description="From an OpenAPI document to a typed Python package."
    )
    parser.add_argument("spec", type=Path, help="the root file, YAML or JSON")
    parser.add_argument("out", type=Path, help="the folder of the emitted package")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    parser.add_argument("--list", action="store_true", help="print the operations and stop")
    parser.add_argument("--stubs", action="store_true", help="append missing handlers to the handler files")
    parser.add_argument("--house", action="store_true", help="hold the specification against the house rules")
    parser.add_argument("--handlers", default="", metavar="PACKAGE", help="the package that answers, a module per tag")
    parser.add_argument("--client", action="store_true", help="also write a client, below client/")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Exit status: 0 done or nothing to do, 1 findings or something would change."""
    args = _arguments(sys.argv[1:] if given is None else given)
    folder = Path(*args.handlers.split(".")) if args.handlers else None
    options = f"{args.spec.as_posix()} house={args.house} handlers={args.handlers} client={args.client}"
    if not args.list and output.unchanged(args.out, folder, options):
        return 0
    from generator.run import run

    return run(args, folder, options)


if __name__ == "__main__":
    sys.exit(main())
