-- Whether a time has passed, by the database's clock.
-- Returns: boolean.
-- Arguments: time.
-- Usage: task_ledger.celery.run.claiming: a worker's clock may be minutes ahead.
SELECT clock_timestamp() >= %(time)s::timestamptz
