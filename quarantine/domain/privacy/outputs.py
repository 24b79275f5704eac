"""SELECT, HAVING and ORDER BY as terms over keys and aggregates: what is computed after the noise."""

from typing import Protocol

from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.privacy.literals import dated, moment_literal, number_literal, whole_literal
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.terms import AnswerValue, Term
from quarantine.domain.privacy.values import branches

SUMMED = "COUNT, SUM, AVG, VARIANCE, STDDEV, MIN, MAX, MEDIAN or a quantile, or a column of GROUP BY"
AGGREGATES = (
    exp.Count,
    exp.CountIf,
    exp.Sum,
    exp.Avg,
    exp.Variance,
    exp.VariancePop,
    exp.Stddev,
    exp.StddevSamp,
    exp.StddevPop,
    exp.Min,
    exp.Max,
    exp.Median,
    exp.Quantile,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.WithinGroup,
    exp.Filter,
)
_NUMBER, _STRING, _BOOLEAN, _DATETIME, _NULL = "number", "string", "boolean", "datetime", "null"
_OPS: dict[type[exp.Expr], str] = {
    exp.Add: "add",
    exp.Sub: "sub",
    exp.Mul: "mul",
    exp.Div: "div",
    exp.Mod: "mod",
    exp.Neg: "neg",
    exp.Abs: "abs",
    exp.Floor: "floor",
    exp.Ceil: "ceil",
    exp.Sqrt: "sqrt",
    exp.Nullif: "nullif",
}
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "eq",
    exp.NEQ: "ne",
    exp.LT: "lt",
    exp.LTE: "le",
    exp.GT: "gt",
    exp.GTE: "ge",
}


class Names(Protocol):
    """What the terms of a query may speak of."""

    def key(self, node: exp.Expr) -> Term | None:
        """The key that the expression is, if any."""

    def aggregate(self, node: exp.Expr) -> Term:
        """The aggregate; raises Refused for what is none."""

    def named(self, node: exp.Column) -> Term:
        """What a name that is no key means here: an alias of the select list where that is allowed; or Refused."""


def term(node: exp.Expr, names: Names) -> Term:
    """The term of a checked expression; raises Refused."""
    if isinstance(node, exp.Paren):
        return term(node.this, names)
    if isinstance(node, AGGREGATES):
        return names.aggregate(node)
    found = names.key(node)
    if found is not None:
        return found
    if isinstance(node, exp.Column):
        return names.named(node)
    if isinstance(node, exp.Literal | exp.Boolean | exp.Null):
        return _literal(node)
    if isinstance(node, exp.Star):
        raise refusal(node, "a star selects every column, so every person's row", SUMMED)
    return _operation(node, names)


def truth(node: exp.Expr, names: Names) -> Term:
    """The condition over answers; raises Refused for what is none."""
    found = term(node, names)
    if found.kind != _BOOLEAN:
        raise refusal(node, "not a condition", "comparisons of aggregates and keys with AND, OR, NOT, BETWEEN, IN")
    return found


def _literal(node: exp.Expr) -> Term:
    if isinstance(node, exp.Null):
        return Term("literal", _NULL)
    if isinstance(node, exp.Boolean):
        return Term("literal", _BOOLEAN, literal=bool(node.this))
    if node.args.get("is_string"):
        return Term("literal", _STRING, literal=str(node.this))
    value = number_literal(node)
    return Term("literal", _NUMBER, literal=int(value) if value.denominator == 1 else float(value))


def _operation(node: exp.Expr, names: Names) -> Term:
    if type(node) in _OPS:
        parts = [node.this, node.args.get("expression")]
        return Term(_OPS[type(node)], _NUMBER, tuple(_number(part, names) for part in parts if part is not None))
    if isinstance(node, exp.Round):
        decimals = node.args.get("decimals")
        places = whole_literal(decimals, -18, 18) if decimals is not None else 0
        return Term("round", _NUMBER, (_number(node.this, names), Term("literal", _NUMBER, literal=places)))
    if type(node) in _SIGNS:
        return _compared(_SIGNS[type(node)], node, term(node.this, names), term(node.expression, names))
    if isinstance(node, exp.And | exp.Or):
        word = "and" if isinstance(node, exp.And) else "or"
        return Term(word, _BOOLEAN, tuple(truth(part, names) for part in node.flatten()))
    if isinstance(node, exp.Not):
        return Term("not", _BOOLEAN, (truth(node.this, names),))
    return _form(node, names)


def _form(node: exp.Expr, names: Names) -> Term:
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return Term("null", _BOOLEAN, (term(node.this, names),))
    if isinstance(node, exp.Between):
        value, low, high = (term(node.args[part], names) for part in ("this", "low", "high"))
        return Term("and", _BOOLEAN, (_compared("ge", node, value, low), _compared("le", node, value, high)))
    if isinstance(node, exp.In) and node.expressions:
        value = term(node.this, names)
        options = tuple(_compared("eq", node, value, term(option, names)) for option in node.expressions)
        return Term("or", _BOOLEAN, options)
    if isinstance(node, exp.Coalesce):
        return _same(node, "coalesce", [term(part, names) for part in (node.this, *node.expressions)])
    if isinstance(node, exp.Case | exp.If):
        return _case(node, names)
    if isinstance(node, exp.Cast):
        return _cast(node, names)
    raise refusal(node, "this cannot be selected", SUMMED)


def _number(node: exp.Expr, names: Names) -> Term:
    found = term(node, names)
    if found.kind not in (_NUMBER, _NULL):
        raise refusal(
            node, f"arithmetic needs numbers, and this is a {found.kind}", "aggregates, numbers and keys of type int"
        )
    return found


def _compared(op: str, node: exp.Expr, left: Term, right: Term) -> Term:
    for one, other in ((left, right), (right, left)):
        if one.kind == _DATETIME and other.op == "literal" and isinstance(other.literal, str):
            moment: AnswerValue = moment_literal(node, other.literal)
            fixed = Term("literal", _DATETIME, literal=moment)
            left, right = (left, fixed) if other is right else (fixed, right)
    if left.kind != right.kind or left.kind == _NULL:
        raise refusal(node, f"a {left.kind} is compared with a {right.kind}", f"a {left.kind} on both sides")
    return Term(op, _BOOLEAN, (left, right))


def _same(node: exp.Expr, op: str, args: list[Term], results: list[Term] | None = None) -> Term:
    kinds = {arg.kind for arg in (results or args)} - {_NULL}
    if len(kinds) > 1:
        raise refusal(node, "the results are of several types", "one type for all of them")
    return Term(op, kinds.pop() if kinds else _NULL, tuple(args))


def _case(node: exp.Expr, names: Names) -> Term:
    tests, results = branches(node)
    asked, found = [truth(test, names) for test in tests], [term(result, names) for result in results]
    args = [part for pair in zip(asked, found, strict=False) for part in pair]
    return _same(node, "case", args + found[len(asked) :], found)


def _cast(node: exp.Cast, names: Names) -> Term:
    if isinstance(node.this, exp.Literal) and node.this.is_string:
        return Term("literal", _DATETIME, literal=dated(node))
    if node.to.sql().upper() in ("DOUBLE", "FLOAT", "REAL"):
        return _number(node.this, names)
    raise refusal(node, "this cast is not supported", "ROUND or FLOOR for whole numbers, CAST(x AS DOUBLE)")


def position(node: exp.Expr, length: int) -> int | None:
    """The place in the select list (from 0) that a number means; None for what is no number. Raises Refused."""
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    digits = str(node.this)
    if not digits.isdecimal() or len(digits) > 9 or not 1 <= int(digits) <= length:
        raise refusal(node, "there is no such position in the select list", f"1 to {length}")
    return int(digits) - 1


def rows(node: exp.Expr | None, word: str) -> int | None:
    """The number of LIMIT or OFFSET; raises Refused."""
    if node is None:
        return None
    count = node.expression
    if not isinstance(count, exp.Literal) or count.is_string or not str(count.this).isdecimal():
        raise refusal(node, f"{word} takes a whole number", f"{word} 10")
    return min(int(str(count.this)[:18]), 10**18)


def single(node: exp.Expr) -> Refused:
    """Why a column that is no key cannot stand alone."""
    return refusal(node, "single values are never shown", f"{SUMMED}; or add it to GROUP BY")
