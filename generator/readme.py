"""The README's table of operations, written from the bundle and from the handlers' source.

An operation is built unless its handler does nothing but raise NotBuilt; the handlers are read, never imported.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

BEGIN = "<!-- operations: written by `make generate`, do not edit -->"
END = "<!-- end of operations -->"
METHODS = ("get", "post", "put", "patch", "delete")


def not_built(handlers: Path) -> set[str]:
    """Names of the handler functions whose body is a single `raise NotBuilt(...)` beside its docstring."""
    found = set()
    for path in sorted(handlers.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf8")).body:
            if isinstance(node, ast.FunctionDef) and _only_refuses(node.body):
                found.add(node.name)
    return found


def _only_refuses(body: list[ast.stmt]) -> bool:
    rest = [statement for statement in body if not _is_docstring(statement)]
    return len(rest) == 1 and isinstance(rest[0], ast.Raise) and "NotBuilt" in ast.unparse(rest[0])


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def rows(document: dict[str, dict[str, dict[str, dict[str, object]]]], missing: set[str]) -> Iterator[str]:
    """One Markdown table row per operation, by group, path and method."""
    operations = [
        (str(operation["tags"][0]), path, method, operation)  # type: ignore[index]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    for tag, path, method, operation in sorted(operations, key=lambda entry: entry[:3]):
        state = "not built yet (501)" if operation["operationId"] in missing else "yes"
        summary = str(operation.get("summary", "")).replace("|", "\\|").replace("\n", " ")
        extension = " (extension)" if operation.get("x-extension") else ""
        yield f"| {tag} | `{method.upper()} {path}` | {summary}{extension} | {state} |"


def table(bundle: Path, handlers: Path) -> str:
    """The whole section between the marks, with a count on top."""
    missing = not_built(handlers)
    lines = list(rows(json.loads(bundle.read_text(encoding="utf8")), missing))
    built = sum(line.endswith("| yes |") for line in lines)
    head = ["| Group | Operation | What | Answered |", "|---|---|---|---|"]
    return "\n".join([BEGIN, "", f"{built} of {len(lines)} operations are built.", "", *head, *lines, "", END])


def main() -> int:
    """Rewrite the section of the README, or with --check say whether it is current."""
    parser = argparse.ArgumentParser(prog="python -m generator.readme", description=__doc__)
    parser.add_argument("bundle", type=Path, help="generated/openapi.json")
    parser.add_argument("handlers", type=Path, help="the folder of the handlers")
    parser.add_argument("readme", type=Path, help="the file that holds the section")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the section is not current")
    options = parser.parse_args()
    text = options.readme.read_text(encoding="utf8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.stderr.write(f"{options.readme}: the marks of the table of operations are missing\n")
        return 2
    wanted = before + table(options.bundle, options.handlers) + after
    if wanted == text:
        return 0
    if options.check:
        sys.stderr.write(f"{options.readme}: the table of operations is not current; run `make generate`\n")
        return 1
    options.readme.write_text(wanted, encoding="utf8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
