-- Appends what a worker has to say about an attempt, if it may follow. Holds the task's lock
-- until the end of the caller's transaction, so call it last in a long one.
--
-- Returns: ledger.answer; outcome is
--   appended   the event is stored, and visible when the transaction commits
--   unknown    no such task
--   fenced     another claim holds the task, or the message is for an attempt that was taken
--   illegal    the table of transitions does not allow it
--   cancelled  a cancel has been accepted: only progress and failed(cancelled) may follow
--   not_due    started before the countdown ended
--   exhausted  retrying with no attempt left
-- Arguments: p_task_id; p_type, started, progress, retrying, completed or failed;
--            p_claim, drawn for `started` and presented ever after; null speaks for a task
--            that no claim holds (expired, undeliverable, upstream);
--            p_attempt, the attempt that the message or the claim is for;
--            p_actor; p_occurred_at, the writer's clock; p_data, the JSON object of the event;
--            p_schema_version, of it; p_due_at, retrying only: when the next attempt may start;
--            p_max_attempts, retrying only: a new limit, null to keep the registered one;
--            p_traceback, failed and retrying only: kept apart from the log.
-- Usage: one round trip per event. retrying stores the next dispatch in the same statement.
CREATE OR REPLACE FUNCTION ledger.append(
    p_task_id uuid, p_type ledger.event_type, p_claim uuid, p_attempt integer,
    p_actor text, p_occurred_at timestamptz, p_data json, p_schema_version integer,
    p_due_at timestamptz DEFAULT NULL, p_max_attempts integer DEFAULT NULL,
    p_traceback text DEFAULT NULL
)
RETURNS ledger.answer
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_answer ledger.answer;
BEGIN
    -- One expression, because each one costs a start-up in every transaction.
    IF NOT (ledger.storable(p_actor, p_data)
            AND (p_due_at IS NULL) <> (p_type = 'retrying')
            AND (p_claim IS NOT NULL OR p_type = 'failed')
            AND ledger.begin_write(p_task_id)) THEN
        PERFORM ledger.check_event(p_actor, p_data);
        IF (p_due_at IS NULL) = (p_type = 'retrying') OR (p_claim IS NULL AND p_type <> 'failed') THEN
            RAISE EXCEPTION 'retrying alone has a due time, and only failed may do without a claim'
                USING ERRCODE = 'TL004';
        END IF;
        PERFORM ledger.refuse_isolation();
    END IF;
    -- One statement on the way that nearly every call takes: the last event decides, and the
    -- new one is numbered, stamped and chained behind it. A refused event takes no feed number.
    INSERT INTO ledger.task_event AS t (
        occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
        max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id,
        actor, digest, data)
    SELECT
        p_occurred_at, e.recorded_at, p_due_at, e.feed, l.bucket, e.version, p_type, p_type,
        e.attempt, e.max_attempts, l.shard, p_schema_version, l.cancel_requested, l.task_id, e.claim,
        l.project_id, p_actor,
        ledger.digest(
            l.digest, l.task_id, e.version, l.project_id, l.shard, e.feed, p_type,
            p_schema_version::smallint, p_actor, p_occurred_at, e.recorded_at, p_type, e.attempt,
            e.max_attempts, e.claim, l.cancel_requested, p_due_at, p_data),
        p_data
    FROM ledger.last_event(p_task_id) AS l,
         LATERAL (SELECT
            l.version + 1 AS version,
            ledger.next_feed(l.shard) AS feed,
            greatest(l.recorded_at, clock_timestamp()) AS recorded_at,
            CASE WHEN p_type = 'started' THEN p_attempt ELSE l.attempt END AS attempt,
            CASE WHEN p_type <> 'retrying' THEN p_claim END AS claim,
            coalesce(p_max_attempts, l.max_attempts) AS max_attempts) AS e
    WHERE ledger.verdict(
        l.state, l.attempt, l.claim, l.cancel_requested, l.due_at, l.max_attempts,
        p_type, p_attempt, p_claim, p_max_attempts,
        p_type = 'failed' AND p_data ->> 'reason' = 'cancelled') = 'appended'
    RETURNING 'appended', t.version, t.state, t.attempt, t.claim, t.cancel_requested, t.due_at
    INTO v_answer;
    IF NOT FOUND THEN
        SELECT ledger.verdict(
                   l.state, l.attempt, l.claim, l.cancel_requested, l.due_at, l.max_attempts,
                   p_type, p_attempt, p_claim, p_max_attempts,
                   p_type = 'failed' AND p_data ->> 'reason' = 'cancelled'),
               l.version, l.state, l.attempt, l.claim, l.cancel_requested, l.due_at
        INTO v_answer FROM ledger.last_event(p_task_id) AS l;
        IF NOT FOUND THEN
            v_answer := ROW('unknown', 0, NULL, NULL, NULL, false, NULL);
        END IF;
        RETURN v_answer;
    END IF;
    IF p_due_at IS NULL AND p_traceback IS NULL THEN
        RETURN v_answer;
    END IF;
    IF p_type = 'retrying' THEN
        INSERT INTO ledger.outbox (message_id, task_id, attempt, due_at, try_at)
        SELECT m.id, p_task_id, v_answer.attempt + 1, p_due_at, p_due_at
        FROM ledger.message m WHERE m.task_id = p_task_id;
    END IF;
    IF p_traceback IS NOT NULL THEN
        INSERT INTO ledger.traceback (task_id, version, text) VALUES (p_task_id, v_answer.version, p_traceback);
    END IF;
    RETURN v_answer;
END
$$;
