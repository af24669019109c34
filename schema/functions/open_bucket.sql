-- Creates one partition of task_event and of project_timeline, unless they were created before. Each
-- table is created separately and then attached, because CREATE … PARTITION OF would block all writers while it
-- waits for an open append.
--
-- Returns: boolean, whether it was created now. Raises lock_not_available after waiting half a
--          second for a lock: call again.
-- Arguments: p_bucket, yyyymm, or 0 for UUIDv4 ids.
-- Usage: task_ledger.open_buckets.
CREATE OR REPLACE FUNCTION task_ledger.open_bucket(p_bucket integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '500ms'
AS $$
DECLARE
    v_parent text;
    v_name   text;
BEGIN
    IF (p_bucket = 0 OR p_bucket BETWEEN 197001 AND 999912 AND p_bucket % 100 BETWEEN 1 AND 12) IS NOT TRUE THEN
        RAISE EXCEPTION 'bucket % is neither 0 nor a month as yyyymm', p_bucket USING ERRCODE = 'TL004';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0));
    IF EXISTS (SELECT FROM task_ledger.bucket b WHERE b.bucket = p_bucket) THEN
        RETURN false;
    END IF;
    FOREACH v_parent IN ARRAY ARRAY['task_event', 'project_timeline'] LOOP
        v_name := v_parent || '_' || p_bucket;
        EXECUTE format('CREATE TABLE task_ledger.%I (LIKE task_ledger.%I INCLUDING ALL, CONSTRAINT bucket_check CHECK (bucket = %s))',
                       v_name, v_parent, p_bucket);
        IF v_parent = 'project_timeline' THEN
            -- A key of the parent would have the bucket in it; see schema/tables/project_timeline.sql.
            EXECUTE format('CREATE UNIQUE INDEX %I ON task_ledger.%I (project, seq)', v_name || '_by_seq', v_name);
        END IF;
        -- The parent's TRUNCATE trigger is passed by when a partition is truncated.
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON task_ledger.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION task_ledger.refuse_change()', v_name);
        EXECUTE format('ALTER TABLE task_ledger.%I ATTACH PARTITION task_ledger.%I FOR VALUES IN (%s)',
                       v_parent, v_name, p_bucket);
        -- The check spared ATTACH a scan; kept, every insert would pay for it.
        EXECUTE format('ALTER TABLE task_ledger.%I DROP CONSTRAINT bucket_check', v_name);
    END LOOP;
    INSERT INTO task_ledger.bucket (bucket) VALUES (p_bucket);
    RETURN true;
END
$$;
