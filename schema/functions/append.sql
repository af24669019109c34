-- Appends an event of an attempt if it is legal. Holds the task's lock until the end of the caller's
-- transaction, so call it last in a long one.
--
-- Returns: task_ledger.append_result; outcome is
--   appended   the event is stored, and visible when the transaction commits
--   unknown    no such task
--   retired    the task's month has left the database, or is about to
--   fenced     another claim holds the task, or the message's attempt was already taken; an end
--              without a claim is not for the attempt that the task waits for
--   illegal    the table of transitions does not allow it
--   cancelled  a cancel has been accepted: only progress and failed(cancelled) may follow
--   not_due    started before the countdown ended, or failed(expired) before the task expires,
--              both by this server's clock; started, or failed(undeliverable) without a claim, before
--              all tasks that it waits for have completed (ended, if registered with
--              after_failures), and its delay after them has passed
--   altered    started by a worker whose message has another hash than `registered` says: append
--              failed(altered) for this attempt; a missing hash is not compared
--   exhausted  retrying with no attempt left
-- Arguments: p_task_id; p_type, started, progress, retrying, completed or failed; p_claim, drawn for
--            `started` and passed with all later events; null for a task that no claim holds (expired,
--            undeliverable, upstream); p_attempt, the attempt that the message or the claim is for; with
--            failed and no claim, the one that the task waits for: its last attempt + 1; p_actor;
--            p_occurred_at, the writer's clock; p_data, the JSON object of the event; p_schema_version,
--            of it; p_due_at, retrying only: when the next attempt may start; null for countdown_s of
--            p_data from now, by this server's clock; p_max_attempts, retrying only: a new limit, null to
--            keep the registered one; p_traceback, failed and retrying only: kept apart from the log;
--            p_private, the part of the event's data that can be erased, a JSON object or null.
-- Raises: TL001 (isolation), TL004, TL005 (invalid arguments), 55P03 (the task's or the table's lock was
--         not acquired within five seconds).
-- Usage: one round trip per event. retrying stores the next dispatch in the same transaction; an end
--        tells the steps that wait for it. The commit of either waits for the disk, also in a session
--        with synchronous_commit = off.
CREATE OR REPLACE FUNCTION task_ledger.append(
    p_task_id uuid, p_type task_ledger.event_type, p_claim uuid, p_attempt integer,
    p_actor text, p_occurred_at timestamptz, p_data json, p_schema_version integer,
    p_due_at timestamptz DEFAULT NULL, p_max_attempts integer DEFAULT NULL,
    p_traceback text DEFAULT NULL, p_private json DEFAULT NULL
)
RETURNS task_ledger.append_result
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_version     integer;
    v_attempt     integer;
    v_recorded_at timestamptz;
BEGIN
    -- The short path, of nearly every call: this month's task starts at once or goes on as it should,
    -- task_ledger.decide_append would say so, and nobody else is writing. One statement with few
    -- functions in it, because the start-up of each is paid in every transaction. Whatever does not
    -- fit takes the general path, which decides anew. The lock comes in a statement before, so that the insert sees
    -- what was committed by the last who held it.
    IF p_claim IS NOT NULL AND p_due_at IS NULL AND p_max_attempts IS NULL AND p_traceback IS NULL
        AND p_schema_version BETWEEN 1 AND 32767
        AND task_ledger.storable(p_actor, p_data, p_occurred_at, NULL, p_private)
        AND task_ledger.try_begin_write(p_task_id) THEN
        IF p_type = 'started' THEN
            IF EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.task_id = p_task_id) THEN
                RETURN task_ledger.append_general(
                    p_task_id, p_type, p_claim, p_attempt, p_actor, p_occurred_at, p_data,
                    p_schema_version, p_due_at, p_max_attempts, p_traceback, p_private);
            END IF;
        END IF;
        INSERT INTO task_ledger.task_event (
            occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt,
            max_attempts, shard, schema_version, cancel_requested, task_id, claim, project_id,
            actor, digest, data, private, salt)
        SELECT
            p_occurred_at, n.recorded_at, NULL, n.feed, task_ledger.this_month(), n.version, p_type, p_type,
            n.attempt, n.max_attempts, n.shard, p_schema_version, false, p_task_id, p_claim,
            n.project_id, p_actor,
            task_ledger.digest(
                n.digest, p_task_id, n.version, n.project_id, n.shard, n.feed, p_type,
                p_schema_version::smallint, p_actor, p_occurred_at, n.recorded_at, p_type, n.attempt,
                n.max_attempts, p_claim, false, NULL, p_data, p_private, n.salt),
            p_data, p_private, n.salt
        FROM (
            -- Each of these once: a feed number is drawn, and only for an event that is stored.
            SELECT t.version + 1 AS version, task_ledger.next_feed(t.shard) AS feed,
                   greatest(t.recorded_at, clock_timestamp()) AS recorded_at,
                   greatest(t.attempt, 1) AS attempt, t.max_attempts, t.shard, t.project_id, t.digest,
                   CASE WHEN p_private IS NOT NULL THEN gen_random_uuid() END AS salt
            FROM (
                SELECT NOT l.cancel_requested
                       AND CASE WHEN l.state = 'registered'
                                THEN p_type = 'started' AND p_attempt = 1 AND l.due_at IS NULL
                                     AND l.version = 1
                                     AND coalesce(l.data ->> 'message_sha256' = p_data ->> 'message_sha256', true)
                                ELSE p_type IN ('progress', 'completed')
                                     AND l.state IN ('started', 'progress') AND l.claim = p_claim
                           END AS fits,
                       l.version, l.attempt, l.max_attempts, l.recorded_at, l.shard, l.project_id, l.digest
                FROM task_ledger.task_event AS l
                WHERE l.bucket = task_ledger.this_month() AND l.task_id = p_task_id
                ORDER BY l.version DESC LIMIT 1) AS t
            WHERE t.fits
            OFFSET 0) AS n
        RETURNING version, attempt, recorded_at INTO v_version, v_attempt, v_recorded_at;
        IF v_version IS NOT NULL THEN
            IF p_type = 'completed' THEN
                PERFORM task_ledger.wait_for_disk();
                IF EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.after = p_task_id) THEN
                    PERFORM task_ledger.mark_dependents(p_task_id, p_type, v_recorded_at, p_data);
                END IF;
            END IF;
            RETURN ROW('appended', v_version, p_type, v_attempt, p_claim, false, NULL)::task_ledger.append_result;
        END IF;
    END IF;

    RETURN task_ledger.append_general(
        p_task_id, p_type, p_claim, p_attempt, p_actor, p_occurred_at, p_data, p_schema_version,
        p_due_at, p_max_attempts, p_traceback, p_private);
END
$$;
