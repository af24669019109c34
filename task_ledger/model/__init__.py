"""The model of a task: events, transitions and the fold. Pure: no I/O, no Celery, no SQL."""
