"""Metadata that attacks: refused with the place of the fault, and no dataset made."""

import os

import pytest

from world import META, World, data_folder, fresh, refused


def good(world: World) -> str:
    return META.format(name=fresh("m"), file=world.source(), epsilon=1.0, description="x")


CHANGES = [
    ("description: x", "description: !!python/object/apply:os.system ['id']"),
    ("description: x", "description: !!python/name:os.system"),
    ("description: x", "description: &a x\ntags: [*a]"),
    ("description: x", "description: x\n<<: {type: CSV}"),
    ("description: x", "description: x\ndescription: y"),
    ("description: x", "description: x\non: 1"),
    ("description: x", "description: x\n---\nname: second"),
    ("max_ids: 1", "max_ids: 0"),
    ("max_ids: 1", "max_ids: -1"),
    ("max_ids: 1", "max_ids: 1.5"),
    ("max_ids: 1", "max_ids: .inf"),
    ("max_ids: 1", "max_ids: true"),
    ("max_ids: 1", "max_idz: 1"),
    ("lower: 0, upper: 120", "lower: 120, upper: 0"),
    ("lower: 0, upper: 120", "lower: .nan, upper: 120"),
    ("lower: 0, upper: 120", "lower: 0, upper: .inf"),
    ("lower: 0, upper: 120", "lower: 0, upper: 1e400"),
    ("lower: 0, upper: 120", "lower: 0, upper: " + "9" * 5000),
    ("lower: 0, upper: 120", "lower: 0, upper: 120, use_auto_bounds: true"),
    ("privacy_level: 2", "privacy_level: 3"),
    ("privacy_level: 2", "privacy_level: -1"),
    ("budget_epsilon: 1.0", "budget_epsilon: -1.0"),
    ("budget_epsilon: 1.0", "budget_epsilon: .inf"),
    ("budget_delta: 0.001", "budget_delta: 1.5"),
    ("privacy_column: pid", "privacy_column: nobody"),
    ("privacy_column: pid", "privacy_column: sex"),
    ("allowed_values: [0, 1]", "allowed_values: [0, one]"),
    ("sex: {type: int", "sex: {type: complex"),
    ("rows: 1234", "rows: -1"),
    ("  person:", "  person/../../x:"),
    ("  person:", "  'per\\0son':"),
    ("name: m", "name: 'a,b' #"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES, ids=[new[:40] for _, new in CHANGES])
def test_metadata_that_contradicts_itself_or_builds_objects_is_refused(world: World, old: str, new: str) -> None:
    meta = good(world)
    assert meta.count(old) == 1
    before = world.rows("SELECT count(*) FROM data UNION ALL SELECT count(*) FROM jobs")
    refused(world.admin.post("/data", json={"meta": meta.replace(old, new)}), 422)
    assert world.rows("SELECT count(*) FROM data UNION ALL SELECT count(*) FROM jobs") == before


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]",
        "{" * 5_000,
        "[" * 50_000,
        "- " * 50_000,
        "a: " + "'" * 99_999,
        "? " * 10_000,
        "\t",
        "%YAML 9.9\n---\na: 1",
        "meta_dataset: {format: simple, node: 5}",
        "meta_dataset: {format: full, node: {type_name: dataset}}",
        "meta_dataset: {format: full, specification: dataset_v9, node: {}}",
        "name: x\n" + "\n".join(f"k{n}: {{}}" for n in range(20_000)),
        "\ufeff",
        "name: \ud83d\ude00",
        "x" * 1_000_000,
        "1",
        "null",
        "[]",
    ],
    ids=range(18),
)
def test_what_is_no_metadata_is_refused_quickly(world: World, text: str) -> None:
    refused(
        world.admin.post("/data", json={"meta": text.encode("utf8", "surrogatepass").decode("utf8", "replace")}), 422
    )
    assert world.nobody.get("/health").status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "/etc/passwd",
        "../dq0.sqlite",
        "../../../etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x.csv",
        "s3://bucket/x.csv",
        "/dev/zero",
        "/proc/self/environ",
        "escape.csv",
        "folder.csv",
        "pipe.csv",
        "'*.csv'",
        "dq0.sqlite",
        "''",
        "missing.csv",
        '"x.csv\\0.csv"',
    ],
)
def test_a_source_outside_the_folders_is_refused_like_one_that_is_not_there(world: World, uri: str) -> None:
    folder = data_folder(world.live)
    secret = world.live.home / "outside.csv"
    secret.write_text("age,sex,educ,race,income,married,pid\n1,1,1,1,1,1,1\n", encoding="utf8")
    if not (folder / "escape.csv").is_symlink():
        (folder / "escape.csv").symlink_to(secret)
        (folder / "folder.csv").mkdir()
        os.mkfifo(folder / "pipe.csv")
    meta = good(world)
    file = next(line for line in meta.splitlines() if "connection:" in line).split()[1]
    said = refused(world.admin.post("/data", json={"meta": meta.replace(file, uri)}), 422)
    missing = refused(world.admin.post("/data", json={"meta": meta.replace(file, "missing.csv")}), 422)
    assert said == missing or "connection" in said
    assert str(world.live.home) not in said
