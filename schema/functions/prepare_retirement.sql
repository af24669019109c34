-- Stores what remains of a month after retirement: the leaves of its events, and a summary of each
-- project. Called again, it rebuilds them.
--
-- Returns: bigint, the number of events; raises TL008 if the month is not closing.
-- Arguments: p_bucket.
-- Usage: task-ledger retire, when no writer is left, before task_ledger.retire_bucket.
CREATE OR REPLACE FUNCTION task_ledger.prepare_retirement(p_bucket integer)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
DECLARE
    v_events bigint;
BEGIN
    PERFORM FROM task_ledger.bucket AS b
    WHERE b.bucket = p_bucket AND b.closing_at IS NOT NULL AND b.closed_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'month % is not being retired', p_bucket USING ERRCODE = 'TL008';
    END IF;
    DELETE FROM task_ledger.retired_leaf AS l WHERE l.bucket = p_bucket;
    DELETE FROM task_ledger.retired_project AS p WHERE p.bucket = p_bucket;
    -- task_ledger.sealer.leaf describes the text of a leaf.
    INSERT INTO task_ledger.retired_leaf (project_id, first_seq, bucket, leaves)
    SELECT n.project_id, min(n.seq), p_bucket, string_agg(n.leaf, ''::bytea ORDER BY n.seq)
    FROM (
        SELECT t.project_id, t.seq,
            sha256('\x00'::bytea || convert_to(concat_ws(E'\n', 'task-ledger leaf 1', octet_length(t.project_id),
                t.project_id, t.seq, t.task_id, t.version, encode(e.digest, 'hex')), 'UTF8')) AS leaf,
            t.seq - row_number() OVER (PARTITION BY t.project_id ORDER BY t.seq) AS run
        FROM task_ledger.project_timeline AS t
        JOIN task_ledger.task_event AS e USING (bucket, task_id, version)
        WHERE t.bucket = p_bucket
    ) AS n
    GROUP BY n.project_id, n.run, (n.seq - 1) / 32;
    INSERT INTO task_ledger.retired_project (project_id, bucket, first_seq, last_seq, events, tasks, counts)
    SELECT t.project_id, p_bucket, min(t.seq), max(t.seq), count(*), count(DISTINCT t.task_id),
        coalesce((
            SELECT jsonb_object_agg(y.task_type, y.statuses)
            FROM (SELECT s.task_type, jsonb_object_agg(s.status, s.tasks) AS statuses
                  FROM (SELECT r.task_type, r.status, count(*) AS tasks
                        FROM task_ledger.task_record AS r
                        WHERE r.project_id = t.project_id AND r.task_id >= task_ledger.first_id(p_bucket)
                            AND task_ledger.bucket_of(r.task_id) = p_bucket
                        GROUP BY 1, 2) AS s
                  GROUP BY 1) AS y), '{}')
    FROM task_ledger.project_timeline AS t
    WHERE t.bucket = p_bucket
    GROUP BY t.project_id;
    SELECT coalesce(sum(p.events), 0) INTO v_events
    FROM task_ledger.retired_project AS p WHERE p.bucket = p_bucket;
    RETURN v_events;
END
$$;
