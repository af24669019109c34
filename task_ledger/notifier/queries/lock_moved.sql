-- Locks the cursors of projects whose timelines have moved, unless another notifier has.
-- Returns: project_id, the cursor, the end of the timeline.
-- Arguments: limit.
-- Usage: task_ledger.notifier.following. In no order, so that projects that move all the time, or wait for a
-- record, do not keep the others waiting. The rules are read after it: a rule that was there before an event
-- up to that end was recorded is then among them.
SELECT c.project_id, c.seq, h.seq
FROM task_ledger.notification_cursor AS c
JOIN task_ledger.project_head AS h ON h.project_id = c.project_id
WHERE h.seq > c.seq
ORDER BY random()
LIMIT %(limit)s
FOR UPDATE OF c SKIP LOCKED
