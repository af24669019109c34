-- Deletes the messages of tasks that have ended, or keeps them for a while, so that the tasks can be run
-- again: nothing will be dispatched from them any more.
-- Returns: nothing.
-- Arguments: succeeded and failed, arrays of task ids; keep_succeeded_s and keep_failed_s, for how many seconds.
-- Usage: task_ledger.projector.projection.
WITH ended AS (
    SELECT t.task_id, %(keep_succeeded_s)s::float8 AS keep_s FROM unnest(%(succeeded)s::uuid[]) AS t (task_id)
    UNION ALL
    SELECT t.task_id, %(keep_failed_s)s::float8 FROM unnest(%(failed)s::uuid[]) AS t (task_id)
), kept AS (
    UPDATE task_ledger.message AS m SET forget_at = clock_timestamp() + make_interval(secs => e.keep_s)
    FROM ended AS e
    WHERE m.task_id = e.task_id AND e.keep_s > 0 AND m.forget_at IS NULL
)
DELETE FROM task_ledger.message AS m
USING ended AS e
WHERE m.task_id = e.task_id AND e.keep_s <= 0
