"""Where data may come from, and what a file says of itself."""

import gzip
import os
import shutil
import socket
from pathlib import Path

import duckdb
import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Source, Table
from quarantine.store.sources import files
from quarantine.store.sources.files import (
    UNKNOWN,
    UNREADABLE,
    check_columns,
    content_digest,
    fingerprint,
    header,
    locate,
    locate_all,
)
from quarantine.store.sources.locked import locked_engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with everything in it that somebody might plant, and a secret beside it."""
    data = tmp_path / "data"
    (data / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/b.csv", "café.csv", "%2e%2e.csv"):
        (data / name).write_text("x\n1\n")
    (tmp_path / "secret.csv").write_text("x\nsecret\n")
    (data / "notes.txt").write_text("x")
    (data / "out.csv").symlink_to(tmp_path / "secret.csv")
    (data / "in.csv").symlink_to(data / "deep" / "b.csv")
    (data / "up").symlink_to(tmp_path)
    (data / "round.csv").symlink_to(data / "round.csv")
    (data / "gone.csv").symlink_to(data / "nothing.csv")
    (data / "null.csv").symlink_to("/dev/null")
    (data / "dir.csv").mkdir()
    os.mkfifo(data / "fifo.csv")
    return data


@pytest.mark.parametrize("uri", ["a.csv", "deep/b.csv", "./a.csv", "café.csv", "%2e%2e.csv", "in.csv"])
def test_a_file_in_a_data_folder_is_found(folder: Path, uri: str) -> None:
    assert locate(uri, (folder,)).read_text() == "x\n1\n"


def test_an_absolute_path_inside_a_data_folder_is_found(folder: Path) -> None:
    assert locate(str(folder / "a.csv"), (folder,)) == (folder / "a.csv").resolve()


def test_the_folders_are_tried_in_their_order(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.csv").write_text("x\n")
    assert locate("c.csv", (folder, other)).parent == other.resolve()


ELSEWHERE = [
    "",
    ".",
    "..",
    "../secret.csv",
    "deep/../../secret.csv",
    "up/secret.csv",
    "out.csv",
    "round.csv",
    "gone.csv",
    "null.csv",
    "dir.csv",
    "fifo.csv",
    "notes.txt",
    "/etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "a.csv\x00.txt",
    "a.csv\n",
    "..\\secret.csv",
    "~/a.csv",
    "file:///etc/passwd",
    "http://localhost/a.csv",
    "%2e%2e/secret.csv",
    "nothing.csv",
    "x" * 5000 + ".csv",
    "/".join(["a"] * 2000) + ".csv",
    "x" * 300 + ".csv",
    "*.csv",
    "\ud800.csv",
]


@pytest.mark.parametrize("uri", ELSEWHERE, ids=[repr(uri)[:30] for uri in ELSEWHERE])
def test_everything_else_is_refused_with_one_text(folder: Path, uri: str) -> None:
    with pytest.raises(Refused) as caught:
        locate(uri, (folder,))
    assert caught.value.message == UNKNOWN


def test_what_is_outside_cannot_be_told_from_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    messages = set()
    for path in (tmp_path / "secret.csv", tmp_path / "nothing.csv"):
        with pytest.raises(Refused) as caught:
            locate(str(path), (folder,))
        messages.add(caught.value.message)
    assert messages == {UNKNOWN}


def test_a_socket_is_not_a_data_file(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s.csv"))
        with pytest.raises(Refused):
            locate("s.csv", (folder,))


def test_a_copy_under_another_name_has_the_same_digest_and_another_fingerprint(folder: Path) -> None:
    shutil.copy(folder / "a.csv", folder / "z.csv")
    assert content_digest(folder / "a.csv") == content_digest(folder / "z.csv")
    assert fingerprint(folder / "a.csv") != fingerprint(folder / "z.csv")
    (folder / "z.csv").write_text("x\n2\n")
    assert content_digest(folder / "a.csv") != content_digest(folder / "z.csv")


def source(*uris: str, connector: str = "csv") -> Source:
    return Source(connector=connector, uri=uris[0], further=uris[1:])


def test_a_folder_is_all_files_of_the_format_below_it_in_order(folder: Path) -> None:
    many = folder / "many"
    (many / "2024" / "_temporary").mkdir(parents=True)
    (many / ".hidden").mkdir()
    (many / ".hidden" / "h.csv").write_text("x\n1\n")
    written = (
        "b.csv",
        "2024/a.tsv",
        "c.csv.gz",
        "_SUCCESS",
        "_x.csv",
        ".y.csv",
        "2024/_temporary/z.csv",
        ".hidden/h.csv",
    )
    for name in (*written, "d.parquet", "notes.txt"):
        (many / name).write_text("x\n1\n")
    (many / "loop").symlink_to(many)
    for uri in ("many", "many/", str(many)):
        found = [str(path.relative_to(many)) for path in locate_all(source(uri), (folder,))]
        assert found == ["2024/a.tsv", "b.csv", "c.csv.gz"]
    assert [path.name for path in locate_all(source("many", connector="parquet"), (folder,))] == ["d.parquet"]


def test_a_list_names_files_and_folders(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "c.csv").write_text("x\n3\n")
    found = locate_all(source("a.csv", "more", "deep/b.csv"), (folder,))
    assert [path.name for path in found] == ["a.csv", "c.csv", "b.csv"]


@pytest.mark.parametrize(
    "uris", [("a.csv", "./a.csv"), ("in.csv", "deep/b.csv"), ("a.csv", "twin.csv"), ("deep", "deep/")]
)
def test_a_file_that_would_be_read_twice_is_refused(folder: Path, uris: tuple[str, ...]) -> None:
    (folder / "twin.csv").hardlink_to(folder / "a.csv")
    with pytest.raises(Refused, match="same file twice"):
        locate_all(source(*uris), (folder,))


@pytest.mark.parametrize("uri", ["up", "empty", "planted", "..", "nothing", "/etc", "dir.csv", "null", "\ud800"])
def test_a_folder_that_leads_out_or_holds_nothing_is_refused_with_one_text(folder: Path, uri: str) -> None:
    (folder / "empty").mkdir()
    (folder / "planted").mkdir()
    (folder / "planted" / "a.csv").write_text("x\n1\n")
    (folder / "planted" / "b.csv").symlink_to(folder.parent / "secret.csv")
    with pytest.raises(Refused) as caught:
        locate_all(source(uri), (folder,))
    assert caught.value.message == UNKNOWN


def test_more_files_than_a_table_may_have_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 2)
    (folder / "many").mkdir()
    for n in range(3):
        (folder / "many" / f"{n}.csv").write_text("x\n")
    with pytest.raises(Refused, match="at most 2 files"):
        locate_all(source("many"), (folder,))


def csv_file(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_the_header_line_is_found_where_the_metadata_says(tmp_path: Path) -> None:
    path = csv_file(tmp_path, '\ufeffcomment\na; b ;"c;d\ne"\n1;2;3\n')
    found = header(path, Source(separator=";", header_row=1))
    assert found.names == ("a", " b ", "c;d\ne")
    assert found.skipped == 3


def test_names_in_the_metadata_take_the_place_of_a_header(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "1,2\n")
    named = Source(header_row=None, header_columns=("a", "b"), use_original_header=False)
    assert header(path, named).names == ("a", "b")
    with pytest.raises(Refused, match="another number"):
        header(path, Source(header_row=None, header_columns=("a",), use_original_header=False))


def test_a_compressed_file_and_a_parquet_file_have_headers_too(tmp_path: Path) -> None:
    packed = csv_file(tmp_path, gzip.compress(b"a,b\n1,2\n"), "t.csv.gz")
    assert header(packed, Source()).names == ("a", "b")
    target = tmp_path / "it's, here.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS a, 2 AS \"b c\") TO '{str(target).replace(chr(39), chr(39) * 2)}'")
    assert header(target, Source(connector="parquet")).names == ("a", "b c")


BROKEN = {
    "empty.csv": b"",
    "latin.csv": "a,ä\n".encode("latin-1"),
    "line.csv": b"a" * 3_000_000,
    "bomb.csv.gz": gzip.compress(b"a" * 50_000_000),
    "cut.csv.gz": gzip.compress(b"a,b\n" * 100)[:12],
    "bad.csv.gz": gzip.compress(b"a,b\n", mtime=0)[:10] + b"\xff" * 20,
    "plain.csv.gz": b"a,b\n1,2\n",
    "quote.csv": b'"a,b\n1,2\n',
    "text.parquet": b"a,b\n1,2\n",
    "empty.parquet": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_without_a_readable_header_is_refused(tmp_path: Path, name: str) -> None:
    path = csv_file(tmp_path, BROKEN[name], name)
    with pytest.raises(Refused):
        header(path, Source(connector="parquet" if name.endswith("parquet") else "csv"))


def table(*names: str) -> Table:
    columns = tuple(Column(name=name, type=ColumnType.INT) for name in names)
    return Table(schema="s", name="t", columns=columns, source=Source(), row_privacy=True)


def test_missing_columns_are_named_and_the_files_own_are_not(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "a,CANARY\n1,2\n")
    assert check_columns(table("a"), path).skipped == 1
    with pytest.raises(Refused) as caught:
        check_columns(table("a", "b", "A"), path)
    assert caught.value.message == "s.t: the file has no column b, A"


def test_a_declared_column_that_the_file_has_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="more than one column a"):
        check_columns(table("a"), csv_file(tmp_path, "a,b,a\n1,2,3\n"))


def test_the_locked_engine_touches_its_files_and_nothing_else(tmp_path: Path) -> None:
    mine = csv_file(tmp_path, "a\n1\n", "mine.csv")
    other = csv_file(tmp_path, "a\n1\n", "other.csv")
    work = tmp_path / "work"
    work.mkdir()
    with locked_engine(reads=(mine,), folder=work) as engine:
        assert engine.execute(f"SELECT * FROM read_csv('{mine}')").fetchall() == [(1,)]
        engine.execute(f"COPY (SELECT 1 AS a) TO '{work}/a.parquet'")
        for statement in (
            f"SELECT * FROM read_csv('{other}')",
            f"SELECT * FROM read_text('{work}/../other.csv')",
            "SELECT * FROM read_text('/etc/passwd')",
            f"COPY (SELECT 1) TO '{tmp_path}/new.csv'",
            "SET enable_external_access = true",
            "SET allowed_paths = []",
            "INSTALL httpfs",
            "SELECT * FROM glob('/*')",
            "SELECT * FROM mine",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(statement).fetchall()
    assert not (tmp_path / "new.csv").exists()


def test_a_refusal_never_quotes_the_file(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        header(csv_file(tmp_path, b'"CANARY" x,b\n1,2\n'), Source())
    assert caught.value.message == UNREADABLE


def test_a_compressed_file_has_the_digest_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n1\n")
    for level in (1, 9):
        (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"x\n1\n", level, mtime=level))
        assert content_digest(tmp_path / "a.csv.gz") == content_digest(tmp_path / "a.csv")
    for broken in (b"x\n1\n", gzip.compress(b"x\n1\n")[:-9]):
        (tmp_path / "b.csv.gz").write_bytes(broken)
        with pytest.raises(Refused, match="cannot be read as declared"):
            content_digest(tmp_path / "b.csv.gz")
