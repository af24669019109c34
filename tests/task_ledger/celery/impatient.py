"""The application under test with a broker that soon takes an unacknowledged message for lost."""

from tests.task_ledger.celery.losing import app
from tests.task_ledger.celery.signals import gate, reached

app.conf.broker_transport_options = {
    "visibility_timeout": 1,
    # How often a worker looks for such messages, in seconds, and at every how manieth time really.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}


@app.task
def wait_untracked(name: str) -> None:
    """Untracked: waits for the test."""
    reached(name)
    gate(name)
