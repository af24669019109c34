-- Counts a shard's events that are folded into records.
--
-- Returns: rows of task_ledger.task_rollup, as they would be if none had been deleted.
-- Arguments: p_shard.
-- Usage: task_ledger.recount_rollups and task-ledger verify. Must agree with
--        task_ledger.projector.rollups, which counts events incrementally.
CREATE OR REPLACE FUNCTION task_ledger.rollups_of(p_shard integer)
RETURNS SETOF task_ledger.task_rollup
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH followed AS (
        SELECT e.project_id, r.task_type, e.bucket, e.type, e.recorded_at,
            CASE WHEN e.type IN ('retrying', 'failed') THEN e.data ->> 'reason'
                 WHEN e.type = 'noted' THEN e.data ->> 'kind' END AS reason,
            lag(e.type) OVER w AS before,
            lag(e.recorded_at) OVER w AS before_at,
            greatest(r.created_at, lag(e.due_at) OVER w) AS ready_at,
            cardinality(r.waits_for) > 0 AS waits
        FROM task_ledger.task_event AS e
        JOIN task_ledger.task_record AS r ON r.task_id = e.task_id AND r.version >= e.version
        WHERE e.shard = p_shard AND e.type NOT IN ('progress', 'cancel_requested') AND isfinite(e.recorded_at)
        WINDOW w AS (PARTITION BY e.task_id, e.type = 'noted' ORDER BY e.version)
    ), counted AS (
        SELECT f.*, date_trunc('hour', f.recorded_at, 'UTC') AS hour,
            CASE WHEN f.type = 'started' AND NOT (f.waits AND f.before = 'registered')
                THEN greatest(f.recorded_at - f.ready_at, interval '0') END AS waited,
            CASE WHEN f.type = 'completed'
                THEN greatest(f.recorded_at - f.before_at, interval '0') END AS ran
        FROM followed AS f
    )
    SELECT
        coalesce(sum(extract(epoch FROM c.waited) * 1000000), 0)::bigint,
        coalesce(sum(extract(epoch FROM c.ran) * 1000000), 0)::bigint,
        count(*) FILTER (WHERE c.type = 'registered'),
        count(*) FILTER (WHERE c.type = 'started'),
        count(*) FILTER (WHERE c.type = 'completed'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'error'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'cancelled'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'expired'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'timeout'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'worker_lost'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'undeliverable'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'upstream'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'bad_result'),
        count(*) FILTER (WHERE c.type = 'failed' AND c.reason = 'altered'),
        count(*) FILTER (WHERE c.type = 'retrying' AND c.reason = 'error'),
        count(*) FILTER (WHERE c.type = 'retrying' AND c.reason = 'timeout'),
        count(*) FILTER (WHERE c.type = 'retrying' AND c.reason = 'worker_lost'),
        count(*) FILTER (WHERE c.type = 'retrying' AND c.reason = 'shortage'),
        count(*) FILTER (WHERE c.type = 'noted' AND c.reason = 'duplicate_delivery_refused'),
        count(*) FILTER (WHERE c.type = 'noted' AND c.reason = 'late_write_refused'),
        coalesce(c.hour, '-infinity'), c.bucket, p_shard::smallint, coalesce(c.project_id, ''), c.task_type,
        task_ledger.histogram(task_ledger.histogram_slot(c.waited)),
        task_ledger.histogram(task_ledger.histogram_slot(c.ran))
    FROM counted AS c
    WHERE c.type <> 'noted' OR c.reason <> 'comment'
    GROUP BY GROUPING SETS (
        (c.project_id, c.task_type, c.bucket, c.hour), (c.task_type, c.bucket, c.hour), (c.task_type, c.bucket))
$$;
