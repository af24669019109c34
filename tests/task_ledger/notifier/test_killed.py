"""A notifier that ends at any moment loses nothing, and a repetition can be told as such."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from task_ledger.notifier.notifications import SendState
from task_ledger.notifier.rules import Trigger
from tests.forked import Forked
from tests.task_ledger.notifier.house import LOCAL, House
from tests.task_ledger.notifier.receiver import Receiver, status
from tests.task_ledger.projector.log import drain, until


@contextmanager
def notifier(ledger: House) -> Iterator[Forked]:
    """A notifier's process, killed at the end."""
    environment = {
        **os.environ,
        "TASK_LEDGER_DATABASE_URL": ledger.settings.login_url(),
        "TASK_LEDGER_VAR_DIR": str(ledger.settings.var_dir),
        "TASK_LEDGER_NOTIFY_NETWORKS": LOCAL,
        "TASK_LEDGER_NOTIFY_TIMEOUT_S": "1",
    }
    with Forked("task_ledger.notifier", env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def fail_and_hold(ledger: House, receiver: Receiver, seconds: float) -> threading.Event:
    """A failure to be notified; its receiver answers after some seconds, or once this is set."""
    ledger.channel(receiver.url())
    ledger.rule(Trigger.FAILED)
    go_on = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> None:
        go_on.wait(seconds)
        status(204)(handler)

    receiver.answers = [hold]
    ledger.fail()
    drain(ledger.follower)
    return go_on


def test_a_notification_sent_but_not_marked_is_sent_again_with_the_same_id(
    ledger: House, receiver: Receiver
) -> None:
    forever = fail_and_hold(ledger, receiver, 30)
    with notifier(ledger) as process:
        receiver.wait()
        process.kill()
    (claimed,) = ledger.made()
    assert claimed.tries == 1
    with notifier(ledger):
        receiver.wait()
        until(lambda: len(ledger.made(SendState.SENT)) == 1)
    forever.set()
    first, again = (each.headers["webhook-id"] for each in receiver.received)
    assert first == again == f"msg_{claimed.key}"


def test_a_stopping_notifier_marks_the_notifications_in_flight(
    ledger: House, receiver: Receiver
) -> None:
    fail_and_hold(ledger, receiver, 0.5)
    with notifier(ledger) as process:
        receiver.wait()
        process.terminate()
        assert process.wait(30) == 0
    assert len(ledger.made(SendState.SENT)) == 1


def test_two_notifiers_of_which_one_is_killed_notify_every_failure(
    ledger: House, receiver: Receiver
) -> None:
    ledger.channel(receiver.url())
    ledger.rule(Trigger.FAILED)
    with notifier(ledger) as killed, notifier(ledger):
        failed = [ledger.fail(project=f"p{number % 3}") for number in range(30)]
        drain(ledger.follower)
        receiver.wait(5)
        killed.kill()
        until(lambda: len(ledger.made(SendState.SENT)) == len(failed))
    told = [each.json()["data"]["task_id"] for each in receiver.received]
    assert set(told) == {str(each) for each in failed}
    assert len(told) <= len(failed) + 1
