-- Queues given-up notifications again.
-- Returns: id and project_id of each.
-- Arguments: ids, null for all; projects, null for all.
-- Usage: task_ledger.notifier.notifications.
UPDATE task_ledger.notification AS n
SET state = 'waiting', try_at = clock_timestamp(), tries = 0, ended_at = NULL
WHERE n.state = 'dead'
    AND (%(ids)s::bigint[] IS NULL OR n.id = ANY (%(ids)s::bigint[]))
    AND (%(projects)s::text[] IS NULL OR n.project_id = ANY (%(projects)s::text[]))
RETURNING n.id, n.project_id
