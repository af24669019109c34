"""Celery with a ledger: the application and task classes, the attempt, the worker."""
