-- Requests that a task be cancelled. Once accepted, the task never ends in SUCCESS: a worker may then
-- only append progress and failed(cancelled). A task that no claim holds ends at once.
--
-- Returns: task_ledger.append_result; outcome
--   accepted   cancel_requested is stored (and failed(cancelled), if no claim held the task)
--   already    an earlier request was accepted; nothing is stored
--   ended      the task had ended; nothing is stored
--   unknown    no such task
--   retired    the task's month has left the database, or is about to
--   not_terminable  termination was requested, but the worker of the running attempt cannot kill its
--              process, or is not known to be able to; nothing is stored
-- Arguments: p_task_id; p_actor; p_occurred_at, the writer's clock; p_data, the JSON object of a
--            `cancel_requested` event; "terminate": true kills the process of the running attempt, even
--            if a cancel was accepted before; p_schema_version, of it; p_private, the part of the event's
--            data that can be erased, a JSON object or null.
-- Usage: POST /tasks/{id}/cancel, task-ledger cancel.
CREATE OR REPLACE FUNCTION task_ledger.request_cancel(
    p_task_id uuid, p_actor text, p_occurred_at timestamptz, p_data json, p_schema_version integer,
    p_private json DEFAULT NULL
)
RETURNS task_ledger.append_result
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_last      task_ledger.task_event;
    e           task_ledger.task_event;
    v_terminate boolean;
BEGIN
    PERFORM task_ledger.check_version(p_schema_version);
    PERFORM task_ledger.check_asker(p_actor);
    IF NOT task_ledger.begin_write(p_task_id) THEN
        PERFORM task_ledger.refuse_isolation();
    END IF;
    IF task_ledger.is_closing(task_ledger.bucket_of(p_task_id)) THEN
        RETURN task_ledger.outcome_for('retired', NULL);
    END IF;
    SELECT * INTO v_last FROM task_ledger.last_event(p_task_id);
    IF NOT FOUND THEN
        RETURN task_ledger.outcome_for('unknown', NULL);
    END IF;
    IF NOT task_ledger.may_follow(v_last.state, 'cancel_requested') THEN
        RETURN task_ledger.outcome_for('ended', v_last);
    END IF;
    v_terminate := coalesce((p_data ->> 'terminate')::boolean, false)
                   AND v_last.state IN ('started', 'progress');
    IF v_terminate AND NOT EXISTS (
        SELECT FROM task_ledger.task_event AS s
        JOIN task_ledger.worker_lease AS l ON l.boot = (s.data ->> 'boot')::uuid
        WHERE s.bucket = v_last.bucket AND s.task_id = p_task_id AND s.type = 'started'
            AND s.claim = v_last.claim AND l.can_terminate)
    THEN
        RETURN task_ledger.outcome_for('not_terminable', v_last);
    END IF;
    IF v_last.cancel_requested AND NOT (v_terminate AND NOT EXISTS (
        SELECT FROM task_ledger.termination AS t WHERE t.task_id = p_task_id AND t.claim = v_last.claim))
    THEN
        RETURN task_ledger.outcome_for('already', v_last);
    END IF;
    e := v_last;
    e.type := 'cancel_requested';
    e.cancel_requested := true;
    e.schema_version := p_schema_version;
    e.actor := p_actor;
    e.occurred_at := p_occurred_at;
    e.data := p_data;
    e.private := p_private;
    e := task_ledger.write_event(v_last, e);
    IF e.state IN ('registered', 'retrying') THEN
        v_last := e;
        e.type := 'failed';
        e.state := 'failed';
        e.schema_version := 1;
        e.due_at := NULL;
        e.data := json_build_object('reason', 'cancelled');
        e.private := json_build_object(
            'message', CASE WHEN v_last.attempt = 0 THEN 'cancelled before it ran'
                            ELSE 'cancelled while it waited for attempt ' || (v_last.attempt + 1) END);
        e := task_ledger.write_event(v_last, e);
        PERFORM task_ledger.mark_dependents(p_task_id, e.type, e.recorded_at, e.data);
    END IF;
    IF v_terminate THEN
        INSERT INTO task_ledger.termination AS t (task_id, claim) VALUES (p_task_id, e.claim)
        ON CONFLICT (task_id) DO UPDATE SET claim = excluded.claim, asked_at = excluded.asked_at;
    END IF;
    RETURN task_ledger.outcome_for('accepted', e);
END
$$;
