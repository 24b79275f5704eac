"""Collecting pauses while answers are made, and goes on afterwards whatever happens."""

import gc
import threading

import pytest

from quarantine.domain.privacy.uninterrupted import uninterrupted


def test_collecting_goes_on_after_the_last_has_left_also_with_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="inside"), uninterrupted():
        with uninterrupted():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError("inside")
    assert gc.isenabled()


def test_who_leaves_first_does_not_begin_collecting_for_the_others() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with uninterrupted():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(10)
    with uninterrupted():
        pass
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_where_collecting_is_off_it_stays_off() -> None:
    gc.disable()
    try:
        with uninterrupted():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
