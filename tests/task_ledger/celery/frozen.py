"""The application under test, which soon gives up on a database that does not answer."""

from task_ledger.celery.worker import leases
from task_ledger.eventlog import connections
from tests.task_ledger.celery.losing import app

__all__ = ["app"]

connections.ANSWER_S = 1.0  # pyright: ignore[reportConstantRedefinition]
leases.ANSWER_S = 0.5  # pyright: ignore[reportConstantRedefinition]
app.conf.update(ledger_claim_wait_s=2.0)
