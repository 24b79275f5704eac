"""What the fast stack imports of Connexion, and what it leaves for later."""

import subprocess
import sys

from live import ROOT

CODE = """
import sys
import quarantine.server.app
assert "urllib3" not in sys.modules
import requests
from requests.adapters import HTTPAdapter
assert requests.get.__module__ == "requests.api"
assert sys.modules["requests"].Session is requests.Session
assert "urllib3" in sys.modules
"""


def test_a_library_that_the_server_never_calls_is_loaded_by_who_does_and_is_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
