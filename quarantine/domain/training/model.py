"""A fitted model: a few numbers per feature, or trees; all of it made from noisy sums, so that it can be shown."""

import msgspec

from quarantine.domain.privacy.fragments import Fragments
from quarantine.domain.privacy.integers import big
from quarantine.domain.training.encoding import STEPS

# Scores in SQL are whole numbers of this fraction: fine enough to rank by, and within 64 bits (see `scores`).
FRACTION = 2**32
LARGEST_WEIGHT = 2.0**13
LARGEST_SQUARE = 2.0**12


class Tree(msgspec.Struct, frozen=True):
    """A whole binary tree: node i has the children 2i + 1 and 2i + 2, a row goes left where its feature is at most the
    threshold (in steps). `leaves` are the shares of each class, from left to right.
    """

    features: list[int]
    thresholds: list[int]
    leaves: list[list[float]] = []

    def leaf(self) -> Fragments:
        """The number of a row's leaf as SQL."""
        return (self._branch(0, [str(number) for number in range(len(self.features) + 1)]),)

    def share(self, number: int, unit: float) -> str:
        """The share of a class in the row's leaf as SQL, a whole number of 1 / unit."""
        return self._branch(0, [big(round(leaf[number] * unit)) for leaf in self.leaves])

    def _branch(self, node: int, ends: list[str]) -> str:
        if node >= len(self.features):
            return ends[node - len(self.features)]
        left, right = (self._branch(2 * node + side, ends) for side in (1, 2))
        return f"CASE WHEN z{self.features[node]} <= {self.thresholds[node]} THEN {left} ELSE {right} END"


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of features between -1 and 1: squares of them times `squares`, plus they times `weights`, plus `bias`.

    A row for each score. With `trees` a score is a class's share, averaged over the trees.
    """

    bias: list[float] = []
    weights: list[list[float]] = []
    squares: list[list[float]] = []
    trees: list[Tree] = []

    def scores(self) -> tuple[Fragments, ...]:
        """The scores as SQL, in 1 / FRACTION: whole numbers whose sum fits 64 bits, the same in every engine."""
        return self._forest() if self.trees else tuple(self._affine(i) for i in range(len(self.bias)))

    def _affine(self, number: int) -> Fragments:
        terms = [big(_whole(self.bias[number], 2.0**20, FRACTION))]
        for i, weight in enumerate(self.weights[number]):
            terms.append(f"z{i} * {big(_whole(weight, LARGEST_WEIGHT, FRACTION // STEPS))}")
        for i, weight in enumerate(self.squares[number] if self.squares else []):
            terms.append(f"z{i} * z{i} * {big(_whole(weight, LARGEST_SQUARE, FRACTION // STEPS**2))}")
        return (f"({' + '.join(terms)})",)

    def _forest(self) -> tuple[Fragments, ...]:
        unit = FRACTION / len(self.trees)
        classes = range(len(self.trees[0].leaves[0]))
        return tuple((f"({' + '.join(tree.share(each, unit) for tree in self.trees)})",) for each in classes)


def _whole(weight: float, largest: float, unit: int) -> int:
    return round(max(-largest, min(largest, weight)) * unit)
