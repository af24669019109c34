"""A child of the pool inherits no lock that the lease's thread holds."""

import os
from threading import Event, Thread, Timer

import pytest

from task_ledger.celery.worker.leases import no_fork


# Python 3.12 and newer warn of just what is tested here.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_no_child_is_forked_while_the_leases_thread_works() -> None:
    working, done = Event(), Event()
    told: list[str] = []

    def work() -> None:
        with no_fork:
            working.set()
            done.wait(10)
            told.append("the thread's work is done")

    thread = Thread(target=work)
    thread.start()
    working.wait(10)
    Timer(0.2, done.set).start()
    child = os.fork()
    if child == 0:
        # In the child: nothing of pytest may run.
        os._exit(0 if told and no_fork.acquire(timeout=1) else 1)
    _, status = os.waitpid(child, 0)
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 0
