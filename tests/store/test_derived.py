"""Files of transforms: what no dataset is called after does not stay, and what may just be written does."""

import os
import uuid
from collections.abc import Callable

from quarantine.domain.settings import Settings
from quarantine.store import data, derived
from quarantine.store.context import Actor
from quarantine.store.data import Origin
from quarantine.store.engine import Database

LONG_AGO = 10_000.0


def test_tables_that_no_dataset_is_called_after_are_removed_once_nobody_can_be_writing_them(
    database: Database, settings: Settings, person: Callable[..., Actor]
) -> None:
    user_id = person("owner@dq0.io", "owners").user_id
    with database.transaction(write=True) as connection:
        lineage = data.lineage_of(connection, [Origin("/a", "")])
        kept, removed = (
            data.register(connection, user_id=user_id, name=name, meta="m", lineage=lineage).data_uuid for name in "ab"
        )
        data.remove(connection, 2)
    names = {"kept": kept, "removed": removed, "old": str(uuid.uuid4()), "young": str(uuid.uuid4())}
    settings.derived_folder.mkdir()
    paths = {name: settings.derived_folder / f"{key}.derived.csv" for name, key in names.items()}
    for name, path in paths.items():
        path.write_text("pid\n")
        if name != "young":
            os.utime(path, (LONG_AGO, LONG_AGO))
    with database.transaction() as connection:
        derived.sweep(connection, settings)
    assert [name for name, path in paths.items() if path.exists()] == ["kept", "young"]
