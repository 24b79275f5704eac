"""The report in three ways: loss distributions are an upper bound that is never above epsilons that are added up."""

import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from quarantine.domain.accounting import epsilon_of
from quarantine.domain.loss import BESIDE, MISSING, composed, report

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import json, sys
from fractions import Fraction
from quarantine.domain.loss import report
for line in json.loads(sys.stdin.read()):
    found = report([(Fraction(epsilon), delta, mechanisms) for epsilon, delta, mechanisms in line])
    print(json.dumps([found.added, found.delta, found.zcdp, found.distributions, found.why]))
"""
Charges = list[tuple[str, float, list[dict[str, Any]]]]


def laplace(epsilon: str, times: int = 1) -> Charges:
    return [(epsilon, 0.0, [{"name": "discrete Laplace", "epsilon": float(epsilon), "delta": 0.0, "rho": 0.0}])] * times


def gaussian(epsilon: str, rho: float, delta: float, times: int) -> Charges:
    noise = {"name": "discrete Gaussian", "epsilon": float(epsilon), "delta": delta, "rho": rho}
    return [(epsilon, delta, [noise])] * times


THRESHOLD: Charges = [("0.2", 1e-7, [{"name": "discrete Laplace with threshold", "epsilon": 0.2, "delta": 1e-7}])] * 5
CASES = {
    "one": laplace("1"),
    "many": laplace("0.1", 100),
    "mixed": laplace("0.1", 20) + laplace("0.35", 3) + THRESHOLD,
    "untold": [("0.5", 0.0, [])],
    "noise": gaussian("0.5", 0.004, 1e-6, 30),
    "large": laplace("90", 2),
    "nothing": [],
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """The reports of all cases, from a process of its own: what it loads stays there."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(list(CASES.values())),
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(CASES, lines, strict=True))


@pytest.mark.parametrize("case", [name for name in CASES if name != "large"])
def test_loss_distributions_are_at_most_the_epsilons_that_are_added_up(found: dict[str, Any], case: str) -> None:
    added, _, _, distributions, why = found[case]
    assert 0 <= distributions <= added and not why


def test_one_laplace_mechanism_comes_to_its_closed_form(found: dict[str, Any]) -> None:
    # delta = 1 - exp((epsilon' - epsilon) / 2)
    closed = 1 + 2 * math.log(1 - BESIDE)
    assert closed <= found["one"][3] + 1e-9
    assert found["one"][3] == pytest.approx(closed, abs=1e-3)


def test_many_pure_mechanisms_come_to_what_randomized_response_comes_to(found: dict[str, Any]) -> None:
    times, epsilon = 100, 0.1
    yes = 1 / (1 + math.exp(-epsilon))

    def delta(at: float) -> float:
        terms = ((2 * k - times) * epsilon for k in range(times + 1))
        chances = (math.comb(times, k) * yes**k * (1 - yes) ** (times - k) for k in range(times + 1))
        return math.fsum(p * max(0.0, 1 - math.exp(at - loss)) for p, loss in zip(chances, terms, strict=True))

    many = found["many"][3]
    assert delta(many) <= BESIDE < delta(many - 0.02)
    assert many < found["many"][2] < found["many"][0], "distributions are tighter than zCDP, and that than adding up"


def test_several_gaussians_come_to_no_less_than_their_closed_form(found: dict[str, Any]) -> None:
    added, paid, _, distributions, _ = found["noise"]
    normal, mu = NormalDist(), math.sqrt(2 * 0.004 * 30)

    def delta(at: float) -> float:
        return normal.cdf(mu / 2 - at / mu) - math.exp(at) * normal.cdf(-mu / 2 - at / mu)

    # Balle and Wang 2018: the least epsilon that is true of the sum of all.
    assert delta(distributions) <= paid + BESIDE
    assert distributions == pytest.approx(epsilon_of(0.004 * 30, paid), abs=1e-3)
    assert distributions < added


def test_without_the_extra_and_beyond_its_reach_the_report_says_so(found: dict[str, Any]) -> None:
    assert found["large"][3] is None and "too large" in found["large"][4]


def test_without_the_extra_the_report_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "dp_accounting.pld.common", None)
    assert composed([0.1]) == MISSING
    made = report([(Fraction("0.1"), 0.0, [{"epsilon": 0.1}])] * 3)
    assert (made.distributions, made.why, made.charges) == (None, MISSING, 3)
    assert made.added == pytest.approx(0.3)
    assert made.rho == pytest.approx(0.015)
