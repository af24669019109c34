-- The general path of task_ledger.append: stores any event that task_ledger.decide_append allows, with
-- its dispatch, traceback and dependents. Waits for the task's lock within the timeout set by
-- task_ledger.append.
--
-- Returns: task_ledger.append_result, and raises, as task_ledger.append.
-- Arguments: those of task_ledger.append.
-- Usage: task_ledger.append, for events that its short path does not store. Not granted to any role.
CREATE OR REPLACE FUNCTION task_ledger.append_general(
    p_task_id uuid, p_type task_ledger.event_type, p_claim uuid, p_attempt integer,
    p_actor text, p_occurred_at timestamptz, p_data json, p_schema_version integer,
    p_due_at timestamptz, p_max_attempts integer, p_traceback text, p_private json DEFAULT NULL
)
RETURNS task_ledger.append_result
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_bucket           integer;
    v_version          integer;
    v_state            task_ledger.event_type;
    v_attempt          integer;
    v_claim            uuid;
    v_cancel_requested boolean;
    v_due_at           timestamptz;
    v_max_attempts     integer;
    v_recorded_at      timestamptz;
    v_shard            smallint;
    v_project_id       text;
    v_digest           bytea;
    v_outcome          text;
    v_next_due_at      timestamptz := p_due_at;
BEGIN
    IF p_type = 'retrying' AND p_due_at IS NULL THEN
        -- By this clock, not the writer's, which may be minutes ahead or behind.
        v_next_due_at := clock_timestamp() + make_interval(secs => (p_data ->> 'countdown_s')::float8);
    END IF;
    PERFORM task_ledger.check_event(p_actor, p_data, p_occurred_at, v_next_due_at, p_private);
    PERFORM task_ledger.check_version(p_schema_version);
    PERFORM task_ledger.check_append(p_type, p_claim, p_attempt, v_next_due_at, p_max_attempts, p_traceback);
    IF NOT task_ledger.begin_write(p_task_id) THEN
        PERFORM task_ledger.refuse_isolation();
    END IF;
    v_bucket := task_ledger.bucket_of(p_task_id);
    SELECT t.version, t.state, t.attempt, t.claim, t.cancel_requested, t.due_at,
           t.max_attempts, greatest(t.recorded_at, clock_timestamp()), t.shard, t.project_id,
           t.digest
    INTO v_version, v_state, v_attempt, v_claim, v_cancel_requested, v_due_at,
         v_max_attempts, v_recorded_at, v_shard, v_project_id, v_digest
    FROM task_ledger.task_event AS t
    WHERE t.bucket = v_bucket AND t.task_id = p_task_id
    ORDER BY t.version DESC LIMIT 1;
    v_outcome := task_ledger.decide_append(
        v_state, v_attempt, v_claim, v_cancel_requested, v_due_at, v_max_attempts,
        p_type, p_attempt, p_claim, p_max_attempts,
        p_type = 'failed' AND p_data ->> 'reason' = 'cancelled');
    IF v_outcome = 'appended' AND p_type = 'failed' AND p_claim IS NULL
        AND p_data ->> 'reason' = 'expired' AND EXISTS (
            SELECT FROM task_ledger.task_event AS r
            WHERE r.bucket = v_bucket AND r.task_id = p_task_id AND r.version = 1
                AND (r.data ->> 'expires_at')::timestamptz > clock_timestamp()) THEN
        v_outcome := 'not_due';
    END IF;
    IF v_outcome = 'appended' AND v_state = 'registered'
        AND (p_type = 'started'
             OR p_type = 'failed' AND p_claim IS NULL AND p_data ->> 'reason' = 'undeliverable')
        AND EXISTS (
            SELECT FROM task_ledger.next_step AS s
            WHERE s.task_id = p_task_id
                AND (s.outcome IS NULL OR s.ready_at > clock_timestamp()
                     OR (s.outcome <> 'completed' AND NOT s.after_failures))) THEN
        v_outcome := 'not_due';
    END IF;
    IF v_outcome = 'appended' AND p_type = 'started' AND EXISTS (
            SELECT FROM task_ledger.task_event AS r
            WHERE r.bucket = v_bucket AND r.task_id = p_task_id AND r.version = 1
                AND r.data ->> 'message_sha256' <> p_data ->> 'message_sha256') THEN
        v_outcome := 'altered';
    END IF;
    IF v_outcome IN ('appended', 'unknown') AND v_bucket NOT IN (0, task_ledger.this_month())
        AND task_ledger.is_closing(v_bucket) THEN
        v_outcome := 'retired';
    END IF;
    IF v_outcome <> 'appended' THEN
        RETURN ROW(v_outcome, coalesce(v_version, 0), v_state, v_attempt, v_claim,
                   coalesce(v_cancel_requested, false), v_due_at)::task_ledger.append_result;
    END IF;
    IF p_type = 'started' THEN
        v_attempt := p_attempt;
        v_claim := p_claim;
    ELSIF p_type = 'retrying' THEN
        v_claim := NULL;
        v_max_attempts := coalesce(p_max_attempts, v_max_attempts);
    END IF;

    INSERT INTO task_ledger.task_event (
        occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
        max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id,
        actor, digest, data, private, salt)
    SELECT
        p_occurred_at, v_recorded_at, v_next_due_at, n.feed, v_bucket, v_version + 1, p_type, p_type,
        v_attempt, v_max_attempts, v_shard, p_schema_version, v_cancel_requested, p_task_id,
        v_claim, v_project_id, p_actor,
        task_ledger.digest(
            v_digest, p_task_id, v_version + 1, v_project_id, v_shard, n.feed, p_type,
            p_schema_version::smallint, p_actor, p_occurred_at, v_recorded_at, p_type, v_attempt,
            v_max_attempts, v_claim, v_cancel_requested, v_next_due_at, p_data, p_private, n.salt),
        p_data, p_private, n.salt
    FROM (SELECT task_ledger.next_feed(v_shard) AS feed,
                 CASE WHEN p_private IS NOT NULL THEN gen_random_uuid() END AS salt OFFSET 0) AS n;
    IF p_type IN ('retrying', 'completed', 'failed') THEN
        PERFORM task_ledger.wait_for_disk();
    END IF;
    IF v_next_due_at IS NOT NULL THEN
        INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
        SELECT m.id, p_task_id, v_attempt + 1, v_next_due_at, v_next_due_at
        FROM task_ledger.message m WHERE m.task_id = p_task_id;
    END IF;
    IF p_traceback IS NOT NULL THEN
        INSERT INTO task_ledger.traceback (task_id, version, text)
        VALUES (p_task_id, v_version + 1, p_traceback);
    END IF;
    IF p_type IN ('completed', 'failed') THEN
        PERFORM task_ledger.mark_dependents(p_task_id, p_type, v_recorded_at, p_data);
    END IF;
    RETURN ROW('appended', v_version + 1, p_type, v_attempt, v_claim, v_cancel_requested, v_next_due_at)::task_ledger.append_result;
END
$$;
