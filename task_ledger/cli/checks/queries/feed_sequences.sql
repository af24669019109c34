-- The sequences that number the feeds, and how many numbers a session takes at once.
-- Returns: name, cache, whether it would begin again.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT c.relname, s.seqcache, s.seqcycle
FROM pg_sequence AS s
JOIN pg_class AS c ON c.oid = s.seqrelid
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relname ~ '^feed_([0-9]|1[0-5])$'
ORDER BY c.relname
