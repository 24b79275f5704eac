"""How schemathesis signs in: the run's own session, that of the asked server for proxies, and spare ones to be ended.

Links whose value is the last word of a message (`x-links`, see `spec/links.yaml`) are written as schemathesis reads
them.

And one repair: schemathesis 4.32 looks for links in answers by `urlsplit`, which raises for a value like `http://[`
(a name may well be that, and is given back), and the whole run ends as an accident of the tool.
"""

import itertools
import os
from typing import Any

import schemathesis
from schemathesis.engine import observations

ENDS_A_SESSION = {"auth_logout", "user_logout"}
# Of the server that is asked, where that is not the one that answers for a quarantine.
OF_PROXIES = {"list_proxies", "create_proxy", "get_current_proxy", "get_proxy", "activate_proxy", "delete_proxy"}
OWN = os.environ["DQ0_TEST_OWN_TOKEN"]
MAIN = os.environ["DQ0_TEST_TOKEN"]
SPARE = itertools.cycle(os.environ["DQ0_TEST_SPARE_TOKENS"].split())
LAST_WORD = r"#regex:(\S+)\Z"
LINK = observations._same_origin_path


def link_or_nothing(value: str, origin: tuple[str, str]) -> str | None:
    """What schemathesis makes of a string in an answer; one that only looks like an address is no link."""
    try:
        return LINK(value, origin)
    except ValueError:
        return None


observations._same_origin_path = link_or_nothing


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Make links of what OpenAPI has no expression for."""
    operations = [node for item in raw_schema["paths"].values() for node in item.values() if isinstance(node, dict)]
    for response in (each for node in operations for each in node.get("responses", {}).values()):
        for name, link in response.get("x-links", {}).items():
            last = {key: f"{value}{LAST_WORD}" for key, value in link["parameters"].items()}
            response.setdefault("links", {})[name] = link | {"parameters": last}


@schemathesis.auth(refresh_interval=None)
class Sessions:
    """Called for each request that is to be signed in; those that are to go without are left alone."""

    def get(self, case: Any, context: Any) -> str:
        """The token for this request."""
        name = case.operation.definition.raw.get("operationId")
        if name in OF_PROXIES:
            return OWN
        return next(SPARE) if name in ENDS_A_SESSION else MAIN

    def set(self, case: Any, data: str, context: Any) -> None:
        """Put it where the contract wants it."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
