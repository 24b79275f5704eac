"""Packing a folder and getting it back: the same bytes, nothing from outside, and nothing that was tampered with."""

import io
import os
import socket
import tarfile
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from quarantine.domain.errors import Conflict, Refused
from quarantine.domain.settings import Settings
from quarantine.store import commits, folders, packing, rows
from quarantine.store.context import Actor
from quarantine.store.engine import Database
from quarantine.store.packing import Entry
from quarantine.store.tables import projects


def pack(folder: Path, **settings: Any) -> packing.Packed:
    with folders.opened(str(folder.resolve())) as opened:
        return packing.pack(Settings(**settings), opened)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    (made / "MLproject").write_text("name: x\n", encoding="utf8")
    return made


def stored(settings: Settings, packed: packing.Packed) -> Any:
    """A row as far as unpacking looks at one."""
    commits.store(settings, packed)
    return SimpleNamespace(digest=packed.digest, packed_bytes=packed.size, files=msgspec.to_builtins(packed.files))


def forged(settings: Settings, archive: bytes) -> Any:
    """A row whose archive is whatever was put there, under a digest that fits."""
    from hashlib import sha256

    digest = sha256(archive).hexdigest()
    return stored(settings, packing.Packed(digest, len(archive), zlib.compress(archive), []))


NAMES = st.text(alphabet="abé_-. ", min_size=1, max_size=12).filter(lambda name: name.strip(". ") == name)
TREE = st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.binary(max_size=2000), max_size=8)


@example_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREE)
def test_what_was_packed_comes_back_and_packs_to_the_same_digest(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, bytes]
) -> None:
    place = tmp_path_factory.mktemp("tree")
    folder, target = place / "in", place / "out"
    folder.mkdir()
    for path, content in tree.items():
        if any((folder / parent).is_file() for parent in Path(path).parents) or (folder / path).is_dir():
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    settings = Settings(home=str(place / "home"))
    packed = pack(folder)
    row = stored(settings, packed)
    commits.unpack(settings, row, target)
    shape = [
        {path.relative_to(top): path.read_bytes() if path.is_file() else None for path in top.rglob("*")}
        for top in (folder, target)
    ]
    assert shape[0] == shape[1]
    assert pack(target).digest == packed.digest
    assert [file.path for file in commits.files(row)] == [file.path for file in packed.files]


def test_the_digest_knows_content_names_and_what_may_run_and_nothing_else(folder: Path) -> None:
    before = pack(folder).digest
    os.utime(folder / "MLproject", (1, 1))
    (folder / "MLproject").chmod(0o600)
    for name in (".git", ".venv", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x", encoding="utf8")
    (folder / ".meta").write_text("changed", encoding="utf8")
    assert pack(folder).digest == before
    (folder / "MLproject").chmod(0o755)
    assert pack(folder).digest != before
    (folder / "MLproject").chmod(0o644)
    (folder / "empty").mkdir()
    assert pack(folder).digest != before


def test_a_link_to_a_file_of_the_folder_is_deployed_as_that_file(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "link").symlink_to("../MLproject")
    assert [(file.path, file.size) for file in pack(folder).files] == [("MLproject", 8), ("sub/link", 8)]


@pytest.mark.parametrize(
    "target",
    ["/etc/passwd", "../outside", "sub/../../outside", "missing", ".", "sub", "again", "through/outside", "/proc/self"],
)
def test_a_link_that_leads_anywhere_else_is_refused(folder: Path, target: str) -> None:
    (folder.parent / "outside").write_text("canary", encoding="utf8")
    (folder / "sub").mkdir()
    (folder / "sub" / "file").write_text("x", encoding="utf8")
    (folder / ".gitignore").write_text("through\nagain\n", encoding="utf8")
    (folder / "through").symlink_to("..")
    (folder / "again").symlink_to("MLproject")
    (folder / "link").symlink_to(target)
    with pytest.raises(Refused, match="link") as refused:
        pack(folder)
    assert "canary" not in refused.value.message
    assert str(folder.parent) not in refused.value.message


def test_pipes_sockets_and_devices_are_refused_and_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(Refused, match="pipe"):
        pack(folder)
    (folder / "pipe").unlink()
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket")
    finally:
        os.chdir(here)
    with pytest.raises(Refused, match="socket"):
        pack(folder)


def test_a_hard_link_is_refused(folder: Path) -> None:
    (folder.parent / "elsewhere").write_text("secret", encoding="utf8")
    os.link(folder.parent / "elsewhere", folder / "mine")
    with pytest.raises(Refused, match="mine: the file has several hard links"):
        pack(folder)


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "back\\slash", b"\xff\xfe".decode("utf8", "surrogateescape")])
def test_a_name_that_could_deceive_is_refused_in_words_that_can_be_sent(folder: Path, name: str) -> None:
    (folder / name).write_text("x", encoding="utf8")
    with pytest.raises(Refused) as refused:
        pack(folder)
    assert refused.value.message.encode("utf8").isascii()


def test_more_than_the_settings_allow_is_refused_without_being_read(folder: Path) -> None:
    pack(folder, deploy_bytes=8, deploy_files=1)
    with pytest.raises(Refused, match="more than 7 bytes"):
        pack(folder, deploy_bytes=7)
    with (folder / "sparse").open("wb") as file:
        file.truncate(1 << 42)
    with pytest.raises(Refused, match="more than 1000 bytes"):
        pack(folder, deploy_bytes=1000)
    (folder / "sparse").unlink()
    for number in range(5):
        (folder / f"file{number}").touch()
    with pytest.raises(Refused, match="more than 5 files"):
        pack(folder, deploy_files=5)
    (folder / ".gitignore").write_text("file*\n", encoding="utf8")
    for number in range(200):
        (folder / f"file{number}").touch()
    with pytest.raises(Refused, match="too many files"):
        pack(folder, deploy_files=3)
    deep = folder
    for _ in range(70):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (folder / ".gitignore").write_text("file*\n!d\n", encoding="utf8")
    with pytest.raises(Refused, match="64 folders"):
        pack(folder)


def test_a_commit_is_there_once_per_project_and_content(
    database: Database, settings: Settings, person: Any, folder: Path
) -> None:
    actor: Actor = person("a@dq0.io", "users")
    packed = pack(folder)
    for _ in range(2):
        commits.store(settings, packed)
    with database.transaction(write=True) as connection:
        values = {"project_name": "p", "user_id": actor.user_id, "created_at": 1, "updated_at": 1}
        ids = [rows.insert(connection, projects, project_uuid=str(n) * 36, **values) for n in (1, 2)]
        made = [commits.keep(connection, project_id=key, user_id=actor.user_id, packed=packed) for key in (*ids, *ids)]
    assert made[0] == made[2] != made[1] == made[3]
    assert len({row.commit_uuid for row in made}) == 2
    assert len(list(settings.commits_folder.rglob("*.tar.zz"))) == 1
    (file,) = commits.files(made[0])
    assert (file.path, file.size) == ("MLproject", 8)


def test_what_was_tampered_with_is_not_unpacked(tmp_path: Path, folder: Path) -> None:
    settings = Settings(home=str(tmp_path / "home"))
    packed = pack(folder)
    row = stored(settings, packed)
    (path,) = settings.commits_folder.rglob("*.tar.zz")
    bomb = zlib.compress(b"\0" * 50_000_000)
    for content in (b"", b"junk", packed.content[:-8], zlib.compress(b"other"), bomb):
        path.write_bytes(content)
        with pytest.raises(Conflict, match="damaged"):
            commits.unpack(settings, row, tmp_path / "out")
        assert not (tmp_path / "out").exists()
    path.unlink()
    with pytest.raises(Conflict, match="damaged"):
        commits.unpack(settings, row, tmp_path / "out")
    commits.store(settings, packed)
    commits.unpack(settings, row, tmp_path / "out")


def _archive(kind: bytes, name: str, link: str = "") -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        archive.addfile(member)
    return written.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        _archive(tarfile.REGTYPE, "../out2/x"),
        _archive(tarfile.REGTYPE, "/tmp/x"),
        _archive(tarfile.SYMTYPE, "x", "/etc"),
        _archive(tarfile.LNKTYPE, "x", "../secret"),
        _archive(tarfile.CHRTYPE, "x"),
        _archive(tarfile.FIFOTYPE, "x"),
        _archive(tarfile.DIRTYPE, "../x"),
    ],
    ids=["parent", "absolute", "symlink", "hardlink", "device", "pipe", "folder"],
)
def test_even_a_forged_archive_writes_nothing_outside(tmp_path: Path, archive: bytes) -> None:
    settings = Settings(home=str(tmp_path / "home"))
    row = forged(settings, archive)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(Conflict):
        commits.unpack(settings, row, tmp_path / "out")
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "out"}


def test_a_folder_with_something_in_it_is_not_unpacked_into(tmp_path: Path, folder: Path) -> None:
    settings = Settings(home=str(tmp_path / "home"))
    target = tmp_path / "out"
    target.mkdir()
    (target / "MLproject").symlink_to(tmp_path / "victim")
    with pytest.raises(Conflict, match="empty folder"):
        commits.unpack(settings, stored(settings, pack(folder)), target)
    assert not (tmp_path / "victim").exists()


def test_an_archive_says_nothing_of_who_made_it_and_when() -> None:
    with tarfile.open(
        fileobj=io.BytesIO(packing.archived([Entry("a", folder=True), Entry("a/b", content=b"x")]))
    ) as read:
        for member in read:
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
