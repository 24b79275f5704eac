"""A client that talks as the public SDK does, in our own words.

Only GET and POST, no credentials, `null` for nothing to send, a slash at every path's end but one, no look at the
status, no redirect followed with its body. An answer must be a JSON object without the key `error`.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx


class Trouble(Exception):
    """The answer had an error in it, whatever its status."""


class Quiet:
    """One local server, as a notebook sees it."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """What is there."""
        return self._object(self._client.get(path, params=query or None))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Ask for something to be done."""
        content = json.dumps(body).encode()
        return self._object(self._client.post(path, content=content, headers={"content-type": "application/json"}))

    def job(self, job_uuid: str) -> dict[str, Any]:
        """Poll until the job has ended in a way this client knows."""
        while True:
            found = self.get(f"jobs/{job_uuid}/")
            if found["job_state"] in ("finished", "error") or int(found["job_progress"]) == 1:
                return found

    @staticmethod
    def _object(response: httpx.Response) -> dict[str, Any]:
        found = response.json()
        if not isinstance(found, dict):
            raise Trouble("not an object")
        if "error" in found and found["error"] != "":
            raise Trouble(found["error"])
        return found


def last_word(message: str) -> str:
    """The uuid that a message ends with."""
    return message.split(" ")[-1]
