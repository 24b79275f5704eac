"""Whether lists and permission checks cost the same at any size; `make bench` runs it.

Two databases of each kind, filled with a hundred rows of everything and with what a large house has (100k users, 1k
roles, 10k datasets, 1M audit rows). The same calls take turns on both, and the ratio of their medians is printed: the
goal is 1.5. One person asks in all of them: an administrator, and a member who sees a hundred datasets in both.

What is timed is the store's work for a request without HTTP around it, which would hide the difference. PostgreSQL is
the server that DQ0_BENCH_POSTGRES_URL names, or one that is started for the purpose where it is installed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from sqlalchemy import insert, make_url, text  # noqa: E402

from handlers import audits, data, groups, roles, users  # noqa: E402
from quarantine.domain.settings import Settings  # noqa: E402
from quarantine.store import counts, permissions, rows, sessions, tables  # noqa: E402
from quarantine.store.context import Actor, Context  # noqa: E402
from quarantine.store.engine import Database, open_database  # noqa: E402
from quarantine.store.migrate import migrate  # noqa: E402

SEEN = 100
ROUNDS = 60
ADMIN, MEMBER = 1, 2


class Size(NamedTuple):
    """How many rows of everything."""

    users: int
    roles: int
    datasets: int
    audits: int


SMALL, LARGE = Size(100, 100, 100, 100), Size(100_000, 1_000, 10_000, 1_000_000)


class House(NamedTuple):
    """A filled database, who asks, and the dataset that is looked at."""

    database: Database
    settings: Settings
    token: str
    data_uuid: str


def fill(settings: Settings, size: Size) -> House:
    """A database of that size; hashes of audit rows are made up, nobody verifies them here."""
    database = open_database(settings)
    migrate(database)
    lineage = str(uuid.uuid4())
    with database.transaction(write=True) as connection:
        person = {"password_hash": "", "state": "confirmed"}
        put(connection, tables.users, ({**person, "email": f"u{i}@example.org", **at(i)} for i in range(size.users)))
        put(connection, tables.roles, ({"role_name": f"r{i}", "permission": 2, **at(i)} for i in range(size.roles)))
        put(connection, tables.groups, ({"group_name": f"g{i}", **at(i)} for i in range(size.roles)))
        held = ({"user_id": 3 + i, "role_id": 5 + i % size.roles} for i in range(size.users - 2))
        put(connection, tables.user_roles, held)
        put(connection, tables.group_roles, ({"group_id": 1 + i, "role_id": 5 + i} for i in range(size.roles)))
        put(connection, tables.user_groups, [{"user_id": MEMBER, "group_id": 1}])
        rows.insert(connection, tables.user_roles, user_id=ADMIN, role_id=1)
        rows.insert(connection, tables.lineages, lineage=lineage, created_at=1)
        put(connection, tables.data, (dataset(i, lineage) for i in range(size.datasets)))
        # Every dataset is granted to some role; the member's role has a hundred of them.
        granted = ({"data_id": 1 + i, "role_id": role_of(i, size), "permission": 2} for i in range(size.datasets))
        put(connection, tables.data_permissions, granted)
        put(connection, tables.audits, (entry(i) for i in range(size.audits)))
        rows.update(connection, tables.chain_heads, {"chain": "audits"}, last_id=size.audits)
        for table in (tables.users, tables.roles, tables.groups, tables.data):
            counts.count_anew(connection, table)
        token = sessions.open_session(connection, MEMBER, days=1)
        found = rows.get(connection, tables.data, data_id=1)
    with database.transaction(write=True) as connection:
        # The planner of either database goes by what it knows of the tables; a running one finds out by itself.
        connection.execute(text("ANALYZE"))
    return House(database, settings, token, "" if found is None else str(found.data_uuid))


def role_of(number: int, size: Size) -> int:
    """The first role has SEEN datasets, evenly spread; the others share the rest."""
    every = size.datasets // SEEN
    return 5 if number % every == 0 else 6 + number % (size.roles - 1)


def at(number: int) -> dict[str, int]:
    """Each a second later than the one before."""
    return {"created_at": 1_600_000_000 + number, "updated_at": 1_600_000_000 + number}


def dataset(number: int, lineage: str) -> dict[str, object]:
    """A dataset of an administrator."""
    key = {"data_uuid": str(uuid.uuid4()), "data_name": f"d{number}", "user_id": ADMIN, "lineage": lineage}
    return {**key, "meta": "{}", "data_state": "ready", **at(number)}


def entry(number: int) -> dict[str, object]:
    """An audit row: ten a second, of one in ten people's and one in a hundred actions."""
    who = {"actor": f"u{number % 9_973}@example.org", "action": f"Action{number % 97}", "object": "", "outcome": "ok"}
    more = {"request_id": f"{number:016x}", "description": "", "previous_hash": "0" * 64, "hash": "0" * 64}
    return {"audit_id": number + 1, "timestamp": 1_600_000_000 + number // 10, **who, **more}


def put(connection: Any, table: Any, values: Any) -> None:
    """Rows in large pieces."""
    piece: list[dict[str, object]] = []
    for row in values:
        piece.append(row)
        if len(piece) == 5_000:
            connection.execute(insert(table), piece)
            piece = []
    if piece:
        connection.execute(insert(table), piece)


Call = Callable[[House, Context], object]


def calls() -> dict[str, Call]:
    """What is timed, by name; each list at its first, its middle and its last page."""
    found: dict[str, Call] = {
        "session and level on an action": lambda h, c: sessions.session(
            c.connection, sessions.token_hash(h.token), action="GroupList"
        ),
        "permission check, member": lambda h, c: permissions.object_level(
            c.connection, member(), "data", "data_uuid", h.data_uuid
        ),
        "permission check, administrator": lambda h, c: permissions.object_level(
            c.connection, administrator(), "data", "data_uuid", h.data_uuid
        ),
        "datasets of a member": lambda h, c: data.list_data(as_member(c)),
        "audits of one actor": lambda h, c: audits.list_audits(c, actor="u7@example.org", page_size=1),
    }
    for name, listed in {
        "users": users.list_users,
        "roles": roles.list_roles,
        "groups": groups.list_groups,
        "datasets": data.list_data,
        "audits": audits.list_audits,
    }.items():
        for place, page in (("first", first), ("middle", middle), ("last", last)):
            found[f"{name}, {place} page"] = paged(listed, page)
            if name != "audits":
                found[f"{name} by last change, {place} page"] = paged(listed, page, order_by="-updated_at")
    return found


def paged(listed: Callable[..., Any], page: Callable[[int], int], **order: str) -> Call:
    """A list's call for the page that `page` names, of as many as there are."""
    totals: dict[int, int] = {}

    def call(house: House, context: Context) -> object:
        if id(house) not in totals:
            totals[id(house)] = listed(context, page_size=1).total
        return listed(context, page=page(totals[id(house)]), page_size=20, **order)

    return call


def first(total: int) -> int:
    return 1


def middle(total: int) -> int:
    return max(1, total // 40)


def last(total: int) -> int:
    return -(-total // 20)


def administrator() -> Actor:
    return Actor(ADMIN, "u0@example.org", 4, 1)


def member() -> Actor:
    return Actor(MEMBER, "u1@example.org", 2, 1)


def as_member(context: Context) -> Context:
    return Context(context.connection, context.settings, "", actor=member())


def timed(house: House, call: Call, times: int = 5) -> float:
    """Seconds of one call, in a transaction of its own as a request has it."""
    with house.database.transaction() as connection:
        context = Context(connection, house.settings, "", actor=administrator())
        call(house, context)
        started = time.perf_counter()
        for _ in range(times):
            call(house, context)
        return (time.perf_counter() - started) / times


def compare(small: House, large: House) -> dict[str, tuple[float, float]]:
    """The median seconds of each call on both, in turns."""
    found = {}
    for name, call in calls().items():
        pairs = [(timed(small, call), timed(large, call)) for _ in range(ROUNDS)]
        found[name] = statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
    return found


def check_cost(house: House) -> tuple[float, float]:
    """The median seconds of reading a dataset's row, bare and with the permission check."""
    bare_read, asking = bare(), member()

    def checked(h: House, c: Context) -> object:
        return permissions.object_level(c.connection, asking, "data", "data_uuid", h.data_uuid)

    pairs = [(timed(house, bare_read, 20), timed(house, checked, 20)) for _ in range(ROUNDS)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def bare() -> Call:
    """The row as the store reads any row, and nobody asked whether he may."""
    return lambda h, c: rows.get(c.connection, tables.data, data_uuid=h.data_uuid, deleted_at=None)


@contextmanager
def homes(kind: str, folder: Path) -> Iterator[Callable[[str], Settings]]:
    """Settings of fresh databases of a kind, by name."""
    if kind == "SQLite":
        yield lambda name: Settings(home=str(folder / name))
        return
    from postgres import Cluster, binaries, started

    given, programs = os.environ.get("DQ0_BENCH_POSTGRES_URL"), binaries()
    if given:
        yield servers(folder, Cluster(make_url(given)))
    elif programs is None:
        print("PostgreSQL is not installed: set DQ0_BENCH_POSTGRES_URL, or install its server")
        sys.exit(0)
    else:
        with started(programs) as url:
            yield servers(folder, Cluster(url))


def servers(folder: Path, cluster: Any) -> Callable[[str], Settings]:
    """Settings of fresh databases on a running server."""
    return lambda name: Settings(home=str(folder / name), database_url=cluster.database(migrated=False))


def report(kind: str, name: str, pair: tuple[float, float], goal: float) -> None:
    """One line: both medians, their ratio, and whether it is within the goal."""
    one, other = pair
    verdict = "met   " if other <= goal * one else "MISSED"
    times = f"{one * 1e6:8.0f} us {other * 1e6:8.0f} us  {other / one:5.2f}"
    print(f"{verdict} {kind:10} {name:34} {times}  goal <= {goal:g}")


def main() -> None:
    """Prints a line per call and database; a missed goal is no failure of the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    given = parser.parse_args()
    for kind in [given.only] if given.only else ["SQLite", "PostgreSQL"]:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            settings = stack.enter_context(homes(kind, Path(folder)))
            houses = [fill(settings(name), size) for name, size in (("small", SMALL), ("large", LARGE))]
            for name, pair in compare(*houses).items():
                report(kind, name, pair, 1.5)
            report(kind, "row read, bare and with the check", check_cost(houses[1]), 1.25)
            for house in houses:
                house.database.close()


if __name__ == "__main__":
    main()
