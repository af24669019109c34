-- Pauses a queue.
-- Returns: one row, whether it was not paused before.
-- Arguments: queue, actor, reason.
-- Usage: task_ledger.eventlog.queues.
SELECT task_ledger.pause_queue(%(queue)s, %(actor)s, %(reason)s)
