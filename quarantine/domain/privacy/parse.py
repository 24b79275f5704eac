"""SQL text to a tree that holds nothing but what the language allows.

Two gates: the text is measured before it is parsed (length, tokens, nesting), and every node of the tree, with each of
its parts, must stand on the list below. What the parser learns to read in the future is refused, not let through.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from quarantine.domain.errors import Invalid, Refused

LONGEST_TEXT = 20_000
MOST_TOKENS = 1_000
DEEPEST_NESTING = 32

# The parser logs the text of statements that it does not know; a query's text belongs into the job, not into a log.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_TWO = frozenset({"this", "expression"})
_ONE = frozenset({"this"})

# Node type -> the parts of it that may be filled.
ALLOWED: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {"expressions", "from_", "where", "group", "order", "limit", "offset", "having", "distinct", "with_", "joins"}
    ),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.Subquery: frozenset({"this", "alias"}),
    exp.From: _ONE,
    exp.Join: frozenset({"this", "on", "using", "side", "kind"}),
    exp.Union: _TWO,
    exp.Table: frozenset({"this", "db", "catalog", "alias"}),
    exp.TableAlias: _ONE,
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Column: frozenset({"this", "table", "db", "catalog"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Star: frozenset(),
    exp.Count: frozenset({"this", "big_int"}),
    exp.Sum: _ONE,
    exp.Avg: _ONE,
    exp.Distinct: frozenset({"expressions"}),
    exp.Where: _ONE,
    exp.Group: frozenset({"expressions"}),
    exp.Order: frozenset({"expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Paren: _ONE,
    exp.And: _TWO,
    exp.Or: _TWO,
    exp.Not: _ONE,
    exp.EQ: _TWO,
    exp.NEQ: _TWO,
    exp.LT: _TWO,
    exp.LTE: _TWO,
    exp.GT: _TWO,
    exp.GTE: _TWO,
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.ILike: frozenset({"this", "expression", "negate"}),
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), _TWO),
    exp.Is: _TWO,
    exp.Null: frozenset(),
    exp.Boolean: _ONE,
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Neg: _ONE,
    exp.Add: _TWO,
    exp.Sub: _TWO,
    exp.Mul: _TWO,
    exp.Div: frozenset({"this", "expression", "typed", "safe"}),
    exp.IntDiv: _TWO,
    exp.Mod: _TWO,
    exp.Cast: frozenset({"this", "to"}),
    exp.DataType: _ONE,
    exp.Having: _ONE,
    exp.Offset: frozenset({"expression"}),
    exp.Filter: _TWO,
    exp.CountIf: _ONE,
    **dict.fromkeys((exp.Variance, exp.VariancePop, exp.Stddev, exp.StddevSamp, exp.StddevPop), _ONE),
    **dict.fromkeys((exp.Min, exp.Max, exp.Median), _ONE),
    exp.Quantile: frozenset({"this", "quantile"}),
    exp.PercentileCont: _TWO,
    exp.PercentileDisc: _TWO,
    exp.WithinGroup: _TWO,
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true", "false"}),
    exp.Coalesce: frozenset({"this", "expressions"}),
    exp.Nullif: _TWO,
    **dict.fromkeys((exp.Least, exp.Greatest), frozenset({"this", "expressions", "ignore_nulls"})),
    exp.DPipe: frozenset({"this", "expression", "safe"}),
    exp.Concat: frozenset({"expressions", "safe", "coalesce"}),
    **dict.fromkeys((exp.Abs, exp.Floor, exp.Ceil, exp.Sqrt), _ONE),
    exp.Round: frozenset({"this", "decimals"}),
    exp.WidthBucket: frozenset({"this", "min_value", "max_value", "num_buckets"}),
    exp.TimestampTrunc: frozenset({"this", "unit"}),
    exp.Extract: _TWO,
    exp.Var: _ONE,
    **dict.fromkeys((exp.Year, exp.Quarter, exp.Month, exp.Week, exp.Day, exp.DayOfWeek, exp.Hour, exp.Minute), _ONE),
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Trim, exp.Length), _ONE),
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.Left: _TWO,
    exp.Placeholder: _ONE,
}

_STATEMENT = "one SELECT of aggregates over one table"
_REASONS: tuple[tuple[type[exp.Expr], str, str], ...] = (
    (exp.SetOperation, "queries cannot be combined", "FROM (SELECT ... UNION ALL SELECT ...) AS name"),
    (exp.Window, "window functions are not supported", "GROUP BY"),
    (exp.Parameter, "parameters have names", ":p1"),
    (exp.AggFunc, "this aggregate is not supported", "COUNT, SUM, AVG, VARIANCE, STDDEV, MIN, MAX, MEDIAN, QUANTILE"),
    (exp.Func, "this function is not supported", "ABS, ROUND, FLOOR, CEIL, COALESCE, LOWER, UPPER, date parts"),
)
_PARTS = {
    "method": "this join is not supported; write JOIN ... ON a.id = b.id",
    "qualify": "QUALIFY is not supported; use WHERE",
}


_UNION = "UNION leaves out equal rows, of different persons too; use UNION ALL, without BY NAME"


def shown(node: exp.Expr | str) -> str:
    """A piece of the user's SQL for a message: on one line, at most 100 characters."""
    try:
        text = (
            node
            if isinstance(node, str)
            else node.sql(dialect="duckdb", comments=False, unsupported_level=ErrorLevel.IGNORE)
        )
    except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError):
        text = type(node).__name__
    text = "".join(mark if mark.isprintable() else " " for mark in text)
    return text if len(text) <= 100 else text[:97] + "..."


def refusal(piece: exp.Expr | str, reason: str, right: str) -> Refused:
    """The one form of a refusal: the piece of SQL, why not, and what would be right."""
    return Refused(f"`{shown(piece)}`: {reason}; supported is: {right}")


@lru_cache(maxsize=256)
def parse(sql: str) -> exp.Select:
    """The checked tree of one SELECT; raises Invalid for what is no text, Refused for all outside the language.

    Kept, since a text is quoted, charged and run: trees are read only. Refusals are not kept.
    """
    tokens = _tokens(sql)
    try:
        statements = [tree for tree in DuckDB().parser().parse(tokens, sql) if tree is not None]
        if len(statements) != 1:
            raise Refused(f"expected one SQL statement, found {len(statements)}; send them one by one")
        tree = statements[0]
        _check(tree)
    except RecursionError:
        raise Refused("the SQL is nested too deeply; use fewer operators or parentheses inside each other") from None
    except SqlglotError as error:
        raise _unreadable(error) from None
    if not isinstance(tree, exp.Select):
        raise refusal(tree, "not a query", _STATEMENT)
    tree.meta["flat"] = tree.find(exp.Subquery, exp.CTE) is None
    tree.meta["parameters"] = tree.find(exp.Placeholder) is not None
    for item in tree.expressions:
        item.meta["label"] = item.alias or shown(item)
    return tree


def label(item: exp.Expr) -> str:
    """The header of a select item: its alias, or its SQL text."""
    return str(item.meta.get("label") or shown(item))


def _tokens(sql: str) -> list[Token]:
    if len(sql) > LONGEST_TEXT:
        raise Refused(f"the SQL has {len(sql)} characters; at most {LONGEST_TEXT} are allowed")
    if "\0" in sql or any("\ud800" <= mark <= "\udfff" for mark in sql):
        raise Invalid("the SQL holds characters that are not text (NUL or lone surrogates)")
    try:
        tokens = list(DuckDB().tokenize(sql))
    except SqlglotError as error:
        raise _unreadable(error) from None
    if len(tokens) > MOST_TOKENS:
        raise Refused(f"the SQL has {len(tokens)} words and signs; at most {MOST_TOKENS} are allowed")
    for index in range(len(tokens) - 1):
        colon, name = tokens[index], tokens[index + 1]
        if colon.token_type is TokenType.COLON and name.token_type is TokenType.VAR and name.start == colon.end + 1:
            # `:p1` is read where an expression is expected, `$p1` everywhere.
            tokens[index] = Token(TokenType.PARAMETER, "$", colon.line, colon.col, colon.start, colon.end)
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > DEEPEST_NESTING:
            raise Refused(f"parentheses are nested more than {DEEPEST_NESTING} deep")
    if not tokens:
        raise Refused(f"there is no SQL; expected {_STATEMENT}")
    return tokens


def _unreadable(error: SqlglotError) -> Refused:
    places = getattr(error, "errors", None) or [{}]
    line, column = places[0].get("line"), places[0].get("col")
    where = f" near line {line}, column {column}" if line and column else ""
    return Refused(f"the SQL cannot be read{where}; expected {_STATEMENT}")


def _check(tree: exp.Expr) -> None:
    if not isinstance(tree, exp.Select):
        raise _reason(tree)
    for node in tree.walk():
        parts = ALLOWED.get(type(node))
        if parts is None:
            raise _reason(node)
        for name, value in node.args.items():
            if value and name not in parts and not name.startswith("_"):
                said = (
                    _UNION
                    if isinstance(node, exp.Union)
                    else _PARTS.get(name) or f"`{name.strip('_')}` is not supported here; supported is: {_STATEMENT}"
                )
                raise Refused(f"`{shown(node)}`: {said}")


def _reason(node: exp.Expr) -> Refused:
    for kind, reason, right in _REASONS:
        if isinstance(node, kind):
            return refusal(node, reason, right)
    return refusal(node, f"{type(node).__name__} is not part of the language", _STATEMENT)
