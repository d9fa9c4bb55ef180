"""Reading ahead keeps order and bounds, hands errors over, and ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragkit.ingest.ahead import ahead


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ragkit-reader"]


@settings(deadline=None)
@given(items=st.lists(st.integers(1, 9)), limit=st.integers(1, 20))
def test_everything_comes_in_order(items: list[int], limit: int) -> None:
    assert list(ahead(iter(items), lambda item: item, limit)) == items
    assert readers() == []


def test_no_more_is_held_than_the_limit_and_one() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield 3

    taken = 0
    for _ in ahead(items(), lambda item: item, 7):
        taken += 1
        # three items reach the limit of 7, one may be in the making
        assert len(made) - taken <= 4
    assert taken == 50


def test_it_runs_while_the_reader_is_busy() -> None:
    reached = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        reached.set()
        yield 2

    line = ahead(items(), lambda item: item, 10)
    assert next(line) == 1
    assert reached.wait(10)
    assert list(line) == [2]


def test_a_generator_that_is_broken_off_ends_in_its_own_thread() -> None:
    ended: list[str] = []

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.append(threading.current_thread().name)

    line = ahead(items(), lambda item: item, 3)
    assert next(line) == 1
    line.close()
    assert ended == ["ragkit-reader"]


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_an_error_comes_after_the_items_before_it(error: BaseException) -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise error

    line = ahead(items(), lambda item: item, 100)
    got = [next(line), next(line)]
    with pytest.raises(type(error)):
        next(line)
    assert got == [1, 2]
    assert readers() == []


def test_closing_ends_the_thread() -> None:
    def items() -> Iterator[int]:
        while True:
            yield 1

    line = ahead(items(), lambda item: item, 5)
    next(line)
    line.close()
    assert readers() == []
