"""The released table: public groups all come back, order and limit act on noisy values, CSV as RFC 4180 has it."""

import csv
import io
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.errors import DomainError
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import FAILED, plan, release
from quarantine.domain.privacy.answer import Answer

# With this much epsilon the noise is gone for all practical purposes: values can be compared.
EXACT = 1e6


def test_a_query_without_groups_has_one_row_whatever_the_table_holds(metadata: Metadata) -> None:
    made = plan("SELECT COUNT(*) AS n, SUM(age), AVG(age) FROM census", metadata, epsilon=EXACT)
    for rows in ([], [(0, 0)], [(10, 10 * 46 - 10 * 54)]):
        assert len(release(made, rows).rows) == 1
    answer = release(made, [(10, -80)])
    assert answer.columns == ("n", "SUM(age)", "AVG(age)")
    assert answer.rows == ((10, 460, 46.0),)


def test_every_public_group_comes_back_also_empty_ones_and_null(metadata: Metadata) -> None:
    made = plan("SELECT region, active, COUNT(*) FROM census GROUP BY region, active", metadata, epsilon=EXACT)
    answer = release(made, [("south", True, 7), (None, False, 2)])
    assert [row[:2] for row in answer.rows] == [
        ("north", False),
        ("north", True),
        ("south", False),
        ("south", True),
        (None, False),
        (None, True),
    ]
    assert [row[2] for row in answer.rows] == [0, 0, 0, 7, 2, 0]


def test_values_that_are_not_declared_count_as_null_or_not_at_all(metadata: Metadata) -> None:
    nullable = plan("SELECT region, COUNT(*) FROM census GROUP BY region", metadata, epsilon=EXACT)
    assert release(nullable, [("CANARY", 3), (None, 4)]).rows[-1] == (None, 7)
    strict = plan("SELECT sex, COUNT(*) FROM census GROUP BY sex", metadata, epsilon=EXACT)
    assert "CANARY" not in release(strict, [("CANARY", 3), ("F", 4)]).csv()


def test_rare_groups_are_not_shown(metadata: Metadata) -> None:
    made = plan("SELECT town, COUNT(*) FROM census GROUP BY town", metadata, epsilon=1.0)
    answer = release(made, [("rare", 3), ("large", 10_000), (None, 10_000)])
    assert [row[0] for row in answer.rows] == ["large", None]


def test_groups_can_be_listed_without_a_number(metadata: Metadata) -> None:
    made = plan("SELECT town FROM census GROUP BY town", metadata, epsilon=1.0)
    assert release(made, [("large", 10_000), ("rare", 1)]).rows == (("large",),)


def test_order_and_limit_act_on_the_answer(metadata: Metadata) -> None:
    rows = [("a", 10_000, 0), ("b", 30_000, 0), (None, 20_000, 0)]
    for order, expected in {
        "n DESC": ["b", None, "a"],
        "2": ["a", None, "b"],
        "town DESC": ["b", "a", None],
        "town DESC NULLS FIRST": [None, "b", "a"],
        "SUM(balance), COUNT(*) DESC LIMIT 3": None,
        "COUNT(*) LIMIT 1": ["a"],
        "n LIMIT 0": [],
    }.items():
        sql = f"SELECT town, COUNT(*) AS n, SUM(balance) FROM census GROUP BY town ORDER BY {order}"
        answer = release(plan(sql, metadata, epsilon=EXACT), rows)
        assert expected is None or [row[0] for row in answer.rows] == expected


def test_an_average_stays_between_the_bounds(metadata: Metadata) -> None:
    made = plan("SELECT AVG(age) FROM census", metadata, epsilon=0.01)
    assert all(18 <= release(made, [(1, 36)]).rows[0][0] <= 90 for _ in range(200))  # type: ignore[operator]


def test_counts_are_whole_and_not_negative(metadata: Metadata) -> None:
    made = plan("SELECT COUNT(*) FROM census", metadata, epsilon=0.01)
    values = [release(made, [(0,)]).rows[0][0] for _ in range(100)]
    assert all(isinstance(value, int) and value >= 0 for value in values)


def test_float_sums_come_back_in_the_column_s_unit(metadata: Metadata) -> None:
    scale = next(column.scale for column in metadata.tables[0].columns if column.name == "balance")
    made = plan("SELECT SUM(balance) FROM census", metadata, epsilon=EXACT)
    assert release(made, [(12 * scale,)]).rows[0][0] == pytest.approx(12, abs=0.01)


def test_half_widths_cover_the_truth_most_of_the_time(metadata: Metadata) -> None:
    made = plan("SELECT COUNT(*), AVG(age), SUM(age) FROM census", metadata, epsilon=1.0)
    truth, missed = (1000, 44.0, 44_000), 0
    for _ in range(300):
        answer = release(made, [(1000, 1000 * (44 - 54))])
        for value, true, width in zip(answer.rows[0], truth, answer.half_widths, strict=True):
            missed += abs(value - true) > width  # type: ignore[operator]
    # 900 intervals at 5%: beyond 110 misses lies less than one chance in a million.
    assert missed <= 110


def test_the_message_says_the_price_in_words(metadata: Metadata) -> None:
    made = plan("SELECT town, AVG(age) FROM census GROUP BY town", metadata, epsilon=0.5)
    said = release(made, [("large", 10_000, 0)]).message
    for piece in (
        "epsilon 0.5",
        "delta",
        "user_id",
        "0.292893 into the count of rows",
        str(made.threshold),
        "AVG(age) 0.",
    ):
        assert piece in said


def test_csv_quotes_what_needs_it_and_tells_null_from_empty() -> None:
    rows = ((None, "", 'a"b'), ("x,y", "two\r\nlines", True), (1.5, 10**20, datetime(2020, 1, 31)))
    text = Answer(("a", "SUM(x, y)", "c"), rows, (), "").csv()
    assert text == (
        'a,"SUM(x, y)",c\r\n,"","a""b"\r\n"x,y","two\r\nlines",true\r\n'
        "1.5,100000000000000000000,2020-01-31 00:00:00\r\n"
    )


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2)
    )
)
def test_csv_can_be_read_back(rows: list[list[str]]) -> None:
    text = Answer(("a", "b"), tuple(map(tuple, rows)), (), "").csv()
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:] == rows


@pytest.mark.parametrize("rows", [[("CANARY",)], [("CANARY", "CANARY")], [()], ["CANARY"], [(1, 2, 3, 4)]])
def test_a_failure_after_the_charge_says_nothing_of_the_data(
    metadata: Metadata, rows: list[tuple[object, ...]]
) -> None:
    made = plan("SELECT sex, COUNT(*) FROM census GROUP BY sex", metadata, epsilon=1.0)
    with pytest.raises(DomainError) as failed:
        release(made, rows)
    assert failed.value.message == FAILED
    assert failed.value.__cause__ is None and failed.value.__context__ is None


def test_noise_is_new_each_time(metadata: Metadata) -> None:
    made = plan("SELECT COUNT(*) FROM census", metadata, epsilon=0.01)
    assert len({release(made, [(100_000,)]).csv() for _ in range(20)}) > 10


def test_sums_beyond_64_bits_saturate(make_metadata: Callable[..., Metadata]) -> None:
    made = plan("SELECT SUM(age) FROM census", make_metadata(), epsilon=1.0)
    assert abs(release(made, [(2**100,)]).rows[0][0]) < 2**63  # type: ignore[arg-type]
