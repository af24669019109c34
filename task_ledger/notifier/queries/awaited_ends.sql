-- Notifies the ends that rules for one task wait for, and deletes these rules.
-- Returns: their number.
-- Arguments: none.
-- Usage: task_ledger.notifier.following.
WITH ended AS (
    DELETE FROM task_ledger.notification_rule AS r
    USING task_ledger.task_record AS t
    WHERE t.task_id = r.task_id AND t.completed_at IS NOT NULL
    RETURNING r.id, r.channel, r.trigger, t.project_id, t.task_id, t.version
), made AS (
    INSERT INTO task_ledger.notification (rule_id, channel, trigger, project_id, task_id, version)
    SELECT e.id, e.channel, e.trigger, e.project_id, e.task_id, e.version FROM ended AS e
    RETURNING 1
)
SELECT count(*) FROM made
