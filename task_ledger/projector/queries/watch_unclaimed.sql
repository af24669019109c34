-- Records attempts that are due and unclaimed, have no dispatch in the outbox and wait for no other
-- task, and removes those that no longer need watching.
-- Returns: nothing.
-- Arguments: since_s, how long an attempt has been due before it is looked at; limit.
-- Usage: task_ledger.projector.redispatch.
WITH settled AS (
    DELETE FROM task_ledger.redispatch AS d
    WHERE NOT EXISTS (
        SELECT FROM task_ledger.task_record AS r
        WHERE r.task_id = d.task_id AND r.state IN ('registered', 'retrying')
            AND r.attempt + 1 = d.attempt)
)
INSERT INTO task_ledger.redispatch (task_id, attempt)
SELECT r.task_id, r.attempt + 1
FROM task_ledger.task_record AS r
WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying')
    AND coalesce(r.due_at, r.created_at) < now() - make_interval(secs => %(since_s)s)
    AND NOT EXISTS (
        SELECT FROM task_ledger.redispatch AS d
        WHERE d.task_id = r.task_id AND d.attempt = r.attempt + 1)
    -- The relay puts a dispatch off by five minutes at most. NOT IN is hashed however the plan
    -- was made; a join planned while the tables were empty would be quadratic.
    AND r.task_id NOT IN (
        SELECT o.task_id FROM task_ledger.outbox AS o
        WHERE o.task_id IS NOT NULL AND (o.try_at < now() + interval '6 min' OR o.held IS NOT NULL))
    AND r.task_id NOT IN (
        SELECT s.task_id FROM task_ledger.next_step AS s WHERE s.task_id IS NOT NULL)
LIMIT %(limit)s
ON CONFLICT (task_id) DO NOTHING
