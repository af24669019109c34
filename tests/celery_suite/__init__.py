"""Celery's own test suite on plain Celery and on LedgerCelery, side by side."""
