-- Processes the steps that became due when tasks ended: dispatches tasks whose last predecessor has
-- completed, ends tasks as failed(upstream) if a predecessor did not complete (unless registered with
-- after_failures), and sends or drops error callbacks. Steps locked by others are left for the next call.
-- One end may make further steps due, so call it until it returns 0.
--
-- The writer of an end only marks the steps, so it waits for no lock. This function holds the waiting
-- task's lock, so that of two concurrent ends exactly one is seen as the last.
--
-- Returns: integer, number of steps processed.
-- Arguments: p_limit, maximum number of steps; p_actor, the actor of the ends.
-- Usage: task_ledger.projector.dependents.
CREATE OR REPLACE FUNCTION task_ledger.take_next_steps(p_limit integer, p_actor text)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_step    task_ledger.next_step;
    v_waiting task_ledger.task_event;
    v_taken   integer := 0;
BEGIN
    FOR v_step IN
        SELECT * FROM task_ledger.next_step
        WHERE ready_at <= clock_timestamp()
        ORDER BY ready_at, id LIMIT p_limit
        FOR UPDATE SKIP LOCKED
    LOOP
        IF v_step.task_id IS NULL THEN
            IF v_step.outcome IN ('completed', 'ignored', 'cancelled')
                OR (v_step.outcome = 'upstream' AND NOT v_step.on_upstream)
            THEN
                DELETE FROM task_ledger.message WHERE id = v_step.message_id;
            ELSE
                INSERT INTO task_ledger.outbox (message_id, due_at, try_at)
                VALUES (v_step.message_id, clock_timestamp(), clock_timestamp());
            END IF;
        ELSE
            IF NOT pg_try_advisory_xact_lock(task_ledger.lock_key(v_step.task_id)) THEN
                CONTINUE;
            END IF;
            SELECT * INTO v_waiting FROM task_ledger.last_event(v_step.task_id);
            IF v_waiting.state IS DISTINCT FROM 'registered' THEN
                NULL;  -- cancelled or expired meanwhile
            ELSIF v_step.outcome <> 'completed' AND NOT v_step.after_failures THEN
                PERFORM task_ledger.append(
                    v_step.task_id, 'failed', NULL, 1, p_actor, clock_timestamp(),
                    json_build_object('reason', 'upstream'), 1,
                    p_private => json_build_object('message', CASE v_step.outcome
                        WHEN 'ignored' THEN format('task %s before it raised Ignore: nothing is to follow', v_step.after)
                        ELSE format('task %s before it ended as failed(%s)', v_step.after, v_step.outcome) END));
            ELSIF NOT EXISTS (
                SELECT FROM task_ledger.next_step AS o
                WHERE o.task_id = v_step.task_id AND o.id <> v_step.id)
            THEN
                INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
                SELECT m.id, v_step.task_id, 1, t.at, t.at
                FROM task_ledger.message AS m,
                     LATERAL (SELECT greatest(v_waiting.due_at, clock_timestamp()) AS at) AS t
                WHERE m.task_id = v_step.task_id;
            END IF;
        END IF;
        DELETE FROM task_ledger.next_step WHERE id = v_step.id;
        v_taken := v_taken + 1;
    END LOOP;
    RETURN v_taken;
END
$$;
