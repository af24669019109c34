-- Tasks that wait in a state, with their messages, at most 20; those first that wait for longest.
-- retrying: their next attempt counts down; due again: it may start, and nobody has claimed it;
-- counting down and due: the same for the first attempt, of tasks that come after no other.
-- A countdown that ends within a second is left alone: its message would come too late.
WITH last AS (
    SELECT DISTINCT ON (e.task_id) e.task_id, e.state, e.attempt, e.due_at, e.cancel_requested
    FROM task_ledger.message AS m
    JOIN task_ledger.task_event AS e ON e.task_id = m.task_id
    ORDER BY e.task_id, e.version DESC
)
SELECT l.task_id, l.attempt, clock_timestamp(), m.exchange, m.routing_key, m.content_type,
    m.content_encoding, m.headers, m.properties, m.declare, m.body
FROM last AS l
JOIN task_ledger.message AS m ON m.task_id = l.task_id
JOIN task_ledger.task_event AS r ON r.task_id = l.task_id AND r.version = 1
WHERE NOT l.cancel_requested
    AND CASE %(state)s
        WHEN 'retrying' THEN l.state = 'retrying' AND l.due_at > clock_timestamp() + interval '1 s'
        WHEN 'due again' THEN l.state = 'retrying' AND l.due_at <= clock_timestamp()
        WHEN 'counting down' THEN l.state = 'registered'
            AND l.due_at > clock_timestamp() + interval '1 s'
        WHEN 'due' THEN l.state = 'registered' AND json_array_length(r.data -> 'waits_for') = 0
            AND coalesce(l.due_at, '-infinity') <= clock_timestamp()
    END
ORDER BY l.due_at DESC NULLS LAST
LIMIT 20
