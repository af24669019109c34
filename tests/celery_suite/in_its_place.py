"""A pytest plug-in that lets Celery's own fixtures build LedgerCelery applications.

Load it with `-p tests.celery_suite.in_its_place`. The ledger's database is
`TASK_LEDGER_DATABASE_URL`.
"""

import os

import celery
from celery.contrib.testing import app

from task_ledger import LedgerCelery

setattr(celery, "Celery", LedgerCelery)  # noqa: B010 (a lazy module, of which tests import it)
setattr(app, "Celery", LedgerCelery)  # noqa: B010
app.DEFAULT_TEST_CONFIG["ledger_database_url"] = os.environ["TASK_LEDGER_DATABASE_URL"]
