-- Tasks of the load without an end: the last event of each, its record, and its dispatch if one is due.
-- Returns: one line of text for each, oldest first, at most 20.
-- Arguments: none.
-- Usage: tests.soak.run.
SELECT format(
    'task %s (%s): %s of attempt %s, version %s, %s s ago; record: %s, version %s; dispatch: %s',
    r.task_id, r.kind, e.type, e.attempt, e.version,
    round(extract(epoch FROM clock_timestamp() - e.recorded_at)), t.status, t.version,
    coalesce((SELECT format('due %s, next try %s, tried %s times, %s', o.due_at, o.try_at, o.tries, o.last_error)
              FROM task_ledger.outbox AS o WHERE o.task_id = r.task_id LIMIT 1), 'none')
)
FROM soak.request AS r
CROSS JOIN LATERAL (
    SELECT l.* FROM task_ledger.task_event AS l WHERE l.task_id = r.task_id
    ORDER BY l.version DESC LIMIT 1
) AS e
LEFT JOIN task_ledger.task_record AS t ON t.task_id = r.task_id
WHERE e.type NOT IN ('completed', 'failed')
ORDER BY r.task_id
LIMIT 20
