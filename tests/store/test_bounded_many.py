"""Many files become one bounded copy, with the promises that one file's has."""

from pathlib import Path

import duckdb
import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Source, Table
from quarantine.store.sources.bounded import build

INT = ColumnType.INT


def rows(path: Path) -> list[dict[str, object]]:
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def table(*columns: Column, source: Source | None = None, max_ids: int = 1) -> Table:
    private = any(column.private_id for column in columns)
    made = source or Source(uri="t.csv")
    return Table(schema="s", name="t", columns=columns, source=made, max_ids=max_ids, row_privacy=not private)


def test_many_files_become_one_copy_whatever_the_order_of_their_columns(tmp_path: Path) -> None:
    texts = ("id,a\n1,1\n1,2\n2,3\n", "a,extra,id\n4,CANARY,1\n5,CANARY,2\n", "id,a\n")
    paths = [tmp_path / f"{n}.csv" for n in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    columns = (Column(name="id", type=INT, private_id=True), Column(name="a", type=INT))
    whole, few = tmp_path / "whole.parquet", tmp_path / "few.parquet"
    build(table(*columns, max_ids=3), tuple(paths), whole)
    assert sorted((row["id"], row["a"]) for row in rows(whole)) == [(1, 1), (1, 2), (1, 4), (2, 3), (2, 5)]  # type: ignore[type-var]
    build(table(*columns, max_ids=1), tuple(paths), few)
    assert sorted(row["id"] for row in rows(few)) == [1, 2]  # type: ignore[type-var]
    assert len({tuple(sorted(str(row["a"]) for row in redrawn(table(*columns), paths, few))) for _ in range(20)}) > 1


def redrawn(made: Table, paths: list[Path], target: Path) -> list[dict[str, object]]:
    build(made, tuple(paths), target)
    return rows(target)


def test_parquet_files_of_other_types_make_one_copy(tmp_path: Path) -> None:
    paths = (tmp_path / "a.parquet", tmp_path / "b.parquet")
    for path, select in zip(paths, ("1::TINYINT AS a", "'7' AS a, 2 AS b"), strict=True):
        duckdb.execute(f"COPY (SELECT {select}) TO '{path}' (FORMAT parquet)")
    made = table(Column(name="a", type=INT), source=Source(connector="parquet", uri="x"))
    assert sorted(row["a"] for row in redrawn(made, list(paths), tmp_path / "t.parquet")) == [1, 7]  # type: ignore[type-var]


def test_one_file_of_many_that_is_not_as_declared_stops_all(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "b.csv").write_text("CANARY\n1\n")
    with pytest.raises(Refused) as caught:
        build(table(Column(name="a", type=INT)), (tmp_path / "a.csv", tmp_path / "b.csv"), tmp_path / "t.parquet")
    assert caught.value.message == "s.t: the file has no column a"
