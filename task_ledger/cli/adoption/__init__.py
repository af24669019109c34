"""Finding what the ledger would refuse or handle differently in a Celery application."""
