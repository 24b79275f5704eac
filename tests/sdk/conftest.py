"""The quiet client of the server that a test file calls `local`."""

from collections.abc import Iterator

import pytest

from live import Live
from sdk.quiet_client import Quiet


@pytest.fixture
def quiet(local: Live) -> Iterator[Quiet]:
    client = Quiet(local.address + "/")
    yield client
    client.close()
