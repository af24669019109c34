-- How many workers live.
SELECT count(*) FROM task_ledger.worker_lease WHERE expires_at > clock_timestamp()
