"""A relay whose process is killed when the broker has the first message: python -m …dying_relay."""

import os
import signal
import sys

from task_ledger.eventlog.message import Message
from task_ledger.projector.database import connect
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay


class DyingPublisher(Publisher):
    """Publishes one message, and nothing after it happens."""

    def publish(self, message: Message) -> None:
        """Publish, and be killed before anything is said about it."""
        super().publish(message)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    database_url, broker_url = sys.argv[1:]
    Relay(connect(database_url, "test"), DyingPublisher(broker_url)).tick()
