"""Differentially private SQL: text to a checked plan, a plan to a price and a statement, aggregates to an answer."""

from quarantine.domain.privacy.answer import FAILED, Answer, release
from quarantine.domain.privacy.compile import plan
from quarantine.domain.privacy.cost import Cost
from quarantine.domain.privacy.expected import Expected, expected
from quarantine.domain.privacy.guesses import rank_errors
from quarantine.domain.privacy.model import Mechanism, Plan
from quarantine.domain.privacy.parameters import named_parameters
from quarantine.domain.privacy.policy import Policy, requested_thresholds

__all__ = [
    "FAILED",
    "Answer",
    "Cost",
    "Expected",
    "Mechanism",
    "Plan",
    "Policy",
    "expected",
    "named_parameters",
    "plan",
    "rank_errors",
    "release",
    "requested_thresholds",
]
