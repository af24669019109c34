-- Registers a task: its first event. Uniqueness is by the primary key, without a lock (ten thousand
-- registrations in one transaction would exhaust the lock table) and without a subtransaction: of two
-- registrations of one id, one is appended, the other returns already_registered, and neither aborts the
-- caller's transaction.
--
-- Returns: task_ledger.append_result; outcome appended or already_registered. Raises TL001 (isolation),
--          TL003 (the id, or its partition is not open), TL004, TL005 (invalid arguments).
-- Arguments: p_task_id, a UUIDv7 drawn at most 31 days ago, or a UUIDv4; p_project_id, 1 to 200 bytes;
--            p_actor; p_occurred_at, the writer's clock; p_data, the JSON object of a `registered` event;
--            p_schema_version, of it; p_max_attempts, null for no limit; p_due_at, when the first attempt
--            may start; p_private, the part of the event's data that can be erased, a JSON object or
--            null.
-- Usage: task_ledger.enqueue, and imports of history by the owner. Applications call enqueue, which
--        stores the message in the same statement.
CREATE OR REPLACE FUNCTION task_ledger.register(
    p_task_id uuid, p_project_id text, p_actor text, p_occurred_at timestamptz,
    p_data json, p_schema_version integer, p_max_attempts integer, p_due_at timestamptz,
    p_private json DEFAULT NULL
)
RETURNS task_ledger.append_result
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_bucket      integer;
    v_shard       smallint;
    v_feed        bigint;
    v_recorded_at timestamptz;
    v_last        task_ledger.task_event;
    v_salt        uuid := CASE WHEN p_private IS NOT NULL THEN gen_random_uuid() END;
BEGIN
    -- One expression, because each one costs a start-up in every transaction; task_ledger.check_task
    -- gives the reason. The transaction id comes before the feed number: see task_ledger.begin_write.
    v_bucket := CASE WHEN current_setting('transaction_isolation') = 'read committed'
                          AND task_ledger.registrable(p_task_id, p_project_id, p_max_attempts)
                          AND task_ledger.storable(p_actor, p_data, p_occurred_at, p_due_at, p_private)
                          AND task_ledger.may_ask(p_actor)
                          AND p_schema_version BETWEEN 1 AND 32767
                          AND pg_current_xact_id() IS NOT NULL
                     THEN task_ledger.bucket_of(p_task_id) END;
    IF v_bucket IS NULL THEN
        PERFORM task_ledger.check_event(p_actor, p_data, p_occurred_at, p_due_at, p_private);
        PERFORM task_ledger.check_asker(p_actor);
        PERFORM task_ledger.check_version(p_schema_version);
        PERFORM task_ledger.check_task(p_task_id, p_project_id, p_max_attempts);
        PERFORM task_ledger.refuse_isolation();
    END IF;
    v_shard := task_ledger.shard_of(p_project_id);
    v_feed := task_ledger.next_feed(v_shard);
    v_recorded_at := clock_timestamp();
    INSERT INTO task_ledger.task_event (
        occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
        max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id,
        actor, digest, data, private, salt)
    SELECT
        p_occurred_at, v_recorded_at, p_due_at, v_feed, v_bucket, 1, 'registered', 'registered', 0,
        p_max_attempts, v_shard, p_schema_version, false, p_task_id, NULL, p_project_id, p_actor,
        task_ledger.digest(
            NULL, p_task_id, 1, p_project_id, v_shard, v_feed, 'registered',
            p_schema_version::smallint, p_actor, p_occurred_at, v_recorded_at, 'registered', 0,
            p_max_attempts, NULL, false, p_due_at, p_data, p_private, v_salt),
        p_data, p_private, v_salt
    FROM task_ledger.bucket AS b
    WHERE b.bucket = v_bucket AND coalesce(b.closing_at, b.closed_at) IS NULL
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN ROW('appended', 1, 'registered', 0, NULL, false, p_due_at)::task_ledger.append_result;
    END IF;
    -- The insert waited for the other registration to commit, so a new statement sees it.
    SELECT * INTO v_last FROM task_ledger.last_event(p_task_id);
    IF NOT FOUND THEN
        PERFORM task_ledger.check_task(p_task_id, p_project_id, p_max_attempts);
        RAISE EXCEPTION 'the partition of task id % was opened this moment', p_task_id
            USING ERRCODE = '55P03', HINT = 'Try again.';
    END IF;
    RETURN ROW('already_registered', v_last.version, v_last.state, v_last.attempt, v_last.claim,
               v_last.cancel_requested, v_last.due_at)::task_ledger.append_result;
END
$$;
