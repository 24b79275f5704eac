"""The same plan gives the same exact aggregates in every engine, from rows that lie in that engine's own place."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from engines import KINDS, NAMES, Row, copy_number, exact, planned, queries, rows, table, write_parquet
from postgres_source import READER, Warehouse
from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import Policy
from quarantine.domain.settings import Settings
from quarantine.domain.training import training
from quarantine.domain.training.declaration import Declaration
from quarantine.domain.training.measures import Sums
from quarantine.store.sources.connector import Stated
from quarantine.store.sources.connectors import Connectors

Aggregate = Callable[[Stated], list[Row]]


class Engines:
    """The connectors of one server, and the random table in each of their places."""

    def __init__(self, home: Path, warehouse: Warehouse) -> None:
        (home / "data").mkdir(parents=True)
        self.warehouse = warehouse
        self.home = home
        self.connectors = Connectors(Settings(home=str(home), data_databases=warehouse.url, query_memory_mb=512))
        kinds = ", ".join(f"{name} {kind}" for name, kind in KINDS["postgres"].items())
        warehouse.run(f"CREATE SCHEMA s; CREATE TABLE s.t ({kinds}); GRANT USAGE ON SCHEMA s TO {READER}")
        warehouse.run(f"GRANT SELECT ON s.t TO {READER}")
        self.sources = {
            "duckdb": Source(connector="parquet", uri="t.parquet"),
            "postgres": Source(connector="postgresql", server=Server(**warehouse.source)),
        }

    def load(self, content: list[Row], max_ids: int) -> dict[str, Aggregate]:
        """The rows in each place, bounded there; how each engine then aggregates."""
        write_parquet(self.home / "data" / "t.parquet", content)
        with self.warehouse.connect() as connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE s.t")
            if content:
                cursor.executemany(f"INSERT INTO s.t VALUES ({', '.join(['%s'] * len(NAMES))})", content)
        return {name: self._built(source, max_ids) for name, source in self.sources.items()}

    def _built(self, source: Source, max_ids: int) -> Aggregate:
        made, copy = table(source, max_ids), copy_number(1)
        place = self.connectors.locate(made)
        place.check_columns()
        place.build(copy, lambda share: None, lambda: False)
        connector = self.connectors.of(made)
        return lambda asked: connector.aggregate(asked, made, copy)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, warehouse: Warehouse) -> Any:
    made = Engines(tmp_path_factory.mktemp("engines") / "home", warehouse)
    yield made
    made.connectors.close()


def agreed(engines: Engines, content: list[Row], asked: list[str]) -> int:
    """Compares the engines on every query that has a plan; the number of these."""
    plans = [(statement, made) for statement in asked if (made := planned(statement)) is not None]
    loaded = engines.load(content, 1_000)
    for statement, made in plans:
        found = {name: exact(aggregate, made) for name, aggregate in loaded.items()}
        first = found.pop("duckdb")
        for name, other in found.items():
            assert other == first, (name, statement, made.statement(name))
    return len(plans)


EDGES: list[Row] = [
    (1, "it's", "a\\b", True, -100, 7, 0.00005, -2.5, None),
    (1, 'say "é"', "漢字", False, 2**63 - 1, 8, float("inf"), float("nan"), None),
    (2, "", "", None, None, None, -0.0, 1e-320, None),
    (2**63 - 1, "other", "Ä", True, -(2**63), -3, float("-inf"), 1e308, None),
    (None, "a", "lost", True, 1, 0, 1.0, 1.0, None),
]
LETTERS: list[Row] = [
    (n, "a", text, True, n, 0, 1.0, 1.0, None)
    for n, text in enumerate(
        ["ÄÖ", "äö", "ß", "ẞ", "İi", "ΣΑΣ", "σας", "ŉǰ", "Жж", "Ễễ", "\u00a0x ", " x", "x", "ÿŸ", "Ա"]
    )
]
ASKED = [
    "SELECT COUNT(*), COUNT(DISTINCT id), COUNT(x), SUM(n), AVG(n), SUM(x), AVG(y) FROM s.t",
    "SELECT kind, town, COUNT(*), SUM(m) FROM s.t GROUP BY kind, town",
    "SELECT n, COUNT(*) FROM s.t WHERE x * 3.5 > n - 1 OR town LIKE 'Ä%' GROUP BY n",
    "SELECT LOWER(town), COUNT(*) FROM s.t GROUP BY LOWER(town)",
    "SELECT UPPER(town), COUNT(*) FROM s.t WHERE town ILIKE '%Σ' OR town NOT ILIKE 'Ä%' GROUP BY UPPER(town)",
    "SELECT TRIM(town), LENGTH(town), COUNT(*) FROM s.t GROUP BY 1, 2",
    "SELECT CASE WHEN flag THEN 'b' ELSE 'Z' END AS k, MIN(n), QUANTILE(x, 0.9), COUNT(*) FILTER (WHERE n > 3) "
    "FROM s.t WHERE CASE WHEN flag THEN 'b' ELSE 'Z' END < 'a' OR LEAST(n, m, x) < GREATEST(m, 2) GROUP BY k",
    "SELECT town || '-' || kind, CONCAT(town, kind), COUNT(*) FROM s.t WHERE m IS DISTINCT FROM n GROUP BY 1, 2",
    "SELECT WEEK(seen), EXTRACT(dow FROM seen), WIDTH_BUCKET(x, -7.5, 100, 9), VARIANCE(ROUND(x / 7, -1)), COUNT(*) "
    "FROM s.t GROUP BY 1, 2, 3",
    "SELECT kind, SUM(a), COUNT(*), SUM(b), AVG(c) FROM (SELECT id, kind, AVG(n) AS a, AVG(x) AS b, AVG(y) AS c "
    "FROM s.t GROUP BY id, kind HAVING AVG(x) > -3.5 OR COUNT(m) = 0) GROUP BY kind",
    "SELECT COUNT(*), SUM(a) FROM (SELECT id, AVG(ROUND(x / 7, -1)) AS a FROM s.t GROUP BY id HAVING MAX(n) > MIN(x))",
    "SELECT flag, AVG(x) FROM s.t WHERE town < 'a' OR town >= 'Ä' OR NOT kind IN ('a', 'it''s') GROUP BY flag",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(content=rows, asked=st.lists(queries(), min_size=8, max_size=8))
@example(content=EDGES, asked=ASKED)
@example(content=LETTERS, asked=ASKED)
@example(content=[], asked=ASKED)
def test_random_plans_give_equal_exact_aggregates_in_every_engine(
    engines: Engines, content: list[Row], asked: list[str]
) -> None:
    agreed(engines, content, asked)


TRAINED = [("GaussianNB", "kind"), ("LogisticRegression", "flag"), ("LinearRegression", "x"), ("KMeans", None)]


@pytest.mark.parametrize(("name", "target"), [*TRAINED, ("RandomForestClassifier", "m"), ("PCA", None)])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(content=rows)
@example(content=EDGES)
def test_what_the_trainer_asks_gives_equal_sums_in_every_engine(
    engines: Engines, content: list[Row], name: str, target: str | None
) -> None:
    features = tuple(each for each in ("n", "x", "kind") if each != target)
    declared = Declaration(estimator=name, features=features, target=target)
    made = training.plan(Metadata(name="d", tables=(table(Source(uri="t.csv")),)), Policy(), declared, 1.0)
    loaded = engines.load(content, 1_000)
    compared = 0

    def exact_everywhere(sums: Sums) -> list[Row]:
        nonlocal compared
        found = [sorted((*map(int, row),) for row in aggregate(sums)) for aggregate in loaded.values()]
        assert all(other == found[0] for other in found[1:])
        compared += 1
        return list(found[0])

    training.fit(made, exact_everywhere)
    assert compared >= 1


@settings(max_examples=1, phases=[Phase.generate], deadline=None)
@given(asked=st.lists(queries(), min_size=100, max_size=100))
def test_most_random_queries_have_a_plan(asked: list[str]) -> None:
    assert sum(planned(statement) is not None for statement in asked) > 30


@pytest.mark.parametrize("max_ids", [1, 3])
def test_every_engine_keeps_as_many_rows_of_each_person_as_allowed(engines: Engines, max_ids: int) -> None:
    content: list[Row] = [(person, "a", "x", True, n, 0, 1.0, 1.0, None) for person in range(5) for n in range(person)]
    loaded = engines.load(content, max_ids)
    made = planned("SELECT n, COUNT(*), COUNT(DISTINCT id) FROM s.t GROUP BY n")
    assert made is not None
    for aggregate in loaded.values():
        found = exact(aggregate, made)
        assert sum(row[1] for row in found) == sum(min(person, max_ids) for person in range(5))
    drawn: Counter[str] = Counter()
    for _ in range(12):
        for name, aggregate in engines.load(content, 1).items():
            drawn.update({f"{name} {sorted(exact(aggregate, made))}"})
    for name in loaded:
        assert sum(key.startswith(name) for key in drawn) > 1, "the rows that stay are drawn"


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12),
    st.from_regex(r"[+-]?[0-9]{0,3}[.]?[0-9]{0,3}([eE][+-]?[0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-3][0-9]-[0-3][0-9]([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}[.][0-9]*)?Z?)?", fullmatch=True),
    st.floats().map(repr),
    st.datetimes().map(str),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_no_text_makes_a_copy_in_postgresql_fail(engines: Engines, texts: list[str]) -> None:
    kinds = {"i": "int", "f": "float", "d": "datetime", "b": "boolean", "p": "int"}
    engines.warehouse.run(f"DROP TABLE IF EXISTS s.texts; CREATE TABLE s.texts ({' text, '.join(kinds)} text)")
    engines.warehouse.run(f"GRANT SELECT ON s.texts TO {READER}")
    with engines.warehouse.connect() as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO s.texts VALUES (%s, %s, %s, %s, %s)", [[text] * 5 for text in texts])
    for private in (False, True):
        columns = tuple(
            Column(name=name, type=ColumnType(kind), private_id=private and name == "p") for name, kind in kinds.items()
        )
        source = engines.sources["postgres"]
        made = Table(schema="s", name="texts", columns=columns, source=source, row_privacy=not private)
        engines.connectors.locate(made).build(copy_number(3), lambda share: None, lambda: False)
