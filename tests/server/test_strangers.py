import pytest

from quarantine.server import strangers
from quarantine.server.strangers import ROWS, Strangers


def test_a_flood_gets_so_many_rows_and_the_next_one_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(strangers.time, "monotonic", lambda: now[0])
    door = Strangers()
    told = [door.told() for _ in range(ROWS + 7)]
    assert told == [""] * ROWS + [None] * 7
    assert door.untold == 7
    now[0] += strangers.SECONDS
    assert door.told() == "7 more refusals of nobody had no row of their own"
    assert (door.told(), door.untold) == ("", 0)
