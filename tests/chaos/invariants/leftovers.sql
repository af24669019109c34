-- Nothing is left to be done: no dispatch, no message but those of failed tasks, which are kept for a
-- while, no gap, nothing in quarantine, and followers have read up to the last number.
SELECT o.task_id, format('attempt %s of it is in the outbox: %s', o.attempt, o.last_error)
FROM task_ledger.outbox AS o
UNION ALL
SELECT m.task_id, format('message %s to %s is kept', m.id, m.routing_key)
FROM task_ledger.message AS m
WHERE m.forget_at IS NULL
    OR NOT EXISTS (SELECT FROM task_ledger.task_event AS e
                   WHERE e.task_id = m.task_id AND e.type = 'failed')
UNION ALL
SELECT NULL, format('shard %s of %s has gaps: %s', c.shard, c.follower, c.gaps || c.old_gaps)
FROM task_ledger.checkpoint AS c
WHERE c.gaps || c.old_gaps <> '[]'
UNION ALL
SELECT NULL, format('%s has read shard %s up to %s of %s', c.follower, c.shard, c.cursor, max(e.feed))
FROM task_ledger.checkpoint AS c
JOIN task_ledger.task_event AS e ON e.shard = c.shard
GROUP BY c.follower, c.shard, c.cursor
HAVING c.cursor < max(e.feed)
UNION ALL
SELECT d.task_id, format('it is in quarantine: %s', d.reason)
FROM task_ledger.dead_letter AS d
UNION ALL
SELECT n.task_id, format('it is told of no end of task %s: %s', n.after, n.outcome)
FROM task_ledger.next_step AS n
