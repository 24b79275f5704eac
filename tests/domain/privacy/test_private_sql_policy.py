"""The owner's policy in the plan: hidden and private columns, public ones, and the smallest groups that are shown."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata
from quarantine.domain.privacy import Policy, plan, release, requested_thresholds

EXACT = 1e6
HIDDEN = Policy(hidden=("Town",))
# Every way to speak of a column that anybody has thought of.
WAYS = [
    "SELECT COUNT(*) FROM census WHERE town = 'a'",
    "SELECT COUNT(*) FROM census WHERE town IS NULL",
    "SELECT COUNT(*) FROM census WHERE NOT (age > 1 AND town LIKE 'a%')",
    "SELECT COUNT(*) FROM census WHERE town > 5",
    "SELECT COUNT(*) FROM census WHERE 'a' IN (town)",
    "SELECT COUNT(*) FROM census c WHERE c.ToWn < c.region",
    "SELECT COUNT(*) FROM census GROUP BY town",
    "SELECT town AS sex, COUNT(*) FROM census GROUP BY sex",
    "SELECT town AS t, COUNT(*) FROM census GROUP BY t",
    "SELECT town, COUNT(*) FROM census GROUP BY 1",
    "SELECT census.town FROM census",
    "SELECT town FROM census ORDER BY town",
    "SELECT COUNT(*) FROM census ORDER BY town",
    "SELECT COUNT(*) FROM census ORDER BY COUNT(town)",
    "SELECT COUNT(town) AS age FROM census ORDER BY age",
    "SELECT COUNT(DISTINCT town) FROM census",
    "SELECT SUM(town) FROM census",
    "SELECT SUM(town * 1000) FROM census",
    'SELECT COUNT("TOWN") FROM public.census',
    "SELECT COUNT(adult.public.census.town) FROM census",
    "SELECT town FROM census LIMIT 1",
]


@pytest.mark.parametrize("sql", WAYS)
def test_a_hidden_column_is_answered_the_same_way_whatever_is_done_with_it(metadata: Metadata, sql: str) -> None:
    with pytest.raises(Refused, match="the data owner has hidden this column") as refused:
        plan(sql, metadata, epsilon=1.0, policy=HIDDEN)
    assert "town" not in refused.value.message.split("supported is")[1]


def test_a_star_does_not_show_a_hidden_column(metadata: Metadata) -> None:
    for star in ("*", "census.*"):
        with pytest.raises(Refused, match="star"):
            plan(f"SELECT {star} FROM census", metadata, epsilon=1.0, policy=HIDDEN)


def test_the_privacy_unit_can_be_hidden(metadata: Metadata) -> None:
    with pytest.raises(Refused, match="hidden this column"):
        plan("SELECT COUNT(DISTINCT user_id) FROM census", metadata, epsilon=1.0, policy=Policy(hidden=("user_id",)))


def test_a_string_or_an_alias_that_looks_like_a_hidden_column_is_none(metadata: Metadata) -> None:
    sql = "SELECT sex, COUNT(*) AS town FROM census WHERE region = 'town' GROUP BY sex ORDER BY town"
    assert plan(sql, metadata, epsilon=1.0, policy=HIDDEN).order[0].term.op == "aggregate"


@pytest.mark.parametrize("name", ["secret", "phone", "user_id"])
def test_hidden_comes_before_every_other_reason(metadata: Metadata, name: str) -> None:
    with pytest.raises(Refused, match="hidden this column"):
        plan(f"SELECT COUNT({name}) FROM census", metadata, epsilon=1.0, policy=Policy(hidden=(name,)))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) FROM census WHERE age > 3",
        "SELECT COUNT(*) FROM census c WHERE 3 < c.AGE + 1",
        "SELECT COUNT(*) FROM census WHERE age IS NOT NULL",
        "SELECT COUNT(*) FROM census WHERE income > age",
        "SELECT age, COUNT(*) FROM census GROUP BY age",
        'SELECT "Age" AS a, COUNT(*) FROM census GROUP BY a',
        "SELECT age FROM census",
        "SELECT COUNT(*) FROM census ORDER BY age",
    ],
)
def test_a_private_column_is_never_shown_grouped_filtered_or_ordered_by(metadata: Metadata, sql: str) -> None:
    with pytest.raises(Refused, match="aggregated only"):
        plan(sql, metadata, epsilon=1.0, policy=Policy(private=("age",), public=("age",)))


def test_a_private_column_can_be_aggregated_and_ordered_by_the_aggregate(metadata: Metadata) -> None:
    sql = "SELECT sex, COUNT(age), SUM(age), AVG(age) AS a FROM census GROUP BY sex ORDER BY a, SUM(age) DESC"
    with_mask = plan(sql, metadata, epsilon=1.0, policy=Policy(private=("AGE",)))
    assert with_mask == plan(sql, metadata, epsilon=1.0)


def test_a_public_column_is_used_although_the_metadata_does_not_make_it_selectable(metadata: Metadata) -> None:
    sql = "SELECT secret, COUNT(*) FROM census WHERE secret <> 'x' GROUP BY secret"
    made = plan(sql, metadata, epsilon=1.0, policy=Policy(public=("secret",)))
    assert made.threshold is not None and made.cost.delta > 0


@pytest.mark.parametrize(("name", "reason"), [("phone", "masked"), ("user_id", "protected persons")])
def test_public_lifts_neither_a_mask_nor_the_privacy_unit(metadata: Metadata, name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        plan(f"SELECT COUNT({name}) FROM census", metadata, epsilon=1.0, policy=Policy(public=(name,)))


def test_public_changes_no_noise_threshold_or_price(metadata: Metadata) -> None:
    sql = "SELECT town, AVG(income) FROM census WHERE age > 30 GROUP BY town"
    every = tuple(column.name for column in metadata.tables[0].columns)
    assert plan(sql, metadata, epsilon=1.0, policy=Policy(public=every)) == plan(sql, metadata, epsilon=1.0)


def test_masks_match_as_sql_does(make_metadata: Callable[..., Metadata]) -> None:
    names = ("Age", "AGE", "other")
    columns = tuple(Column(name=name, type=ColumnType.INT, selectable=name == "other") for name in names)
    changed = make_metadata(columns=columns)

    def allowed(name: str, policy: Policy) -> bool:
        try:
            return bool(plan(f'SELECT COUNT("{name}") FROM census', changed, epsilon=1.0, policy=policy))
        except Refused:
            return False

    assert [allowed(name, Policy(public=("Age",))) for name in names] == [True, False, True]
    assert [allowed(name, Policy(public=("Age", "AGE"), hidden=("age",))) for name in names] == [False, False, True]
    # A name that may mean either lifts neither.
    assert [allowed(name, Policy(public=("age",))) for name in names] == [False, False, True]


SQL = "SELECT town, COUNT(*) FROM census GROUP BY town"


@pytest.mark.parametrize(
    ("own", "tau", "policy", "expected"),
    [
        (None, 0, {}, 0),
        (200, 0, {}, 200),
        (None, 300, {}, 300),
        (200, 0, {"thresholds": {"town": 500}}, 500),
        (500, 0, {"thresholds": {"town": 200}}, 500),
        (500, 0, {"thresholds": {"TOWN": 200}, "requested": {"Town": 250}}, 250),
        (500, 0, {"thresholds": {"town": 200}, "requested": {"town": 200}}, 200),
        (500, 300, {"thresholds": {"town": 200}, "requested": {"town": 200}}, 300),
        (500, 0, {"requested": {"town": 500}}, 500),
        (500, 0, {"requested": {"town": 900}}, 900),
        (None, 0, {"requested": {"town": 1}}, 0),
        (None, 0, {"thresholds": {"town": 0}, "requested": {"town": 0}}, 0),
        (None, 0, {"thresholds": {"sex": 900}}, 0),
        (None, 0, {"thresholds": {"nothing": 900}}, 0),
    ],
)
def test_the_threshold_of_private_groups(
    make_metadata: Callable[..., Metadata], own: float | None, tau: float, policy: dict[str, Any], expected: int
) -> None:
    safe = plan(SQL, make_metadata(), epsilon=1.0).threshold
    made = plan(SQL, make_metadata(tau=own), epsilon=1.0, tau=tau, policy=Policy(**policy))
    assert safe is not None and made.threshold == max(safe, expected)


def test_the_largest_threshold_of_the_grouping_columns_counts(make_metadata: Callable[..., Metadata]) -> None:
    policy = Policy(thresholds={"town": 200, "visits": 700, "age": 900}, requested={"town": 300})
    made = plan(
        "SELECT town, visits, COUNT(*) FROM census GROUP BY 1, 2", make_metadata(tau=400), epsilon=1.0, policy=policy
    )
    assert made.threshold == 700


@pytest.mark.parametrize(
    ("own", "policy", "reason"),
    [
        (500, {"thresholds": {"town": 200}, "requested": {"town": 199}}, "town<199 is below.*town<200"),
        (500, {"requested": {"town": 499}}, "town<499 is below.*town<500"),
        (500.5, {"requested": {"town": 500}}, "town<500 is below.*town<501"),
        (None, {"requested": {"age": 75}}, "does not group by age"),
        (None, {"requested": {"nothing": 75}}, "no such column"),
        (None, {"requested": {"phone": 75}, "hidden": ("phone",)}, "hidden this column"),
    ],
)
def test_a_request_never_goes_below_the_owner(
    make_metadata: Callable[..., Metadata], own: float | None, policy: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        plan(SQL, make_metadata(tau=own), epsilon=1.0, policy=Policy(**policy))


@given(own=st.integers(0, 10**6), floor=st.none() | st.integers(0, 10**6), wanted=st.none() | st.integers(0, 10**6))
def test_no_threshold_is_ever_below_the_safe_one_or_the_owner_s(
    make_metadata: Callable[..., Metadata], own: int, floor: int | None, wanted: int | None
) -> None:
    policy = Policy(
        thresholds={} if floor is None else {"town": floor}, requested={} if wanted is None else {"town": wanted}
    )
    safe = plan(SQL, make_metadata(), epsilon=1.0)
    least = own if floor is None else floor
    try:
        made = plan(SQL, make_metadata(tau=own), epsilon=1.0, policy=policy)
    except Refused:
        assert wanted is not None and wanted < least
        return
    assert made.threshold is not None and safe.threshold is not None
    assert made.threshold >= max(safe.threshold, least)
    assert made.cost.delta <= safe.cost.delta


def test_small_public_groups_are_left_out_where_the_owner_says_so(metadata: Metadata) -> None:
    sql = "SELECT sex, SUM(balance) FROM census GROUP BY sex"
    made = plan(sql, metadata, epsilon=EXACT, policy=Policy(thresholds={"sex": 50}))
    assert [m.measurement for m in made.mechanisms] == ["count of rows", "sum of balance around its midpoint"]
    assert made.cost.delta == 0 and made.threshold is None
    answer = release(made, [("F", 50, 100), ("M", 49, 100)])
    assert [row[0] for row in answer.rows] == ["F"]
    assert "below 50" in answer.message


def test_a_count_that_is_there_anyway_is_not_paid_twice(metadata: Metadata) -> None:
    sql = "SELECT sex, COUNT(*), AVG(age) FROM census GROUP BY sex"
    plain, made = (plan(sql, metadata, epsilon=1.0, policy=p) for p in (Policy(), Policy(thresholds={"sex": 50})))
    assert made.mechanisms == plain.mechanisms


def test_requests_and_tau_on_public_groups(make_metadata: Callable[..., Metadata]) -> None:
    sql = "SELECT sex, COUNT(*) FROM census GROUP BY sex"
    own = make_metadata(tau=500)
    assert plan(sql, own, epsilon=1.0, tau=900).least == 0
    assert plan(sql, own, epsilon=1.0, policy=Policy(requested={"sex": 30})).least == 30
    floor = {"sex": 50}
    assert plan(sql, own, epsilon=1.0, policy=Policy(thresholds=floor, requested={"sex": 60})).least == 60
    with pytest.raises(Refused, match="below what the data owner allows"):
        plan(sql, own, epsilon=1.0, policy=Policy(thresholds=floor, requested={"sex": 49}))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, {}),
        ("", {}),
        ([], {}),
        ("households<75", {"households": 75}),
        (' households < 75 , "age group"<0', {"households": 75, "age group": 0}),
        (["a<1", "b<2,c<3"], {"a": 1, "b": 2, "c": 3}),
    ],
)
def test_permissions_are_read_in_all_their_forms(options: Any, expected: dict[str, int]) -> None:
    assert requested_thresholds(options) == expected


@pytest.mark.parametrize(
    "options",
    [
        *["a", "a<", "<5", "a<=5", "a>5", "a<-5", "a<5.5", "a<1e3", "a<\N{ARABIC-INDIC DIGIT THREE}", "a<b", "a<5,"],
        *["a<1,A<2", [1], [None], {"a": 1}, "a<1234567890123", ["a<1", ["b<2"]], "a<1\0", "x" * 20_000],
    ],
)
def test_other_permissions_are_refused_with_what_would_be_right(options: Any) -> None:
    with pytest.raises(Refused, match="permissions: "):
        requested_thresholds(options)


def test_a_policy_is_kept_as_json_text() -> None:
    policy = Policy(hidden=("a",), private=("b",), public=("c",), thresholds={"d": 5}, requested={"d": 7})
    text = msgspec.json.encode(policy)
    assert json.loads(text)["thresholds"] == {"d": 5}
    assert msgspec.json.decode(text, type=Policy) == policy


@given(st.text(max_size=60))
def test_any_permissions_are_read_or_refused(text: str) -> None:
    try:
        requested_thresholds(text)
    except Refused as refused:
        assert all(mark.isprintable() for mark in refused.message)
