"""The application under test with a broker that soon takes an unacknowledged message for lost."""

from tests.task_ledger.celery.losing import app
from tests.task_ledger.celery.signals import gate, reached
from tests.task_ledger.celery.versions import SINCE_5_7

if not SINCE_5_7:
    # There are no such options: a worker looks at every tenth time, which come every 10 s.
    from kombu.transport.redis import QoS

    QoS.restore_visible.__defaults__ = (0, 10, 1)

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
