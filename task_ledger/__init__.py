"""An event-sourced ledger of what Celery tasks did.

Start reading at `model`, then `eventlog`, `registration` and `celery`.
"""
