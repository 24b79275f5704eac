"""Logs are one line each, and hold no value that could forge another or tell too much."""

import json
import logging
from collections.abc import Iterator

import pytest

from quarantine.domain.settings import Settings
from quarantine.server.logs import Forward, configure_logs, log


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = handlers, level
    configure_logs_quietly()


def configure_logs_quietly() -> None:
    handlers = logging.root.handlers[:]
    configure_logs(Settings())
    logging.root.handlers[:] = handlers


def test_a_line_break_in_a_value_makes_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("json", "console"):
        configure_logs(Settings(log_format=form))
        log.error("refused", client="a\n2026-01-01 [error] forged\x1b[31m")
        written = capsys.readouterr().err
        assert written.count("\n") == 1
        assert "\x1b" not in written


def test_json_logs_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json", log_level="warning"))
    log.info("not shown")
    log.warning("shown", request_id="7")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["request_id"]) == ("shown", "warning", "7")


def test_of_a_library_s_exception_only_type_and_place_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))
    logger = logging.Logger("library")
    logger.addHandler(Forward())
    try:
        raise ValueError("canary-7f3a")
    except ValueError:
        logger.exception("it failed")
    written = capsys.readouterr().err
    assert "canary" not in written
    assert json.loads(written)["error"] == "ValueError"
