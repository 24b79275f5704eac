"""The price of a release."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """A privacy loss: pure `epsilon` plus the probability `delta` with which it may be exceeded. Costs add up."""

    epsilon: float
    delta: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.epsilon + other.epsilon, self.delta + other.delta)
