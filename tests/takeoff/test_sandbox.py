"""Whatever a child does, the parent gets an answer or a typed error, and no process is left."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from takeoff.sandbox import Bounds, Child, ChildCrashed, ChildOutOfMemory, ChildTimedOut

_MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the child import the module of this folder."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    monkeypatch.setenv("PYTHONPATH", root)


@pytest.fixture
def child() -> Iterator[Child]:
    with Child("tests.takeoff.misbehaving", Bounds(512 * _MIB, 2)) as running:
        yield running


def _ask(child: Child, what: str, timeout_seconds: float = 30, **more: Any) -> dict[str, Any]:
    return child.ask({"do": what, **more}, timeout_seconds)


def test_a_child_answers_one_request_after_another(child: Child) -> None:
    first, second = _ask(child, "nothing"), _ask(child, "nothing")

    assert first == second
    assert first["done"] == "nothing"


def test_what_a_library_prints_is_not_taken_for_an_answer(child: Child) -> None:
    assert _ask(child, "print")["done"] == "print"


def test_a_crash_of_the_child_is_an_error(child: Child) -> None:
    with pytest.raises(ChildCrashed, match="SIGSEGV"):
        _ask(child, "crash")


@pytest.mark.parametrize("what", ["leave", "raise"])
def test_a_child_that_leaves_is_an_error(child: Child, what: str) -> None:
    with pytest.raises(ChildCrashed, match="exit code"):
        _ask(child, what)
    with pytest.raises(ChildCrashed):
        _ask(child, "nothing")


def test_a_child_that_hangs_is_ended(child: Child) -> None:
    _ask(child, "nothing")
    with pytest.raises(ChildTimedOut):
        _ask(child, "hang", timeout_seconds=0.3)


def test_a_child_that_computes_for_ever_is_ended_by_its_processor_time(child: Child) -> None:
    with pytest.raises(ChildTimedOut, match="processor time"):
        _ask(child, "spin")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not enforce RLIMIT_AS")
def test_a_child_that_inflates_is_ended_by_its_memory_limit(child: Child) -> None:
    assert _ask(child, "inflate", bytes=100 * _MIB)["done"] == "inflate"
    with pytest.raises(ChildOutOfMemory):
        _ask(child, "inflate", bytes=600 * _MIB)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no /proc to look at")
def test_a_child_that_holds_more_memory_than_it_may_is_ended_while_it_works() -> None:
    bounds = Bounds(1024 * _MIB, 10, resident_bytes=128 * _MIB)
    with Child("tests.takeoff.misbehaving", bounds) as child:
        assert _ask(child, "hold", bytes=40 * _MIB, seconds=0.2)["done"] == "hold"
        with pytest.raises(ChildOutOfMemory, match="exceeded its memory limit"):
            _ask(child, "hold", bytes=200 * _MIB, seconds=60)


def test_the_child_does_not_see_the_parents_secrets(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_LEDGER_DATABASE_URL", "postgresql://secret")
    with Child("tests.takeoff.misbehaving", Bounds(512 * _MIB, 2)) as other:
        names = _ask(other, "environment")["environment"]

    assert "PATH" in names
    assert not [name for name in names if name.startswith(("TASK_LEDGER", "AWS", "PG"))]


def test_no_process_is_left_behind() -> None:
    with Child("tests.takeoff.misbehaving", Bounds(512 * _MIB, 2)) as running:
        pid = _ask(running, "nothing")["pid"]
        os.kill(pid, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
