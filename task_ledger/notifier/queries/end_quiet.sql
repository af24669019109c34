-- Ends expired quiet times; creates one notification for each in which any was held back. That of a paused
-- rule ends when the rule is resumed.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.notifier.outbox.
WITH over AS (
    DELETE FROM task_ledger.notification_quiet AS q
    WHERE (q.rule_id, q.project_id) IN (
        SELECT o.rule_id, o.project_id FROM task_ledger.notification_quiet AS o
        JOIN task_ledger.notification_rule AS p ON p.id = o.rule_id AND p.paused_at IS NULL
        WHERE o.until <= clock_timestamp() FOR UPDATE OF o SKIP LOCKED)
    RETURNING q.rule_id, q.project_id, q.held
)
INSERT INTO task_ledger.notification (rule_id, channel, trigger, project_id, detail)
SELECT r.id, r.channel, r.trigger, nullif(o.project_id, ''), json_build_object('held_back', o.held)
FROM over AS o
JOIN task_ledger.notification_rule AS r ON r.id = o.rule_id
WHERE o.held > 0
