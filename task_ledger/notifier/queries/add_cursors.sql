-- Adds cursors for new projects.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.notifier.following.
INSERT INTO task_ledger.notification_cursor (project_id)
SELECT h.project_id
FROM task_ledger.project_head AS h
WHERE NOT EXISTS (SELECT FROM task_ledger.notification_cursor AS c WHERE c.project_id = h.project_id)
ON CONFLICT DO NOTHING
