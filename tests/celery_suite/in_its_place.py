"""A pytest plug-in that lets Celery's own fixtures build LedgerCelery applications.

Load it with `-p tests.celery_suite.in_its_place`. The ledger's database is
`TASK_LEDGER_DATABASE_URL`.
"""

import os

import celery
import pytest
from celery.contrib.testing import app

from task_ledger import LedgerCelery
from task_ledger.celery.run import outer_run

setattr(celery, "Celery", LedgerCelery)  # noqa: B010 (Celery's tests import it from here)
setattr(app, "Celery", LedgerCelery)  # noqa: B010
app.DEFAULT_TEST_CONFIG["ledger_database_url"] = os.environ["TASK_LEDGER_DATABASE_URL"]


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands for a process: what an earlier one ran makes no worker of this process."""
    monkeypatch.setattr(outer_run, "_works_in", -1)
