"""The price and the noise of a plan: from metadata and SQL alone, the whole query's epsilon, split, never exceeded."""

import json
import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata
from quarantine.domain.privacy import Cost, plan
from quarantine.domain.privacy.compile import DEFAULT_DELTA
from quarantine.domain.privacy.model import Kind

BAD_NUMBERS = [float("nan"), float("inf"), -1, 1e308, "1", True, None]


@pytest.mark.parametrize("epsilon", [*BAD_NUMBERS, 0])
def test_an_epsilon_that_is_no_positive_number_is_invalid(metadata: Metadata, epsilon: object) -> None:
    with pytest.raises(Invalid, match="epsilon"):
        plan("SELECT COUNT(*) FROM census", metadata, epsilon=epsilon)  # type: ignore[arg-type]


@pytest.mark.parametrize("tau", BAD_NUMBERS)
def test_a_tau_that_is_no_number_is_invalid(metadata: Metadata, tau: object) -> None:
    with pytest.raises(Invalid, match="tau"):
        plan("SELECT COUNT(*) FROM census", metadata, epsilon=1, tau=tau)  # type: ignore[arg-type]


@pytest.mark.parametrize("delta", [float("nan"), 0, 1, -1e-9, "1e-7", True])
def test_a_delta_that_is_no_small_number_is_invalid(metadata: Metadata, delta: object) -> None:
    with pytest.raises(Invalid, match="delta"):
        plan("SELECT COUNT(*) FROM census", metadata, epsilon=1, delta=delta)  # type: ignore[arg-type]


def test_outputs_share_measurements(metadata: Metadata) -> None:
    sql = "SELECT sex, COUNT(*), COUNT(age), AVG(age), SUM(age), AVG(age) AS again FROM census GROUP BY sex"
    made = plan(sql, metadata, epsilon=1.0)
    assert [measured.kind for measured in made.measurements] == [Kind.ROWS, Kind.CENTRED]
    assert sum(mechanism.epsilon for mechanism in made.mechanisms) == pytest.approx(1.0)
    assert made.cost == Cost(1.0, 0.0)


def test_an_average_of_a_column_with_nulls_pays_for_its_own_count(metadata: Metadata) -> None:
    made = plan("SELECT COUNT(*), AVG(income) FROM census", metadata, epsilon=1.0)
    assert [measured.kind for measured in made.measurements] == [Kind.ROWS, Kind.PRESENT, Kind.CENTRED]


def test_sensitivities_are_those_of_one_person(metadata: Metadata) -> None:
    made = plan(
        "SELECT COUNT(DISTINCT user_id), AVG(age), SUM(income), SUM(balance) FROM census", metadata, epsilon=1.0
    )
    found = {(m.kind, m.column): m.sensitivity for m in made.measurements}
    scale = {column.name: column.scale for column in metadata.tables[0].columns}
    assert found[Kind.PERSONS, "user_id"] == 1
    assert found[Kind.ROWS, ""] == 3
    assert found[Kind.CENTRED, "age"] == 3 * 36
    assert found[Kind.SUM, "income"] == 3 * 200_000.5 * scale["income"]
    assert found[Kind.CENTRED, "balance"] == 3 * 50 * scale["balance"]


def test_persons_in_groups_count_once_per_group(metadata: Metadata) -> None:
    made = plan("SELECT sex, COUNT(DISTINCT user_id) FROM census GROUP BY sex", metadata, epsilon=1.0)
    assert made.measurements[0].sensitivity == 3


def test_row_privacy_protects_one_row(make_metadata: Callable[..., Metadata]) -> None:
    made = plan("SELECT COUNT(*) FROM census", make_metadata(row_privacy=True), epsilon=1.0)
    assert (made.privacy_unit, made.measurements[0].sensitivity) == (None, 1)


@given(st.floats(min_value=1e-3, max_value=1e3), st.integers(min_value=1, max_value=9))
def test_shares_never_add_up_to_more_than_epsilon(metadata: Metadata, epsilon: float, outputs: int) -> None:
    columns = ["COUNT(*)", "COUNT(town)", "COUNT(visits)", "COUNT(income)", "AVG(age)", "SUM(income)", "SUM(grade)"]
    columns += ["COUNT(DISTINCT user_id)", "SUM(balance)"]
    made = plan(f"SELECT {', '.join(columns[:outputs])} FROM census", metadata, epsilon=epsilon)
    assert sum(Fraction(mechanism.epsilon) for mechanism in made.mechanisms) <= Fraction(epsilon)
    assert all(m.scale * m.epsilon >= m.sensitivity * (1 - 1e-12) for m in made.mechanisms)


def test_public_groups_cost_no_delta(metadata: Metadata) -> None:
    made = plan("SELECT sex, active, grade, COUNT(*) FROM census GROUP BY 1, 2, 3", metadata, epsilon=1.0)
    assert (made.threshold, made.cost.delta) == (None, 0.0)
    assert len(list(made.public_cells())) == 2 * 2 * 4


def test_too_many_public_groups_are_refused(make_metadata: Callable[..., Metadata]) -> None:
    values = tuple(range(101))
    columns = tuple(Column(name=name, type=ColumnType.INT, nullable=False, allowed_values=values) for name in "ab")
    with pytest.raises(Refused, match="10201 groups"):
        plan("SELECT COUNT(*) FROM census GROUP BY a, b", make_metadata(columns=columns), epsilon=1.0)


@pytest.mark.parametrize("keys", ["town", "visits", "born", "age", "sex, town"])
def test_one_private_key_puts_a_threshold_on_all_groups(metadata: Metadata, keys: str) -> None:
    made = plan(f"SELECT SUM(balance) FROM census GROUP BY {keys}", metadata, epsilon=1.0)
    assert made.threshold is not None
    assert 0 < made.cost.delta <= DEFAULT_DELTA
    assert made.mechanisms[0].measurement == "count of rows"


@given(tau=st.floats(min_value=0, max_value=1e6), own=st.none() | st.floats(min_value=0, max_value=1e6))
def test_tau_raises_the_threshold_and_never_lowers_it(
    make_metadata: Callable[..., Metadata], tau: float, own: float | None
) -> None:
    sql = "SELECT town, COUNT(*) FROM census GROUP BY town"
    safe = plan(sql, make_metadata(), epsilon=1.0)
    made = plan(sql, make_metadata(tau=own), epsilon=1.0, tau=tau)
    assert safe.threshold is not None and made.threshold is not None
    assert made.threshold >= max(safe.threshold, tau, own or 0)
    assert made.cost.delta <= safe.cost.delta


def test_the_threshold_s_delta_is_the_one_of_the_design(make_metadata: Callable[..., Metadata]) -> None:
    made = plan(
        "SELECT town, COUNT(*) FROM census GROUP BY town", make_metadata(max_ids=5), epsilon=1.0, tau=80, delta=1e-6
    )
    assert made.threshold == 80
    assert made.cost.delta == pytest.approx(6.9e-7, rel=0.01)


def test_censor_dims_off_does_not_switch_the_threshold_off(make_metadata: Callable[..., Metadata]) -> None:
    made = plan("SELECT town, COUNT(*) FROM census GROUP BY town", make_metadata(censor_dims=False), epsilon=1.0)
    assert made.threshold is not None


@pytest.mark.parametrize("name", ["", "user_id", "USER_ID", " user_id "])
def test_the_private_column_may_repeat_the_privacy_unit(metadata: Metadata, name: str) -> None:
    assert plan("SELECT COUNT(*) FROM census", metadata, epsilon=1.0, private_column=name).privacy_unit == "user_id"


@pytest.mark.parametrize("name", ["age", "town", "nothing", "user_id; DROP"])
def test_any_other_private_column_is_refused(metadata: Metadata, name: str) -> None:
    with pytest.raises(Refused, match="private_column"):
        plan("SELECT COUNT(*) FROM census", metadata, epsilon=1.0, private_column=name)


def test_row_privacy_takes_no_private_column(make_metadata: Callable[..., Metadata]) -> None:
    with pytest.raises(Refused, match="private_column"):
        plan("SELECT COUNT(*) FROM census", make_metadata(row_privacy=True), epsilon=1.0, private_column="user_id")


def test_the_same_question_has_the_same_plan(metadata: Metadata) -> None:
    sql = "SELECT town, AVG(income) FROM census WHERE age > 30 GROUP BY town"
    assert plan(sql, metadata, epsilon=0.7) == plan(sql, metadata, epsilon=0.7)


def test_the_ledger_entries_are_json(metadata: Metadata) -> None:
    made = plan("SELECT town, AVG(income) FROM census GROUP BY town", metadata, epsilon=1.0)
    entries = json.loads(json.dumps(made.ledger_entries()))
    assert [entry["measurement"] for entry in entries] == [
        "count of rows",
        "count of income",
        "sum of income around its midpoint",
    ]
    assert sum(entry["delta"] for entry in entries) == made.cost.delta


def test_bounds_too_large_for_the_noise_are_refused(make_metadata: Callable[..., Metadata]) -> None:
    huge = Column(name="huge", type=ColumnType.INT, lower=0, upper=2**62)
    none = Column(name="none", type=ColumnType.INT, lower=0.2, upper=0.8)
    changed = make_metadata(columns=(huge, none))
    for column in ("huge", "none"):
        with pytest.raises(Refused, match="bounds"):
            plan(f"SELECT SUM({column}) FROM census", changed, epsilon=1.0)


@pytest.mark.parametrize("epsilon", [1e-9, 1e6])
def test_the_ends_of_the_epsilon_range_are_planned_or_invalid(metadata: Metadata, epsilon: float) -> None:
    for sql in ("SELECT SUM(income) FROM census", "SELECT town, COUNT(*) FROM census GROUP BY town"):
        try:
            assert plan(sql, metadata, epsilon=epsilon).cost.epsilon == epsilon
        except Invalid as error:
            assert "epsilon" in error.message


def test_the_error_of_counts_and_sums_is_known_before_the_query_runs(metadata: Metadata) -> None:
    made = plan("SELECT sex, COUNT(*), SUM(balance), AVG(age) FROM census GROUP BY sex", metadata, epsilon=1.0)
    key, count, total, average = made.half_widths()
    assert (key, average) == (None, None)
    # ln(20) times a scale of three rows over their share of epsilon; the sum also carries its share of the count.
    shares = {m.measurement: m.epsilon for m in made.mechanisms}
    assert count == math.ceil(math.log(20) * 3 / shares["count of rows"])
    assert total == pytest.approx(math.log(40) * 3 * 50 / shares["sum of balance around its midpoint"], rel=0.01)
