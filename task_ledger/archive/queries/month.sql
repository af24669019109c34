-- The progress of a month's retirement.
-- Returns: whether it is closing; when it left, the archive's name and its number of events, each or
--          null.
-- Arguments: bucket.
-- Usage: task_ledger.archive.retiring.
SELECT b.closing_at IS NOT NULL, b.closed_at, b.archive, b.events
FROM task_ledger.bucket AS b WHERE b.bucket = %(bucket)s
