import os

from task_ledger.django import LedgerCelery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.django_app.after.settings")
app = LedgerCelery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["examples.django_app.after"])
