"""A budget belongs to the source: no name, copy, removal or person refills it; and a changed source is read anew."""

import os
import shutil

from world import COUNT, META, World, answer, ask, data_folder, done, fresh, ready, refused

NEAR = 40  # a count at epsilon 5 is far nearer than this to the truth


def test_removing_and_registering_again_refills_nothing(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file, epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))
    again = world.dataset(file=file, epsilon=50.0)
    assert world.balance(again) == (0.5, 2.0)
    refused(ask(world.admin, again, epsilon=1.0), 403)


def test_a_copy_under_another_path_and_name_refills_nothing(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file, epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    folder = data_folder(world.live)
    (folder / "deeper").mkdir(exist_ok=True)
    shutil.copy(folder / file, folder / "deeper" / f"copy-{file}")
    os.link(folder / file, folder / f"link-{file}")
    (folder / f"symbolic-{file}").symlink_to(folder / file)
    for name in (f"deeper/copy-{file}", f"link-{file}", f"symbolic-{file}", f"deeper/../{file}"):
        meta = META.format(name=fresh("copy"), file=name, epsilon=50.0, description="")
        response = world.admin.post("/data", json={"meta": meta})
        if ".." in name:
            refused(response, 422)
            continue
        assert world.balance(ready(world.admin, response)) == (0.5, 2.0)
    done(ask(world.admin, dataset, epsilon=0.5))
    assert world.balance(dataset) == (0.0, 2.0)


def test_pointing_a_dataset_elsewhere_and_back_refills_nothing(world: World) -> None:
    file, other = world.source(), world.source()
    dataset = world.dataset(file=file, epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    path, name = f"/data/{dataset['data_uuid']}", dataset["data_name"]
    for target, balance in ((other, (2.0, 2.0)), (file, (0.5, 2.0))):
        meta = META.format(name=name, file=target, epsilon=2.0, description="")
        shown = ready(world.admin, world.admin.patch(path, json={"meta": meta}))
        assert world.balance(shown) == balance


def test_an_edited_source_keeps_its_budget_and_is_read_anew(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file, epsilon=100.0)
    before = int(answer(world.admin, dataset, COUNT, 5.0).split()[1])
    source = data_folder(world.live) / file
    with source.open("a", encoding="utf8") as stream:
        stream.writelines(f"40,1,9,1,5.0,1,{8_000_000 + n}\n" for n in range(500))
    after = int(answer(world.admin, dataset, COUNT, 5.0).split()[1])
    assert abs(before - 1001) < NEAR
    assert abs(after - 1501) < NEAR
    assert world.balance(dataset) == (90.0, 100.0)
    again = world.dataset(file=file, epsilon=500.0)
    assert world.balance(again) == (90.0, 100.0)


def test_a_source_that_is_gone_leaves_the_copy_to_answer(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file)
    (data_folder(world.live) / file).unlink()
    assert abs(int(answer(world.admin, dataset, COUNT, 5.0).split()[1]) - 1001) < NEAR


def test_other_peoples_sources_are_not_registered_again(world: World) -> None:
    masked = META.replace("educ: {{type: int", "educ: {{type: int, selectable: false")
    file = world.source()
    dataset = world.dataset(file=file, meta=masked, epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    meta = META.format(name=fresh("thief"), file=file, epsilon=50.0, description="")
    refused(world.owner.post("/data", json={"meta": meta}), 403)
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))
    refused(world.owner.post("/data", json={"meta": meta}), 403)

    copy = f"copy-{file}"
    shutil.copy(data_folder(world.live) / file, data_folder(world.live) / copy)
    created = done(world.owner.post("/data", json={"meta": meta.replace(file, copy)}))
    while (shown := done(world.owner.get(f"/data/{created['data_uuid']}")))["data_state"] == "preparing":
        pass
    assert shown["data_state"] == "failed"
    refused(world.owner.post("/privacy/budgets", json={"data_id": created["data_id"], "current": 100}), 409)
    refused(ask(world.owner, created), 409)

    own = world.source()
    mine = world.dataset(world.owner, file=own, epsilon=2.0)
    again = ready(
        world.admin, world.admin.post("/data", json={"meta": meta.replace(file, own).replace("thief", "admins")})
    )
    assert world.balance(mine) == world.balance(again) == (2.0, 2.0)
    elsewhere = META.format(name=mine["data_name"], file=file, epsilon=2.0, description="")
    refused(world.owner.patch(f"/data/{mine['data_uuid']}", json={"meta": elsewhere}), 403)


def test_nobody_has_more_rows_than_declared_in_the_copy(world: World) -> None:
    file = world.source(more="40,1,9,1,5.0,1,424242\n" * 5_000)
    dataset = world.dataset(file=file, epsilon=100.0)
    assert abs(int(answer(world.admin, dataset, COUNT, 5.0).split()[1]) - 1002) < NEAR
    where = f"{COUNT} WHERE age = 40 AND educ = 9 AND race = 1 AND sex = 1"
    assert int(answer(world.admin, dataset, where, 5.0).split()[1]) < 100
