"""Tasks whose workers are lost, and the application under test with short leases."""

import os
import signal
import sys
import threading
import time

from task_ledger import LedgerTask
from tests.task_ledger.celery.app import app, effect
from tests.task_ledger.celery.signals import gate, reached, signals

app.conf.update(ledger_lease_renew_s=0.3, ledger_lease_expire_s=1.5)


@app.task(task_type="plain")
def lose_the_first(self: LedgerTask, name: str) -> int:
    """Waits for the test in the first attempt only."""
    attempt = self.request.retries + 1
    effect(self, f"attempt {attempt}")
    self.session.flush()
    if attempt == 1:
        reached(name, str(os.getpid()))
        gate(name)
    return attempt


@app.task(task_type="plain")
def wait_in_each(self: LedgerTask, name: str) -> int:
    """Waits for the test in every attempt."""
    attempt = self.request.retries + 1
    effect(self, f"attempt {attempt}")
    self.session.flush()
    reached(f"{name} {attempt}")
    gate(f"{name} {attempt}")
    return attempt


@app.task(task_type="plain")
def kill_own_worker(self: LedgerTask) -> None:
    """A poison task."""
    effect(self, "poison")
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(task_type="plain")
def leave_the_thread(self: LedgerTask) -> int:
    """Ends the first attempt as no task should."""
    effect(self, "left")
    if self.request.retries == 0:
        sys.exit(1)
    return self.request.retries + 1


@app.task(task_type="plain")
def hold_the_interpreter(self: LedgerTask, name: str, seconds: float) -> str:
    """Works for long without waiting for anything."""
    reached(name)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(10_000))
    return "done"


@app.task(task_type="plain")
def exceed_the_limit(self: LedgerTask, name: str, good_attempt: int) -> int:
    """Hangs in every attempt before a good one."""
    attempt = self.request.retries + 1
    effect(self, f"attempt {attempt}")
    if attempt < good_attempt:
        gate(name)
    return attempt


@app.task(task_type="plain")
def hang(self: LedgerTask, name: str) -> None:
    """Never asks, never ends, and is deaf to what asks a process to end."""
    for deaf in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(deaf, signal.SIG_IGN)
    effect(self, "hung")
    self.session.flush()
    reached(name, str(os.getpid()))
    while True:
        time.sleep(1)


@app.task(task_type="plain")
def tell_process(self: LedgerTask, name: str) -> tuple[int, int]:
    """Runs beside others, and tells where."""
    effect(self, name)
    reached(name)
    gate(name)
    return os.getpid(), threading.get_ident()


def die_once(name: str) -> None:
    """Kill this child in the first run, and tell that each has begun."""
    reached(name)
    if signals.incr(f"runs:{name}") == 1:
        os.kill(os.getpid(), signal.SIGKILL)


app.task(name="die_early_acknowledged")(die_once)
app.task(name="die_late_acknowledged", acks_late=True)(die_once)
app.task(name="die_rejected", acks_late=True, reject_on_worker_lost=True)(die_once)
