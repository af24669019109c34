"""Messages of the takeoff's queues are delivered in one order, whichever the broker."""

import pytest

from services.api.sending import PROCESS_PAGE_OCR, make_sender
from services.queues import FIRST, LAST, priority, queues


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [("redis://broker", 0, 9), ("valkeys://broker", 0, 9), ("amqp://broker", 9, 0)],
)
def test_what_comes_first_has_the_priority_that_the_broker_delivers_first(
    url: str, first: int, last: int
) -> None:
    sender = make_sender(url)
    assert (priority(sender, FIRST), priority(sender, LAST)) == (first, last)
    # What a person asks for by itself waits for no set.
    assert PROCESS_PAGE_OCR.signature(sender).options["priority"] == first


def test_rabbitmq_is_told_of_the_priorities_by_everybody_who_declares_a_queue() -> None:
    declared = make_sender("amqp://broker").amqp.queues
    for queue in queues():
        assert queue.as_dict()["max_priority"] == LAST
        assert declared[queue.name].as_dict()["max_priority"] == LAST
