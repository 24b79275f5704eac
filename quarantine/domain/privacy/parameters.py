"""Named parameters: `:p1` in the SQL, bound as a literal of the tree by the type of what it meets, never as text."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.privacy.parse import LONGEST_TEXT, refusal

ParameterValue = bool | int | float | str
_RIGHT = "expected name=value, like p1=123; several are separated by commas, or an array"


def named_parameters(options: str | Sequence[str] | None) -> dict[str, str]:
    """What a request's `params` bind, as name -> text: `p1=123`, one text or several. Raises Refused for other forms.

    In one text a comma ends a value if a name and `=` follow. Quotes around a value make it a string whatever it holds.
    """
    texts = [options] if isinstance(options, str) else list(options or ())
    if not all(isinstance(text, str) for text in texts) or sum(map(len, texts)) > LONGEST_TEXT:
        raise Refused(f"params: {_RIGHT}")
    found: dict[str, str] = {}
    for name, value in (pair for text in texts if text.strip() for pair in _pairs(text)):
        if name in found:
            raise Refused(f"params: {name} is bound twice; bind each name once")
        found[name] = value
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    pieces: list[str] = []
    for part in text.split(","):
        name, sign, _ = part.partition("=")
        if (sign and _is_name(name.strip())) or not pieces:
            pieces.append(part)
        else:
            pieces[-1] += "," + part
    for piece in pieces:
        name, sign, value = piece.partition("=")
        if not sign or not _is_name(name.strip()):
            raise Refused(f"params: {_RIGHT}")
        yield name.strip(), value.strip()


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and len(text) <= 100


def bound(tree: exp.Select, params: Mapping[str, ParameterValue]) -> exp.Select:
    """The tree with literals in the places of its parameters; raises Refused where one is missing or left over."""
    found = list(tree.find_all(exp.Placeholder)) if tree.meta["parameters"] else []
    for node in found:
        if not node.this or not _is_name(str(node.this)):
            raise refusal(node, "parameters have names", ":p1")
    names = {str(node.this) for node in found}
    for name in params:
        if name not in names:
            raise Refused(f"params: the query has no parameter :{_printable(name)}; bind only those that it names")
    if not names:
        return tree
    copy = tree.copy()
    for node in list(copy.find_all(exp.Placeholder)):
        name = str(node.this)
        if name not in params:
            raise refusal(node, f"the parameter :{_printable(name)} is not bound", f"params: {name}=value")
        node.replace(_literal(name, params[name]))
    return copy


def _printable(name: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in name[:100])


def _literal(name: str, value: object) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float):
        return _number(name, repr(value))
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        raise Refused(f"params: {_printable(name)}: expected text, a number or a truth value")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return exp.Literal.string(value[1:-1])
    if value.lower() in ("true", "false"):
        made: exp.Expr = exp.Boolean(this=value.lower() == "true")
    elif _is_number(value):
        made = _number(name, value)
    else:
        return exp.Literal.string(value)
    # Compared with a string column, it is the text that was sent: see conditions.
    made.meta["text"] = value
    return made


def _is_number(text: str) -> bool:
    digits = text.lstrip("+-")
    return text.isascii() and len(text) - len(digits) <= 1 and digits[:1].isdigit() and "_" not in text and _reads(text)


def _reads(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _number(name: str, text: str) -> exp.Expr:
    if not _is_number(text) or len(text) > 100:
        raise Refused(f"params: {_printable(name)}: expected a number of at most 100 digits")
    number = exp.Literal.number(text.lstrip("+-"))
    return exp.Neg(this=number) if text.startswith("-") else number
