"""What a task is: events, transitions and the fold. Pure: no I/O, no Celery, no SQL."""
