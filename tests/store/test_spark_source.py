"""Spark over files: the same aggregates as DuckDB, the same promises of the copy, and nothing but our SELECT."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engines import Row, copy_number, exact, planned, queries, rows, table, write_parquet
from quarantine.domain.errors import DomainError, Refused
from quarantine.domain.metadata.model import Column, ColumnType, Source, Table
from quarantine.domain.privacy import FAILED
from quarantine.domain.settings import Settings
from quarantine.store.sources.connector import Copy
from quarantine.store.sources.connectors import Connectors
from quarantine.store.sources.spark import Spark
from quarantine.store.sources.spark_session import REFLECTION, spark_session

CANARY = "canary-4111-1111"
COPY = copy_number(1)
INT, FLOAT, STRING, BOOLEAN, DATETIME = (
    ColumnType.INT,
    ColumnType.FLOAT,
    ColumnType.STRING,
    ColumnType.BOOLEAN,
    ColumnType.DATETIME,
)
LETTERS: list[Row] = [
    (n, "a", text, True, n, 0, 1.0, 1.0, None)
    for n, text in enumerate(
        ["ÄÖ", "äö", "ß", "ẞ", "İi", "ΣΑΣ", "σας", "ŉǰ", "Жж", "Ễễ", "\u00a0x ", " x", "x", "ÿŸ", "Ա"]
    )
]
EDGES: list[Row] = [
    (1, "it's", "a\\b", True, -100, 7, 0.00005, -2.5, None),
    (1, 'say "é"', "漢字", False, 2**63 - 1, 8, float("inf"), float("nan"), None),
    (2, "", "", None, None, None, -0.0, 1e-320, None),
    (2**63 - 1, "other", "Ä", True, -(2**63), -3, float("-inf"), 1e308, None),
    (None, "a", "lost", True, 1, 0, 1.0, 1.0, None),
]
ASKED = [
    "SELECT COUNT(*), COUNT(DISTINCT id), COUNT(x), SUM(n), AVG(n), SUM(x), AVG(y) FROM s.t",
    "SELECT kind, town, COUNT(*), SUM(m) FROM s.t WHERE town <> 'a\\b' OR seen IS NULL GROUP BY kind, town",
    "SELECT LOWER(town), UPPER(town), TRIM(town), CONCAT(town, kind), COUNT(*) FROM s.t GROUP BY 1, 2, 3, 4",
    "SELECT WEEK(seen), EXTRACT(dow FROM seen), LEAST(n, m) IS DISTINCT FROM n, MEDIAN(x) FROM s.t GROUP BY 1, 2, 3",
    "SELECT flag, AVG(x) FROM s.t WHERE x * 3.5 > n - 1 OR town < 'a' OR NOT kind IN ('a', 'it''s') GROUP BY flag",
    "SELECT kind, COUNT(*), SUM(a), SUM(b), AVG(c) FROM (SELECT id, kind, AVG(n) AS a, AVG(x) AS b, AVG(y) AS c "
    "FROM s.t GROUP BY id, kind HAVING AVG(x) > -3.5 OR COUNT(m) = 0) GROUP BY kind",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("spark") / "home"
    (made / "data").mkdir(parents=True)
    return made


@pytest.fixture(scope="module")
def connectors(home: Path, spark_needed: None) -> Iterator[Connectors]:
    made = Connectors(Settings(home=str(home), query_memory_mb=768, query_seconds=120))
    yield made
    made.close()


@pytest.fixture(scope="module")
def spark(connectors: Connectors) -> Spark:
    found = connectors.of(table(Source(connector="spark")))
    assert isinstance(found, Spark)
    return found


def built(connectors: Connectors, made: Table, copy: Copy = COPY) -> Table:
    place = connectors.locate(made)
    place.check_columns()
    place.build(copy, lambda share: None, lambda: False)
    return made


def copied(spark: Spark, made: Table) -> list[tuple[object, ...]]:
    return spark.select(lambda view: f"SELECT * FROM {view}", made, COPY)


def text_table(home: Path, text: str, *columns: Column, max_ids: int = 1, **source: object) -> Table:
    (home / "data" / "t.csv").write_text(text, encoding="utf8")
    private = any(column.private_id for column in columns)
    made = Source(connector="spark", format="csv", uri="t.csv", **source)  # type: ignore[arg-type]
    return Table(schema="s", name="t", columns=columns, source=made, max_ids=max_ids, row_privacy=not private)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=rows, asked=st.lists(queries(), min_size=4, max_size=4))
@example(content=EDGES, asked=ASKED)
@example(content=LETTERS, asked=ASKED)
@example(content=[], asked=ASKED[:2])
def test_random_plans_give_the_same_exact_aggregates_as_duckdb(
    connectors: Connectors, home: Path, content: list[Row], asked: list[str]
) -> None:
    write_parquet(home / "data" / "t.parquet", content)
    tables = {
        "duckdb": built(connectors, table(Source(connector="parquet", uri="t.parquet")), copy_number(2)),
        "spark": built(connectors, table(Source(connector="spark", format="parquet", uri="t.parquet"))),
    }
    for statement in asked:
        plan = planned(statement)
        if plan is None:
            continue
        found = [
            exact(lambda made, t=one, n=number: connectors.of(t).aggregate(made, t, copy_number(n)), plan)  # type: ignore[misc]
            for one, number in ((tables["duckdb"], 2), (tables["spark"], 1))
        ]
        assert found[0] == found[1], (statement, plan.statement("spark"))


def test_a_cell_of_any_text_becomes_what_it_is_in_duckdb(connectors: Connectors, home: Path, spark: Spark) -> None:
    cells = ["12", " 7 ", "x", "1e2", "", "9e40", "2.5", "-0.5", "NaN", "1e400", "-inf", "12d", "true", "N", "1.0"]
    cells += ["2020-01-02", "2020-02-30", "2020-02-29 01:02:03.5", "2020-01-01T00:00:00Z", "0000-01-01", CANARY]
    cells += ["'", '"', "\\", "ä漢", "-9223372036854775809", "1e999"]
    line = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    text = "i,f,b,d,s\n" + "".join(",".join([cell] * 5) + "\n" for cell in line)
    columns = (
        Column(name="i", type=INT, lower=-5, upper=1000),
        Column(name="f", type=FLOAT, lower=-10, upper=10, nullable=False),
        Column(name="b", type=BOOLEAN),
        Column(name="d", type=DATETIME, lower=0, upper=1_600_000_000),
        Column(name="s", type=STRING),
    )
    made = built(connectors, text_table(home, text, *columns))
    other = Table(schema="s", name="t", columns=columns, source=Source(uri="t.csv"), row_privacy=True)
    built(connectors, other, copy_number(2))
    import duckdb

    with duckdb.connect() as connection:
        path = copy_number(2).path(home / "bounded")
        expected = connection.execute(f"SELECT * FROM read_parquet('{path}')").fetchall()
    assert Counter(copied(spark, made)) == Counter(expected)


def test_each_person_keeps_as_many_rows_as_allowed_over_all_files(
    connectors: Connectors, home: Path, spark: Spark
) -> None:
    folder = home / "data" / "pid=9 [many]"
    folder.mkdir(exist_ok=True)
    (folder / "a.csv").write_text("pid,a\n" + "many,1\n" * 500 + "".join(f"p{n},1\n" for n in range(50)) + ",3\n")
    (folder / "b.csv").write_text("a,more,pid\n" + f"1,{CANARY},many\n" * 500 + f"9,{CANARY},Many\n")
    columns = (Column(name="pid", type=STRING, private_id=True), Column(name="a", type=INT, lower=0, upper=5))
    source = Source(connector="spark", format="csv", uri=folder.name)
    made = built(connectors, Table(schema="s", name="t", columns=columns, source=source, max_ids=3))
    found = copied(spark, made)
    assert Counter(row[0] for row in found) == {"many": 3, "Many": 1, **{f"p{n}": 1 for n in range(50)}}
    assert {row[1] for row in found} == {1, 5}


def test_nothing_but_a_select_over_the_copy_runs(
    connectors: Connectors, home: Path, spark: Spark, capfd: pytest.CaptureFixture[str]
) -> None:
    made = built(
        connectors, text_table(home, f"a,s\n1,{CANARY}\n", Column(name="a", type=INT), Column(name="s", type=STRING))
    )
    (home / "secret.csv").write_text(CANARY)
    for statement in (
        "SET spark.sql.runSQLOnFiles = true",
        "DROP VIEW {view}",
        "CREATE TABLE x AS SELECT 1",
        "INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT 1",
        "SELECT 1) AS a; SELECT (1",
        "ADD FILE '/etc/passwd'",
        "SELECT * FROM csv.`/etc/passwd`",
        "SELECT * FROM text.`file:" + str(home / "secret.csv") + "`",
        *(f"SELECT {name}('java.lang.System', 'getenv', 'HOME') AS a" for name in REFLECTION),
        "SELECT CAST(s AS INT) AS a FROM {view}",
        "SELECT raise_error(s) AS a FROM {view}",
    ):
        with pytest.raises(Exception):  # noqa: B017 - whatever Spark raises
            spark.select(lambda view, text=statement: text.replace("{view}", view), made, COPY)  # type: ignore[misc]
    assert copied(spark, made) == [(1, CANARY)]
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


def test_every_failure_is_one_text_without_a_cause(connectors: Connectors, home: Path, spark: Spark) -> None:
    made = text_table(home, "a\n1\n", Column(name="a", type=INT))
    plan = planned(ASKED[0])
    assert plan is not None
    with pytest.raises(DomainError) as failed:
        spark.aggregate(plan, made, copy_number(77))
    assert (failed.value.message, failed.value.__cause__, failed.value.__context__) == (FAILED, None, None)


def test_a_file_that_is_not_as_declared_is_refused_and_the_older_copy_stays(
    connectors: Connectors, home: Path, spark: Spark
) -> None:
    columns = (Column(name="a", type=INT), Column(name="s", type=STRING))
    made = built(connectors, text_table(home, "a,s\n1,x\n", *columns))
    bad = text_table(home, f"a,s\n1,x,{CANARY}\n", *columns)
    with pytest.raises(Refused) as caught:
        built(connectors, bad)
    error: BaseException | None = caught.value
    while error is not None:
        assert CANARY not in str(error)
        error = error.__cause__ or error.__context__
    assert copied(spark, made) == [(1, "x")]
    (home / "data" / "_t.csv").write_text("a\n1\n")
    hidden = Source(connector="spark", format="csv", uri="_t.csv")
    with pytest.raises(Refused):
        built(connectors, Table(schema="s", name="t", columns=columns[:1], source=hidden, row_privacy=True))


def test_a_process_forked_from_sparks_own_gets_none(spark: Spark, monkeypatch: pytest.MonkeyPatch) -> None:
    running = spark_session(spark._settings)
    with monkeypatch.context() as patch:
        patch.setattr("quarantine.store.sources.spark_session.os.getpid", lambda: -1)
        with pytest.raises(DomainError, match="forked from"):
            spark_session(spark._settings)
    assert spark_session(spark._settings) is running
