"""How schemathesis signs in: the run's own session, and a spare one for each operation that ends a session.

And one repair: schemathesis 4.32 looks for links in answers by `urlsplit`, which raises for a value like `http://[`
(a name may well be that, and is given back), and the whole run ends as an accident of the tool.
"""

import itertools
import os
from typing import Any

import schemathesis
from schemathesis.engine import observations

ENDS_A_SESSION = {"auth_logout", "user_logout"}
MAIN = os.environ["DQ0_TEST_TOKEN"]
SPARE = itertools.cycle(os.environ["DQ0_TEST_SPARE_TOKENS"].split())
LINK = observations._same_origin_path


def link_or_nothing(value: str, origin: tuple[str, str]) -> str | None:
    """What schemathesis makes of a string in an answer; one that only looks like an address is no link."""
    try:
        return LINK(value, origin)
    except ValueError:
        return None


observations._same_origin_path = link_or_nothing


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
