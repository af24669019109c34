-- Locks the cursors of projects with new events, skipping cursors locked by other notifiers.
-- Returns: project_id, the cursor, the end of the timeline.
-- Arguments: limit.
-- Usage: task_ledger.notifier.following. In no order, so that busy projects, or projects that wait for a
--        record, do not delay the others. Read the rules after this: they then include every rule that
--        existed before the events.
SELECT c.project_id, c.seq, h.seq
FROM task_ledger.notification_cursor AS c
JOIN task_ledger.project_head AS h ON h.project_id = c.project_id
WHERE h.seq > c.seq
ORDER BY random()
LIMIT %(limit)s
FOR UPDATE OF c SKIP LOCKED
