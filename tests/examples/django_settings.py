"""The Django example's settings, for a proof that ends workers: what they had is soon missed."""

from examples.django_app.after.settings import *  # noqa: F403
from examples.django_app.after.settings import TASK_LEDGER

CELERY_LEDGER_LEASE_RENEW_S = 0.5
CELERY_LEDGER_LEASE_EXPIRE_S = 3
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
TASK_LEDGER = {**TASK_LEDGER, "REDISPATCH_AFTER_S": 3}
