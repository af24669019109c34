-- How long after its process was killed an attempt was closed, in seconds.
WITH attempt AS (
    SELECT e.recorded_at AS started_at, (e.data ->> 'pid')::integer AS pid,
        (e.data ->> 'boot')::uuid AS boot,
        lead(e.recorded_at) OVER task AS closed_at, lead(e.data ->> 'reason') OVER task AS reason
    FROM task_ledger.task_event AS e
    WHERE e.type IN ('started', 'retrying', 'completed', 'failed')
    WINDOW task AS (PARTITION BY e.task_id ORDER BY e.version)
), closed AS (
    SELECT k.kind, extract(epoch FROM a.closed_at - k.killed_at) AS seconds
    FROM chaos.kill AS k
    LEFT JOIN task_ledger.worker_lease AS l ON l.pid = k.pid
    JOIN attempt AS a ON CASE k.kind WHEN 'kill_child' THEN a.pid = k.pid ELSE a.boot = l.boot END
    WHERE a.started_at < k.killed_at AND a.closed_at > k.killed_at AND a.reason = 'worker_lost'
)
SELECT concat(c.kind, ', attempts'), count(*)::double precision FROM closed AS c GROUP BY c.kind
UNION ALL
SELECT concat(c.kind, ', median'),
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY c.seconds)::numeric, 1)::double precision
FROM closed AS c GROUP BY c.kind
UNION ALL
SELECT concat(c.kind, ', longest'), round(max(c.seconds), 1)::double precision
FROM closed AS c GROUP BY c.kind
ORDER BY 1
