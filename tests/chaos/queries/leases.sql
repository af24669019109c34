-- How many workers live.
SELECT count(*) FROM ledger.worker_lease WHERE expires_at > clock_timestamp()
