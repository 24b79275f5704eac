"""The estimators that the trusted trainer fits: the names that they go by, and the parameters that each takes."""

import math
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from quarantine.domain.errors import Refused

Plain = bool | int | float | str | None
_SHOWN = 100


class Kind(StrEnum):
    """What is fitted."""

    LINEAR = "linear regression"
    LOGISTIC = "logistic regression"
    BAYES = "gaussian naive Bayes"
    FOREST = "random forest"
    CLUSTERS = "k-means"
    COMPONENTS = "principal components"

    @property
    def classifies(self) -> bool:
        """Whether the target is one of a few known values."""
        return self in (Kind.LOGISTIC, Kind.BAYES, Kind.FOREST)

    @property
    def supervised(self) -> bool:
        """Whether there is a target."""
        return self.classifies or self is Kind.LINEAR


class Number(msgspec.Struct, frozen=True):
    """A parameter that changes the model: its bounds, and what it is where nobody says."""

    lower: float
    upper: float
    default: float | None
    whole: bool = False


# The names are scikit-learn's, which diffprivlib and the SDK's examples share.
NAMES: Mapping[str, Kind] = {
    "LinearRegression": Kind.LINEAR,
    "Ridge": Kind.LINEAR,
    "LogisticRegression": Kind.LOGISTIC,
    "GaussianNB": Kind.BAYES,
    "RandomForestClassifier": Kind.FOREST,
    "KMeans": Kind.CLUSTERS,
    "PCA": Kind.COMPONENTS,
}
NUMBERS: Mapping[Kind, Mapping[str, Number]] = {
    Kind.LINEAR: {"alpha": Number(0, 1e9, 0.0)},
    Kind.LOGISTIC: {"C": Number(1e-6, 1e9, 1.0)},
    Kind.BAYES: {"var_smoothing": Number(0, 1, 1e-9)},
    Kind.FOREST: {"n_estimators": Number(1, 100, 10, whole=True), "max_depth": Number(1, 8, 5, whole=True)},
    Kind.CLUSTERS: {"n_clusters": Number(2, 32, 8, whole=True)},
    Kind.COMPONENTS: {"n_components": Number(1, 50, None, whole=True)},
}
# Others steer a solver that there is none of here.
IGNORED = frozenset(
    {"n_jobs", "verbose", "copy", "copy_X", "copy_x", "tol", "max_iter", "solver", "svd_solver", "iterated_power"}
    | {"n_oversamples", "power_iteration_normalizer", "algorithm", "init", "n_init", "dual", "l1_ratio"}
    | {"intercept_scaling", "multi_class", "criterion", "bootstrap", "shuffle"}
)
# What has one meaning here, and what it must be then.
FIXED: Mapping[str, tuple[Plain, ...]] = {
    "fit_intercept": (True,),
    "penalty": ("l2",),
    "whiten": (False,),
    "warm_start": (False,),
    "positive": (False,),
    "centered": (False,),
}
_OWN = "the run's target-epsilon is the whole price; leave it out"
_DECLARED = "bounds and classes come from the metadata, never from code; leave it out"
NOT_TAKEN: Mapping[str, str] = {
    "epsilon": _OWN,
    "delta": _OWN,
    "accountant": _OWN,
    "random_state": "there are no seeds: who knows one can take the noise off again; leave it out",
    **dict.fromkeys(("bounds", "bounds_X", "bounds_y", "data_norm", "classes"), _DECLARED),
}


def kind_of(name: str) -> Kind:
    """The estimator of this class name; raises Refused for one that cannot be made private here."""
    kind = NAMES.get(name)
    if kind is None:
        raise Refused(f"setup_model: {name[:_SHOWN]} cannot be fitted privately here; expected {', '.join(NAMES)}")
    return kind


def parameters_of(kind: Kind, given: Mapping[str, Plain]) -> dict[str, float]:
    """The parameters that change the model, defaults included; None means the default. Raises Refused."""
    declared = NUMBERS[kind]
    for name, value in given.items():
        if value is not None and name not in declared and name not in IGNORED:
            _check_other(kind, name, value)
    found = {name: _number(name, given.get(name), number) for name, number in declared.items()}
    return {name: value for name, value in found.items() if value is not None}


def _check_other(kind: Kind, name: str, value: Plain) -> None:
    if name in NOT_TAKEN:
        raise Refused(f"setup_model: {name}: {NOT_TAKEN[name]}")
    allowed = FIXED.get(name)
    if allowed is None:
        known = ", ".join(NUMBERS[kind]) or "none"
        raise Refused(f"setup_model: {name[:_SHOWN]} is no parameter of the {kind} here; it has: {known}")
    if value not in allowed:
        raise Refused(f"setup_model: {name}: only {allowed[0]!r} can be fitted here")


def _number(name: str, value: Plain, number: Number) -> float | None:
    if value is None:
        return number.default
    right = "a whole number" if number.whole else "a number"
    wrong = isinstance(value, bool | str) or not math.isfinite(value) or not number.lower <= value <= number.upper
    if wrong or (number.whole and value != int(value)):
        raise Refused(f"setup_model: {name}: expected {right} from {number.lower:g} to {number.upper:g}")
    return float(value)
