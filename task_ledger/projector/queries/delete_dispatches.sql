-- Deletes dispatches that the transaction took, with the messages of untracked ones. What may have
-- been published more than once counts as so many of the attempt's three dispatches. Of a task of
-- which several dispatches go, as when a message that came twice has ended the first attempt, the
-- latest attempt counts.
-- Returns: nothing.
-- Arguments: ids, an array.
-- Usage: task_ledger.projector.relay, once the broker has the messages or nobody wants them.
WITH gone AS (
    DELETE FROM task_ledger.outbox WHERE id = ANY (%(ids)s::bigint[])
    RETURNING message_id, task_id, attempt, sends
), counted AS (
    INSERT INTO task_ledger.redispatch AS d (task_id, attempt, dispatches)
    SELECT DISTINCT ON (g.task_id) g.task_id, g.attempt, least(sum(g.sends), 3)
    FROM gone AS g
    WHERE g.task_id IS NOT NULL
    GROUP BY g.task_id, g.attempt
    HAVING sum(g.sends) > 1
    ORDER BY g.task_id, g.attempt DESC
    ON CONFLICT (task_id) DO UPDATE
    SET dispatches = CASE WHEN d.attempt = excluded.attempt
                          THEN least(d.dispatches + excluded.dispatches - 1, 3)
                          ELSE excluded.dispatches END,
        attempt = excluded.attempt, dispatched_at = clock_timestamp()
    WHERE d.attempt <= excluded.attempt
)
DELETE FROM task_ledger.message AS m
USING gone AS g
WHERE g.task_id IS NULL AND m.id = g.message_id
