"""What the parts leave behind in cycles is collected, however little it is."""

import gc
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from weakref import ref

import pytest

from task_ledger.projector.service import run
from task_ledger.projector.supervision import Step
from tests.task_ledger.projector.log import until


class Cycle:
    """Only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def stop() -> Iterator[Event]:
    """Ends the service; afterwards, this process collects as before."""
    threshold = gc.get_threshold()
    stop = Event()
    yield stop
    stop.set()
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_a_service_with_little_to_do_collects_cycles(stop: Event) -> None:
    made: list[ref[Cycle]] = []

    @contextmanager
    def making_cycles() -> Generator[Step]:
        def step() -> float:
            made.append(ref(Cycle()))
            return 0.01

        yield step

    service = Thread(
        target=run, args=({"making": making_cycles}, stop), kwargs={"collect_every_s": 0.05}
    )
    service.start()
    try:
        until(lambda: bool(made) and made[0]() is None, seconds=10)
    finally:
        stop.set()
        service.join(20)
    assert not service.is_alive()
