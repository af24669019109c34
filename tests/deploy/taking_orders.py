"""A route of an application: registers a task every few milliseconds until SIGTERM.

Prints where its `task_ledger` is from, then how many were registered and how many were refused.
"""

import os
import signal
import sys
from threading import Event
from types import FrameType

from celery import Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import task_ledger
from task_ledger import LedgerCelery, enqueue
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.ops.settings import with_role

EVERY_S = 0.05


def main() -> None:
    """Register until it is told to stop."""
    stop = Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    sender = LedgerCelery("orders", broker=os.environ["TASK_LEDGER_BROKER_URL"])
    url = with_role(os.environ["TASK_LEDGER_DATABASE_URL"], "task_ledger_api")
    engine = create_engine(sqlalchemy_url(url))
    signature = Signature("tests.deploy.rolling.work", args=(0.05,), app=sender)
    registered = refused = 0
    sys.stdout.write(f"from {task_ledger.__file__}\n")
    while not stop.wait(EVERY_S):
        try:
            with Session(engine) as session:
                enqueue(session, signature, project_id="p1", actor="route", task_type="plain")
                session.commit()
            registered += 1
        except Exception as error:  # noqa: BLE001 (every refusal counts against the upgrade)
            refused += 1
            sys.stdout.write(f"{type(error).__name__}: {error}\n")
        sys.stdout.flush()
    sys.stdout.write(f"registered {registered} refused {refused}\n")


if __name__ == "__main__":
    main()
