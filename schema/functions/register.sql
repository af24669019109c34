-- Registers a task: its first event. The key decides, without a lock (a transaction that
-- registers ten thousand tasks would run the lock table full) and without a subtransaction:
-- of two registrations of one id, one is appended and the other answered, and the caller's
-- transaction goes on either way.
--
-- Returns: ledger.answer; outcome appended or already_registered.
-- Arguments: p_task_id, a UUIDv7 drawn at most 31 days ago, or a UUIDv4;
--            p_project_id, 1 to 200 bytes; p_actor, who asked; p_occurred_at, the writer's
--            clock; p_data, the JSON object of a `registered` event; p_schema_version, of it;
--            p_max_attempts, null for no limit; p_due_at, when the first attempt may start.
-- Usage: ledger.enqueue, and imports of history by the owner. Applications call enqueue, which
--        stores the message in the same statement.
CREATE OR REPLACE FUNCTION ledger.register(
    p_task_id uuid, p_project_id text, p_actor text, p_occurred_at timestamptz,
    p_data json, p_schema_version integer, p_max_attempts integer, p_due_at timestamptz
)
RETURNS ledger.answer
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    e       ledger.task_event;
    v_last  ledger.task_event;
    v_drawn timestamptz := uuid_extract_timestamp(p_task_id);
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM ledger.refuse_isolation();
    END IF;
    IF p_project_id IS NULL OR octet_length(p_project_id) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'a project id has 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF p_max_attempts < 1 THEN
        RAISE EXCEPTION 'max_attempts is at least 1' USING ERRCODE = 'TL004';
    END IF;
    e.bucket := ledger.bucket_of(p_task_id);
    IF e.bucket IS NULL THEN
        RAISE EXCEPTION 'task id % is neither a UUIDv7 nor a UUIDv4', p_task_id
            USING ERRCODE = 'TL003', HINT = 'Let enqueue draw the id, or pass a UUIDv7.';
    END IF;
    IF e.bucket <> 0 AND v_drawn NOT BETWEEN clock_timestamp() - interval '31 days'
                                         AND clock_timestamp() + interval '1 day' THEN
        RAISE EXCEPTION 'task id % was drawn at %, which is not within the last 31 days', p_task_id, v_drawn
            USING ERRCODE = 'TL003', HINT = 'Draw a new UUIDv7, and check this machine''s clock.';
    END IF;
    IF NOT EXISTS (SELECT FROM ledger.bucket b WHERE b.bucket = e.bucket AND b.closed_at IS NULL) THEN
        RAISE EXCEPTION 'there is no open partition for task id % (bucket %)', p_task_id, e.bucket
            USING ERRCODE = 'TL003', HINT = 'Run task-ledger migrate, which opens the months to come.';
    END IF;
    e.task_id := p_task_id;
    e.version := 1;
    e.project_id := p_project_id;
    e.shard := ledger.shard_of(p_project_id);
    e.type := 'registered';
    e.state := 'registered';
    e.schema_version := p_schema_version;
    e.actor := p_actor;
    e.occurred_at := p_occurred_at;
    e.data := p_data;
    e.attempt := 0;
    e.max_attempts := p_max_attempts;
    e.due_at := p_due_at;
    e.cancel_requested := false;
    e := ledger.write_event(v_last, e);
    IF e.version IS NULL THEN
        -- The insert waited for the other registration to commit, so a new statement sees it.
        SELECT * INTO v_last FROM ledger.last_event(p_task_id);
        RETURN ROW('already_registered', v_last.version, v_last.state, v_last.attempt, v_last.claim, v_last.cancel_requested, v_last.due_at)::ledger.answer;
    END IF;
    RETURN ROW('appended', e.version, e.state, e.attempt, e.claim, e.cancel_requested, e.due_at)::ledger.answer;
END
$$;
