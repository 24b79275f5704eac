"""Spark on this machine, for tests: where there is no Java or no pyspark they are skipped."""

import importlib.util
import os
import shutil

import pytest

MISSING = "Spark is not installed: it needs Java 17 or later on the path and `pip install 'dq0-server[spark]'`"


@pytest.fixture(scope="session")
def spark_needed() -> None:
    """Skips the test without Spark; with DQ0_TEST_REQUIRE_SPARK=1 it fails instead."""
    if shutil.which("java") and importlib.util.find_spec("pyspark"):
        return
    if os.environ.get("DQ0_TEST_REQUIRE_SPARK") == "1":
        pytest.fail(f"{MISSING}; and DQ0_TEST_REQUIRE_SPARK=1 does without no test")
    pytest.skip(MISSING)
