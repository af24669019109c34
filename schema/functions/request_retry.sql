-- Ends the countdown to a task's next attempt, which is then due at once. The fence is unchanged: the
-- attempt is claimed by one delivery of its message, and not before its due time in the log.
--
-- Returns: task_ledger.append_result; outcome
--   accepted   retry_requested is stored, and the attempt's dispatch is due
--   already    the countdown is over; nothing is stored
--   not_retrying, ended  the task is not in a countdown to a retry; nothing is stored
--   unknown, retired  no such task, or its month has left the database or is about to
-- Arguments: those of task_ledger.request_cancel; p_data, the JSON object of a `retry_requested` event.
-- Usage: POST /tasks/{id}/retry, task-ledger retry, and actions on many tasks.
CREATE OR REPLACE FUNCTION task_ledger.request_retry(
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
    v_last task_ledger.task_event;
    e      task_ledger.task_event;
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
    IF NOT task_ledger.may_follow(v_last.state, 'retry_requested') THEN
        RETURN task_ledger.outcome_for(CASE WHEN v_last.state IN ('completed', 'failed') THEN 'ended' ELSE 'not_retrying' END, v_last);
    END IF;
    e := v_last;
    e.due_at := clock_timestamp();
    IF v_last.due_at <= e.due_at THEN
        RETURN task_ledger.outcome_for('already', v_last);
    END IF;
    e.type := 'retry_requested';
    e.schema_version := p_schema_version;
    e.actor := p_actor;
    e.occurred_at := p_occurred_at;
    e.data := p_data;
    e.private := p_private;
    e := task_ledger.write_event(v_last, e);
    -- Move the countdown's dispatch. If a relay is publishing it right now, another one is stored, which is
    -- harmless: only one delivery can claim the attempt.
    UPDATE task_ledger.outbox AS o SET due_at = e.due_at, try_at = e.due_at
    WHERE o.id = (
        SELECT w.id FROM task_ledger.outbox AS w
        WHERE w.try_at = v_last.due_at AND w.task_id = p_task_id AND w.attempt = v_last.attempt + 1
        ORDER BY w.id LIMIT 1
        FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
        SELECT m.id, p_task_id, v_last.attempt + 1, e.due_at, e.due_at
        FROM task_ledger.message AS m WHERE m.task_id = p_task_id;
    END IF;
    RETURN task_ledger.outcome_for('accepted', e);
END
$$;
