"""Handlers held against the contract, without importing them; and stubs for the missing ones."""

import ast
import re
from pathlib import Path

from generator.ir import Alias, Api, Enum, Named, Operation
from generator.literals import literal, summary
from generator.printer import Printer
from generator.route_views import Signature, function_names, signature

_TYPING = {"typing.Optional", "typing.Union"}


class Handlers:
    """The handler modules of one package; `folder` is where they are, `generated` the dotted name of the output."""

    def __init__(self, api: Api, folder: Path, package: str, generated: str) -> None:
        self.api = api
        self.folder = folder
        self.package = package
        self.generated = generated
        self.names = function_names(api)
        self.same = _renamed(api, generated)
        enums = (k for k, d in api.definitions.items() if isinstance(d, Enum))
        self.texts = frozenset(f"{generated}.models.{api.modules[k.file]}.{api.names[k]}" for k in enums)

    def faults(self) -> list[str]:
        """A line for every handler that is missing or differs, with the signature to paste."""
        out: list[str] = []
        for tag in sorted(self.api.tags):
            path = self._path(tag)
            tree = self._tree(path, out)
            if tree is None:
                continue
            functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
            names = _imported(tree)
            for operation in self._operations(tag):
                out += self._check(operation, path, functions, names)
        return out

    def _path(self, tag: str) -> Path:
        return self.folder / f"{self.api.tags[tag]}.py"

    def _tree(self, path: Path, out: list[str]) -> ast.Module | None:
        if not path.is_file():
            return ast.Module([], [])
        try:
            return ast.parse(path.read_bytes(), str(path))
        except SyntaxError as fault:
            out.append(f"{path}:{fault.lineno or 1}: not Python: {fault.msg}; correct it")
        except ValueError:
            out.append(f"{path}:1: not Python; correct it")
        return None

    def _operations(self, tag: str) -> list[Operation]:
        return [o for o in self.api.operations if o.tag == tag]

    def _wanted(self, operation: Operation, renamed: dict[str, str] | None = None) -> tuple[Signature, Printer]:
        printer = Printer(self.api, "", renamed)
        name = self.names[operation.id, operation.method, operation.path]
        return signature(printer, operation, name), printer

    def _check(
        self,
        operation: Operation,
        path: Path,
        functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef],
        names: dict[str, str],
    ) -> list[str]:
        wanted, _ = self._wanted(operation)
        found = functions.get(wanted.name)
        paste = f"    {wanted.text()}"
        if found is None:
            return [f"{path}:1: the handler {wanted.name} is missing; paste:\n{paste}"]
        here = f"{path}:{found.lineno}: the handler {wanted.name}"
        if isinstance(found, ast.AsyncFunctionDef):
            return [f"{here} is async; handlers are plain functions:\n{paste}"]
        tree = ast.parse(wanted.text() + " ...")
        model = tree.body[0]
        if not isinstance(model, ast.FunctionDef):
            return []
        wrong = _difference(found, names, model, self._meant(), self.same, self.texts)
        return [f"{here} {wrong}; what would be right:\n{paste}"] if wrong else []

    def _meant(self) -> dict[str, str]:
        context = self.api.context.replace(":", ".") or "typing.Any"
        out = {m: f"{self.generated}.models.{m}" for m in self.api.modules.values()}
        static = {n: f"{self.generated}.{n}" for n in ("checking", "contract")}
        return {**out, **static, "Context": context, "Any": "typing.Any", "Literal": "typing.Literal"}

    def append_stubs(self) -> None:
        """Append every missing handler to its file; what is there already stays as it is."""
        for tag in sorted(self.api.tags):
            path = self._path(tag)
            tree = self._tree(path, [])
            if tree is None:
                continue
            there = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
            missing = [o for o in self._operations(tag) if self._wanted(o)[0].name not in there]
            if missing:
                self._append(path, tag, missing, _imported(tree))

    def _append(self, path: Path, tag: str, missing: list[Operation], names: dict[str, str]) -> None:
        old = path.read_text("utf-8") if path.is_file() else f'"""What answers the operations of {summary(tag)}."""\n'
        used: set[str] = set()
        blocks = []
        models = f"{self.generated}.models."
        renamed = {m: f"{m}_models" for m in self.api.modules.values() if names.get(m, models + m) != models + m}
        for operation in missing:
            wanted, printer = self._wanted(operation, renamed)
            used |= printer.used | printer.modules | {"Context"}
            blocks.append(self._stub(operation, wanted))
        new = [line for line in self._imports(used, renamed) if not _has(line, names)]
        text = _with_imports(old, new) if new else old
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text.rstrip("\n") + "\n" + "".join("\n\n" + b for b in blocks), "utf-8", newline="\n")

    def _stub(self, operation: Operation, wanted: Signature) -> str:
        error = self.api.not_built.partition(":")[2] or "NotImplementedError"
        what = literal(f"{operation.id} is documented, not built yet")
        line = wanted.text()
        if len(line) > 120:
            start, _, rest = line.partition("(")
            inner, _, end = rest.rpartition(") -> ")
            line = f"{start}(\n    {inner}\n) -> {end}"
            if len(inner) + 4 > 120:
                line = f"{start}(\n" + "".join(f"    {p},\n" for p in _parts(inner)) + f") -> {end}"
        quote = what.replace("'", '"') if what.count("'") == 2 and '"' not in what else what
        return f'{line}\n    """{summary(operation.summary)}"""\n    raise {error}({quote})\n'

    def _imports(self, used: set[str], renamed: dict[str, str]) -> list[str]:
        typing = sorted(used & {"Any", "Literal"} | (set() if self.api.context else {"Any"}))
        lines = [f"from typing import {', '.join(typing)}"] if typing else []
        static = sorted(used & {"checking", "contract"})
        lines += [f"from {self.generated} import {', '.join(static)}"] if static else []
        models = sorted((used & set(self.api.modules.values())) - set(renamed))
        lines += [f"from {self.generated}.models import {m} as {renamed[m]}" for m in sorted(used & set(renamed))]
        lines += [f"from {self.generated}.models import {', '.join(models)}"] if models else []
        for reference in (self.api.not_built, self.api.context):
            module, _, name = reference.partition(":")
            alias = " as Context" if reference == self.api.context and name != "Context" else ""
            lines += [f"from {module} import {name}{alias}"] if module else []
        return lines


def _renamed(api: Api, generated: str) -> dict[str, str]:
    """Definitions that are only another name for a class, and that class, as dotted paths."""
    out: dict[str, str] = {}
    for key, definition in api.definitions.items():
        at, found = key, definition
        while isinstance(found, Alias) and isinstance(found.type, Named):
            at = found.type.key
            found = api.definitions[at]
        if at != key:
            start, end = (f"{generated}.models.{api.modules[k.file]}.{api.names[k]}" for k in (key, at))
            out[start] = end
    return out


def _parts(inner: str) -> list[str]:
    """The parameters of a signature, split at the commas between them."""
    return [ast.unparse(a) if isinstance(a, ast.AST) else a for a in _split(inner)]


def _split(inner: str) -> list[str]:
    out, depth, start = [], 0, 0
    for at, c in enumerate(inner):
        depth += (c in "[(") - (c in "])")
        if c == "," and depth == 0:
            out.append(inner[start:at].strip())
            start = at + 1
    return [*out, inner[start:].strip()]


def _imported(tree: ast.Module) -> dict[str, str]:
    """What the names of a module mean, as dotted paths."""
    out: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            out.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
        elif isinstance(node, ast.Import):
            out.update(
                {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
            )
    return out


def _has(line: str, names: dict[str, str]) -> bool:
    match = re.match(r"from (\S+) import (.*)", line)
    if match and " as " in match[2]:
        name, _, alias = match[2].partition(" as ")
        return names.get(alias) == f"{match[1]}.{name}"
    return match is not None and all(names.get(n) == f"{match[1]}.{n}" for n in match[2].split(", "))


def _with_imports(old: str, new: list[str]) -> str:
    tree = ast.parse(old)
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    first = tree.body[0] if tree.body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    after = imports[-1].end_lineno if imports else first.end_lineno if documented and first else 0
    lines = old.splitlines()
    gap = [] if imports else [""]
    groups = [[n for n in new if n.startswith("from typing")], [n for n in new if not n.startswith("from typing")]]
    block = ["", *groups[0]] if groups[0] and not imports else groups[0]
    block = [*block, *([""] if groups[0] and groups[1] and not imports else []), *groups[1]]
    return "\n".join([*lines[:after], *(gap if not groups[0] or imports else []), *block, *lines[after:]]) + "\n"


def _difference(
    found: ast.FunctionDef,
    names: dict[str, str],
    wanted: ast.FunctionDef,
    meant: dict[str, str],
    same: dict[str, str],
    texts: frozenset[str],
) -> str:
    """How a handler differs from its signature, or nothing."""
    ours, theirs = _shape(wanted, meant, same), _shape(found, names, same)
    if ours[0] != theirs[0]:
        return "has other parameters"
    if found.args.vararg or found.args.kwarg:
        return "takes anything"
    for name, annotation in ours[1].items():
        if name == "return" and not _covers(annotation, theirs[1][name], frozenset()):
            return "returns another type"
        if name != "return" and not _covers(theirs[1][name], annotation, texts):
            return f"annotates {name} in another way"
    return ""


def _covers(wide: str, narrow: str, texts: frozenset[str]) -> bool:
    """Whether every value of the narrow annotation is one of the wide one, as far as names tell."""
    allowed = set(wide.split(" | "))
    if allowed & {"typing.Any", "object"}:
        return True
    for part in narrow.split(" | "):
        text = part in texts or part.startswith(("typing.Literal['", 'typing.Literal["'))
        if part not in allowed and not (text and "str" in allowed) and not (part == "int" and "float" in allowed):
            return False
    return True


def _shape(
    node: ast.FunctionDef, names: dict[str, str], same: dict[str, str]
) -> tuple[tuple[list[str], dict[str, bool]], dict[str, str]]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    keywords = {a.arg: d is not None for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    annotations = {a.arg: _canonical(a.annotation, names) for a in [*positional, *arguments.kwonlyargs]}
    annotations["return"] = _canonical(node.returns, names)
    for name, annotation in annotations.items():
        annotations[name] = " | ".join(sorted({same.get(p, p) for p in annotation.split(" | ")}))
    return ([a.arg for a in positional], keywords), annotations


def _canonical(node: ast.expr | None, names: dict[str, str]) -> str:
    """An annotation with full names, unions sorted, so that two spellings of one type are the same text."""
    if node is None:
        return "nothing"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _canonical(ast.parse(node.value, mode="eval").body, names)
        except SyntaxError:
            return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return " | ".join(
            sorted({*_canonical(node.left, names).split(" | "), *_canonical(node.right, names).split(" | ")})
        )
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_canonical(node.value, names)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        return _subscript(node, names)
    return ast.unparse(node)


def _subscript(node: ast.Subscript, names: dict[str, str]) -> str:
    base = _canonical(node.value, names)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if base == "typing.Annotated":
        return _canonical(inner[0], names)
    if base == "typing.Literal":
        return f"{base}[{', '.join(sorted(ast.unparse(i) for i in inner))}]"
    parts = [_canonical(i, names) for i in inner]
    if base in _TYPING:
        parts += ["None"] if base == "typing.Optional" else []
        return " | ".join(sorted({p for part in parts for p in part.split(" | ")}))
    return f"{base}[{', '.join(parts)}]"
