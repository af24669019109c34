-- How far the retirement of a month has come.
-- Returns: whether it is closing, when it left or null, the archive's name or null, its events or null.
-- Arguments: bucket.
-- Usage: task_ledger.archive.retiring.
SELECT b.closing_at IS NOT NULL, b.closed_at, b.archive, b.events
FROM task_ledger.bucket AS b WHERE b.bucket = %(bucket)s
