"""Any sequence of steps: the ledger against plain arithmetic, and who may what against the definition of it."""

import uuid
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from quarantine.domain.accounting import RHO_UNITS, rho_units
from quarantine.domain.errors import BudgetExceeded, Conflict, NotFound
from quarantine.domain.privacy import Cost
from quarantine.store import data, filters, ledger, levels, memberships, permissions, rows, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database

STEPS = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MILLI = st.integers(0, 2000).map(lambda number: number / 1000)
DELTAS = st.integers(0, 20).map(lambda number: number / 10**7)
LEVELS = st.integers(0, 4)


class Person(Protocol):
    def __call__(self, email: str, *role_names: str) -> Actor: ...


def exactly(number: float) -> Decimal:
    return Decimal(repr(number))


class Spending(RuleBasedStateMachine):
    """Grants, charges, caps and filters of one source by two people, and what each must come to."""

    database: Database
    people: list[int]

    @initialize()
    def begin(self) -> None:
        with self.database.transaction(durable=True) as connection:
            self.lineage = data.lineage_of(connection, [data.Origin(f"/{uuid.uuid4()}", "")])
        self.granted, self.charged = [Decimal(0), Decimal(0)], [Decimal(0), Decimal(0)]
        self.caps: dict[int, list[Decimal]] = {}
        self.spent = {person: [Decimal(0), Decimal(0)] for person in self.people}
        self.rho, self.limit = 0, 0
        self.jobs: list[tuple[str, int, Cost]] = []

    @rule(epsilon=MILLI, delta=DELTAS)
    def grant(self, epsilon: float, delta: float) -> None:
        with self.database.transaction(durable=True) as connection:
            ledger.grant(connection, self.lineage, epsilon, delta, user_id=self.people[0])
        self.granted = [self.granted[0] + exactly(epsilon), self.granted[1] + exactly(delta)]

    @rule(epsilon=MILLI, delta=DELTAS)
    def set_what_is_left(self, epsilon: float, delta: float) -> None:
        with self.database.transaction(durable=True) as connection:
            ledger.set_current(connection, self.lineage, epsilon, delta, user_id=self.people[0])
        self.granted = [self.charged[0] + exactly(epsilon), self.charged[1] + exactly(delta)]

    @rule(who=st.integers(0, 1), epsilon=MILLI, delta=DELTAS)
    def cap(self, who: int, epsilon: float, delta: float) -> None:
        person = self.people[who]
        with self.database.transaction(durable=True) as connection:
            ledger.set_cap(connection, self.lineage, person, epsilon, delta, set_by=self.people[0])
        spent = self.spent[person]
        self.caps[person] = [spent[0] + exactly(epsilon), spent[1] + exactly(delta)]

    @rule(rho=MILLI)
    def count_in_rho(self, rho: float) -> None:
        with self.database.transaction(durable=True) as connection:
            ledger.set_filter(connection, self.lineage, rho, user_id=self.people[0])
        self.limit = int(exactly(rho) * RHO_UNITS)

    @rule(
        who=st.integers(0, 1), epsilon=st.integers(1, 1500), delta=DELTAS, parts=st.integers(0, 3), lost=st.booleans()
    )
    def charge(self, who: int, epsilon: int, delta: float, parts: int, lost: bool) -> None:
        person, price, job = self.people[who], Cost(epsilon / 1000, delta), str(uuid.uuid4())
        entries = [{"epsilon": epsilon / 1000 / max(1, parts), "rho": 0.0}] * parts
        rho = rho_units(entries, Fraction(epsilon, 1000))
        wanted = self.fits(person, price, rho)
        try:
            with self.database.transaction(durable=True) as connection:
                ledger.charge(connection, self.lineage, price, user_id=person, job_uuid=job, mechanisms=entries)
                filters.filters(connection, [self.lineage])
                if lost:
                    raise ZeroDivisionError
        except BudgetExceeded:
            assert not wanted
            return
        except ZeroDivisionError:
            assert wanted
            return
        assert wanted
        for i, amount in enumerate((exactly(price.epsilon), exactly(price.delta))):
            self.charged[i] += amount
            self.spent[person][i] += amount
        self.rho += rho
        self.jobs.append((job, person, price))

    def fits(self, person: int, price: Cost, rho: int) -> bool:
        amounts = exactly(price.epsilon), exactly(price.delta)
        cap = self.caps.get(person)
        if cap is not None and any(self.spent[person][i] + amounts[i] > cap[i] for i in (0, 1)):
            return False
        if self.charged[1] + amounts[1] > self.granted[1]:
            return False
        if self.limit:
            return self.rho + rho <= self.limit
        return self.charged[0] + amounts[0] <= self.granted[0]

    @rule(which=st.integers(0, 30), more=st.booleans())
    def charge_again(self, which: int, more: bool) -> None:
        if not self.jobs:
            return
        job, person, price = self.jobs[which % len(self.jobs)]
        again = Cost(price.epsilon + more, price.delta)
        try:
            with self.database.transaction(durable=True) as connection:
                ledger.charge(connection, self.lineage, again, user_id=person, job_uuid=job)
        except Conflict:
            assert more
        else:
            assert not more

    @invariant()
    def the_books_are_right(self) -> None:
        with self.database.transaction() as connection:
            found = ledger.balance(connection, self.lineage)
            filtered = filters.filters(connection, [self.lineage]).get(self.lineage)
            assert ledger.verify(connection) is None
            assert ledger.verify_caps(connection) is None
        left = [grant - charge for grant, charge in zip(self.granted, self.charged, strict=True)]
        assert exactly(found.initial_epsilon) == self.granted[0]
        assert exactly(found.current_epsilon) == max(left[0], Decimal(0)).quantize(Decimal(1).scaleb(-9), ROUND_CEILING)
        assert found.current_delta == pytest.approx(float(left[1]), abs=1e-17)
        assert filtered == ((self.limit, self.rho) if self.limit else None)


class Belonging(RuleBasedStateMachine):
    """People, roles, groups and two datasets, and the levels that follow."""

    database: Database
    admin: Actor
    people: list[Actor]

    @initialize()
    def begin(self) -> None:
        name = uuid.uuid4().hex
        with self.database.transaction(write=True) as connection:
            lineage = data.lineage_of(connection, [data.Origin(f"/{name}", "")])
            owner = self.people[0].user_id
            self.data = [
                data.register(connection, user_id=owner, name=f"{name}{i}", meta="{}", lineage=lineage)
                for i in range(2)
            ]
            self.roles = [
                memberships.create(connection, tables.roles, "role", role_name=f"r{name}{i}", permission=0)
                for i in range(3)
            ]
            self.groups = [
                memberships.create(connection, tables.groups, "group", group_name=f"g{name}{i}") for i in range(2)
            ]
        self.own: set[tuple[int, int]] = set()
        self.joined: set[tuple[int, int]] = set()
        self.lent: set[tuple[int, int]] = set()
        self.given: dict[tuple[int, int], int] = {}

    @rule(person=st.integers(1, 2), role=st.integers(0, 2), held=st.booleans())
    def own_role(self, person: int, role: int, held: bool) -> None:
        with self.database.transaction(write=True) as connection:
            found = memberships.role(connection, role_id=self.roles[role])
            memberships.set_user_role(connection, self.admin, self.people[person].user_id, found, held=held)
        (self.own.add if held else self.own.discard)((person, role))

    @rule(person=st.integers(1, 2), group=st.integers(0, 1), held=st.booleans())
    def join(self, person: int, group: int, held: bool) -> None:
        with self.database.transaction(write=True) as connection:
            user_id = self.people[person].user_id
            memberships.set_user_group(connection, self.admin, user_id, self.groups[group], held=held)
        (self.joined.add if held else self.joined.discard)((person, group))

    @rule(group=st.integers(0, 1), role=st.integers(0, 2), held=st.booleans())
    def lend(self, group: int, role: int, held: bool) -> None:
        with self.database.transaction(write=True) as connection:
            found = memberships.role(connection, role_id=self.roles[role])
            memberships.set_group_role(connection, self.admin, self.groups[group], found, held=held)
        (self.lent.add if held else self.lent.discard)((group, role))

    @rule(role=st.integers(0, 2), dataset=st.integers(0, 1), level=LEVELS)
    def give(self, role: int, dataset: int, level: int) -> None:
        with self.database.transaction(write=True) as connection:
            data.set_permission(connection, self.data[dataset].data_id, self.roles[role], level)
        self.given[role, dataset] = level

    def held(self, person: int) -> set[int]:
        groups = {group for who, group in self.joined if who == person}
        return {role for who, role in self.own if who == person} | {role for g, role in self.lent if g in groups}

    @invariant()
    def everybody_may_what_his_roles_may(self) -> None:
        with self.database.transaction() as connection:
            for number, actor in enumerate(self.people):
                wanted = [
                    4 if number == 0 else max((self.given.get((role, i), 0) for role in self.held(number)), default=0)
                    for i in range(2)
                ]
                assert [level_on(connection, actor, row) for row in self.data] == wanted
                shown = {row.data_id for row in connection.execute(permissions.datasets(actor))}
                ours = {row.data_id for row in self.data}
                assert shown & ours == {row.data_id for row, level in zip(self.data, wanted, strict=True) if level}
                roles = {row.role_id for row in levels.held(connection, actor.user_id)} & set(self.roles)
                assert roles == {self.roles[role] for role in self.held(number)}


def level_on(connection: Any, actor: Actor, row: rows.AnyRow) -> int:
    try:
        return permissions.object_level(connection, actor, "data", "data_uuid", row.data_uuid)[1]
    except NotFound:
        return 0


def test_no_sequence_of_grants_charges_caps_and_filters_overspends(database: Database, person: Person) -> None:
    machine = type(
        "Machine", (Spending,), {"database": database, "people": [person(f"{n}@x.io").user_id for n in "ab"]}
    )
    run_state_machine_as_test(machine, settings=STEPS)


def test_no_sequence_of_memberships_and_grants_lets_anybody_do_more_than_his_roles(
    database: Database, person: Person
) -> None:
    cast = {"admin": person("admin@x.io", "admins"), "people": [person(f"{name}@x.io") for name in "abc"]}
    run_state_machine_as_test(type("Machine", (Belonging,), {"database": database, **cast}), settings=STEPS)
