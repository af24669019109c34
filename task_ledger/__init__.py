"""An event-sourced ledger of what Celery tasks did.

Start reading at `transitions`, then `events`, `fold`, `store`, `enqueue` and `celery`.
"""
