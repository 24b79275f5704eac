"""Which databases are reached, and as whom, is the server operator's to say, and nobody else's."""

from pathlib import Path

import pytest

from postgres_source import PASSWORD, READER, Warehouse
from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.addresses import Server
from quarantine.domain.settings import Settings, read_settings
from quarantine.store.sources.postgresql_session import OTHER_ACCOUNT, UNALLOWED, UNNAMED, allowed


def test_what_may_be_reached_and_as_whom_is_the_operators_to_say(warehouse: Warehouse, tmp_path: Path) -> None:
    server = Server(**warehouse.source)
    home = str(tmp_path)
    with pytest.raises(Refused) as caught:
        allowed(server, Settings(home=home))
    assert caught.value.message == UNALLOWED
    own = warehouse.settings(tmp_path)
    for other in ({"port": 1}, {"database": "postgres"}, {"host": "localhost"}):
        with pytest.raises(Refused, match="not one that data may come from"):
            allowed(Server(**{**warehouse.source, **other}), own)
    assert allowed(server, own).server.username == READER
    assert allowed(Server(**warehouse.source, username=READER, password="x"), own).server.password == PASSWORD
    with pytest.raises(Refused) as caught:
        allowed(Server(**warehouse.source, username="owner", password="x"), own)
    assert caught.value.message == OTHER_ACCOUNT
    open_to_all = Settings(home=home, data_databases=warehouse.address)
    for account in ({}, {"username": READER}):
        with pytest.raises(Refused) as caught:
            allowed(Server(**warehouse.source, **account), open_to_all)
        assert caught.value.message == UNNAMED
    assert allowed(Server(**warehouse.source, username=READER, password="x"), open_to_all).server.password == "x"


@pytest.mark.parametrize(
    "text",
    ["postgresql://h", "mysql://h/d", "postgresql://h/d?options=-c", "postgresql:///d", "postgresql://me:s3cret@h/d/e"],
)
def test_a_setting_that_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Invalid, match="DQ0_DATA_DATABASES") as caught:
        read_settings({"DQ0_DATA_DATABASES": f"postgresql://ok/db {text}"})
    assert "s3cret" not in caught.value.message


def test_the_servers_own_database_is_no_source() -> None:
    with pytest.raises(Invalid, match="the server's own database"):
        read_settings(
            {
                "DQ0_DATABASE_URL": "postgresql+psycopg://dq0:pw@DB.example/dq0?sslmode=require",
                "DQ0_DATA_DATABASES": "postgresql://other@db.example:5432/dq0",
            }
        )
