-- Moves cursors.
-- Returns: nothing.
-- Arguments: projects and seqs, arrays of the same length.
-- Usage: task_ledger.notifier.following, in the transaction that creates the notifications.
UPDATE task_ledger.notification_cursor AS c
SET seq = moved.seq
FROM unnest(%(projects)s::text[], %(seqs)s::bigint[]) AS moved (project_id, seq)
WHERE c.project_id = moved.project_id
