"""How schemathesis signs in: the run's own session, and a spare one for each operation that ends a session."""

import itertools
import os
from typing import Any

import schemathesis

ENDS_A_SESSION = {"auth_logout", "user_logout"}
MAIN = os.environ["DQ0_TEST_TOKEN"]
SPARE = itertools.cycle(os.environ["DQ0_TEST_SPARE_TOKENS"].split())


@schemathesis.auth(refresh_interval=None)
class Sessions:
    """Called for each request that is to be signed in; those that are to go without are left alone."""

    def get(self, case: Any, context: Any) -> str:
        """The token for this request."""
        ends = case.operation.definition.raw.get("operationId") in ENDS_A_SESSION
        return next(SPARE) if ends else MAIN

    def set(self, case: Any, data: str, context: Any) -> None:
        """Put it where the contract wants it."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
