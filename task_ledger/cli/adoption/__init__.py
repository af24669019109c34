"""What would behave differently in a Celery application, or be refused, with the ledger."""
