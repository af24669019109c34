"""Compares what tracking adds to a Celery task with what Celery's result backend adds."""
