"""What tracking adds to a Celery task, against what Celery's own result backend adds."""
