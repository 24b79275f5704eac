"""Literals of the SQL: numbers exactly, moments without a zone."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlglot import exp

from quarantine.domain.privacy.parse import refusal


def number_literal(node: exp.Expr) -> Fraction:
    """The number, exactly; raises Refused for what is none, or has more than 100 digits or decimals."""
    try:
        value = Decimal(str(node.this)) if isinstance(node, exp.Literal) and not node.is_string else Decimal("x")
    except InvalidOperation:
        raise refusal(node, "not a decimal number", "digits, a point, an exponent") from None
    if not value.is_finite() or len(str(node.this)) > 100 or (value and abs(value.adjusted()) > 100):
        raise refusal(node, "too long, too large or too close to zero", "up to 100 digits, 1e-100 to 1e100")
    return Fraction(value)


def whole_literal(node: exp.Expr, low: int, high: int) -> int:
    """A whole number within the range, with its sign; raises Refused."""
    negative = isinstance(node, exp.Neg)
    inner = node.this if negative else node
    if isinstance(inner, exp.Literal) and not inner.is_string:
        value = number_literal(inner) * (-1 if negative else 1)
        if value.denominator == 1 and low <= value <= high:
            return int(value)
    raise refusal(node, "not a whole number in range", f"a literal from {low} to {high}")


def moment_literal(node: exp.Expr, text: str) -> datetime:
    """The date or time that the text of `node` names; raises Refused."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        value = None
    if value is None or value.tzinfo is not None:
        raise refusal(node, "not a date or time without a zone", "'2020-01-31' or '2020-01-31 12:00:00'")
    return value


def dated(node: exp.Cast) -> datetime:
    """`DATE '...'` or `TIMESTAMP '...'`; raises Refused for every other cast."""
    words = {"DATE", "TIMESTAMP", "TIMESTAMPNTZ", "DATETIME"}
    if node.to.sql().upper() not in words or not isinstance(node.this, exp.Literal) or not node.this.is_string:
        raise refusal(node, "casts of this are not supported", "DATE '2020-01-31' or TIMESTAMP '2020-01-31 12:00:00'")
    return moment_literal(node, str(node.this.this))
