-- Refuses a task that cannot be registered, with the reason.
--
-- Returns: nothing; raises TL003 (the id) or TL004 (its project or its limit).
-- Arguments: those of task_ledger.registrable.
-- Usage: task_ledger.register, after its own check has failed.
CREATE OR REPLACE FUNCTION task_ledger.check_task(p_task_id uuid, p_project_id text, p_max_attempts integer)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_bucket integer := task_ledger.bucket_of(p_task_id);
BEGIN
    IF p_task_id IS NULL THEN
        RAISE EXCEPTION 'task_id is missing' USING ERRCODE = 'TL004';
    END IF;
    IF p_project_id IS NULL OR octet_length(p_project_id) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'a project id has 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF p_max_attempts < 1 THEN
        RAISE EXCEPTION 'max_attempts is at least 1' USING ERRCODE = 'TL004';
    END IF;
    IF v_bucket IS NULL THEN
        RAISE EXCEPTION 'task id % is neither a UUIDv7 nor a UUIDv4', p_task_id
            USING ERRCODE = 'TL003', HINT = 'Let enqueue draw the id, or pass a UUIDv7.';
    END IF;
    IF NOT task_ledger.registrable(p_task_id, p_project_id, p_max_attempts) THEN
        RAISE EXCEPTION 'task id % was drawn at %, which is not within the last 31 days',
            p_task_id, task_ledger.drawn_at(p_task_id)
            USING ERRCODE = 'TL003', HINT = 'Draw a new UUIDv7, and check this machine''s clock.';
    END IF;
    IF NOT EXISTS (SELECT FROM task_ledger.bucket AS b WHERE b.bucket = v_bucket AND coalesce(b.closing_at, b.closed_at) IS NULL) THEN
        RAISE EXCEPTION 'there is no open partition for task id % (bucket %)', p_task_id, v_bucket
            USING ERRCODE = 'TL003', HINT = 'Run task-ledger migrate, which opens the months to come.';
    END IF;
END
$$;
