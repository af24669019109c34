-- The obstacles to retiring a month now.
--
-- Returns: rows (kind, project_id, task_id, detail), none if it can be retired; at most 20 unfinished
--          tasks:
--   unknown     there is no such month, or it is the bucket of UUIDv4 ids
--   recent      the month ended less than 31 days ago, so a task in it can still be registered
--   held        a legal hold; detail is its number, actor and reason
--   unfinished  a task of the month has not ended
--   awaited     an unfinished task may still read the result of a task of the month
--   behind      a follower has not read all events of the month, or an event has no number in its timeline
-- Arguments: p_bucket.
-- Usage: task-ledger retire, before task_ledger.close_bucket and again when no writer is left. Reads the
--        month's events once.
CREATE OR REPLACE FUNCTION task_ledger.retirement_obstacles(p_bucket integer)
RETURNS TABLE (kind text, project_id text, task_id uuid, detail text)
LANGUAGE sql STABLE
AS $$
    SELECT 'unknown', NULL, NULL::uuid, format('there is no month %s', p_bucket)
    WHERE p_bucket = 0 OR NOT EXISTS (SELECT FROM task_ledger.bucket AS b WHERE b.bucket = p_bucket)
    UNION ALL
    SELECT 'recent', NULL, NULL, format('it can be retired from %s on', (m.ends AT TIME ZONE 'UTC')::date + 31)
    FROM (SELECT make_timestamptz(p_bucket / 100, p_bucket % 100, 1, 0, 0, 0, 'UTC') + interval '1 month' AS ends
          WHERE p_bucket > 0) AS m
    -- The short path of task_ledger.append does not check whether its month is closing.
    WHERE m.ends > clock_timestamp() - interval '31 days' OR task_ledger.this_month() = p_bucket
    UNION ALL
    SELECT 'held', h.project_id, NULL, format('hold %s by %s: %s', h.id, h.placed_by, h.reason)
    FROM task_ledger.legal_hold AS h
    WHERE h.released_at IS NULL AND coalesce(h.bucket, p_bucket) = p_bucket
        AND (h.project_id IS NULL OR EXISTS (
            SELECT FROM task_ledger.project_bucket AS b
            WHERE b.project_id = h.project_id AND b.bucket = p_bucket))
    UNION ALL
    (SELECT 'unfinished', t.project_id, t.task_id, format('it is in the state %s', t.state)
     FROM (SELECT DISTINCT ON (e.task_id) e.project_id, e.task_id, e.state
           FROM task_ledger.task_event AS e
           WHERE e.bucket = p_bucket
           ORDER BY e.task_id, e.version DESC) AS t
     WHERE t.state NOT IN ('completed', 'failed')
     ORDER BY t.task_id LIMIT 20)
    UNION ALL
    (SELECT DISTINCT 'awaited', r.project_id, r.task_id, format('it follows task %s', w.id)
     FROM task_ledger.task_record AS r CROSS JOIN LATERAL unnest(r.waits_for) AS w(id)
     WHERE r.completed_at IS NULL AND task_ledger.bucket_of(w.id) = p_bucket
         AND task_ledger.bucket_of(r.task_id) <> p_bucket
     LIMIT 20)
    UNION ALL
    SELECT 'awaited', NULL, s.task_id, format('it follows task %s', s.after)
    FROM task_ledger.next_step AS s
    WHERE task_ledger.bucket_of(s.after) = p_bucket OR task_ledger.bucket_of(s.task_id) = p_bucket
    UNION ALL
    SELECT 'behind', NULL, NULL, format('%s has read shard %s up to %s', c.follower, c.shard, c.cursor)
    FROM (SELECT e.shard, max(e.feed) AS feed FROM task_ledger.task_event AS e
          WHERE e.bucket = p_bucket GROUP BY e.shard) AS m
    JOIN task_ledger.checkpoint AS c ON c.shard = m.shard
    WHERE c.cursor < m.feed OR EXISTS (
        SELECT
        FROM jsonb_array_elements(c.gaps || c.old_gaps) AS g
        JOIN task_ledger.task_event AS e
            ON e.shard = c.shard AND e.feed BETWEEN (g ->> 0)::bigint AND (g ->> 1)::bigint
        WHERE e.bucket = p_bucket)
    UNION ALL
    SELECT 'behind', NULL, NULL, format('%s events, %s of them have a number', n.events, n.numbered)
    FROM (SELECT (SELECT count(*) FROM task_ledger.task_event AS e WHERE e.bucket = p_bucket) AS events,
                 (SELECT count(*) FROM task_ledger.project_timeline AS t WHERE t.bucket = p_bucket) AS numbered) AS n
    WHERE n.events <> n.numbered
$$;
