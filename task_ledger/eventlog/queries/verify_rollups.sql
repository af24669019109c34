-- Rollups of a shard that do not count what its events say, as far back as hours are kept; those of months whose
-- events have left are not compared.
-- Returns: project_id ('' for those of all projects), task_type, how many rows differ, the first hour of them
--          (-infinity for those of all times).
-- Arguments: shard.
-- Usage: task_ledger.eventlog.verify.
WITH kept AS MATERIALIZED (
    SELECT r.* FROM task_ledger.task_rollup AS r
    WHERE r.shard = %(shard)s AND NOT EXISTS (
        SELECT FROM task_ledger.bucket AS b WHERE b.bucket = r.bucket AND b.closed_at IS NOT NULL)
), compared AS (
    SELECT 'kept' AS side, k.* FROM kept AS k
    UNION ALL
    SELECT 'counted', c.* FROM task_ledger.rollups_of(%(shard)s::integer) AS c
    WHERE c.hour = '-infinity'
        OR c.hour >= (SELECT min(k.hour) FROM kept AS k WHERE k.hour > '-infinity')
), plain AS (
    SELECT p.side, p.project_id, p.task_type, p.hour, p.bucket,
        to_jsonb(p) - '{side,waiting,duration}'::text[] AS counts,
        ARRAY(SELECT ROW(n, p.waiting[n]) FROM generate_subscripts(p.waiting, 1) AS n WHERE p.waiting[n] <> 0) AS waiting,
        ARRAY(SELECT ROW(n, p.duration[n]) FROM generate_subscripts(p.duration, 1) AS n WHERE p.duration[n] <> 0) AS duration,
        (SELECT sum(m.value::numeric) FROM jsonb_each_text(
            to_jsonb(p) - '{side,waiting,duration,hour,bucket,shard,project_id,task_type}'::text[]) AS m) AS total
    FROM compared AS p
)
SELECT project_id, task_type, count(*), min(hour)
FROM (SELECT * FROM plain WHERE side = 'kept' AND total <> 0) AS k
FULL JOIN (SELECT * FROM plain WHERE side = 'counted' AND total <> 0) AS c
    USING (project_id, task_type, hour, bucket)
WHERE (k.counts, k.waiting, k.duration) IS DISTINCT FROM (c.counts, c.waiting, c.duration)
GROUP BY project_id, task_type
ORDER BY project_id, task_type
