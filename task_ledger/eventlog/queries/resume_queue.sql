-- Resumes a queue.
-- Returns: one row, whether it was paused.
-- Arguments: queue, actor, reason.
-- Usage: task_ledger.eventlog.queues.
SELECT task_ledger.resume_queue(%(queue)s, %(actor)s, %(reason)s)
