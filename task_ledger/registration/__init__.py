"""From a Celery signature to registered tasks and stored messages, in one transaction."""
