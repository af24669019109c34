-- Appends a note, which changes no state: a refused duplicate delivery, a refused late write, a comment,
-- or that a task was run again. Allowed in every state; at most 100 notes per task.
--
-- Returns: task_ledger.append_result; outcome appended, unknown, retired (its month has left the
--          database, or is about to), or too_many.
-- Arguments: p_task_id; p_actor; p_occurred_at, the writer's clock; p_data, the JSON object of a `noted`
--            event; p_schema_version, of it; p_private, the part of the event's data that can be erased,
--            a JSON object or null.
-- Usage: workers note refusals; users comment and run tasks again, under a name that is not reserved for
--        a part of the ledger.
CREATE OR REPLACE FUNCTION task_ledger.note(
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
    IF p_data ->> 'kind' IN ('comment', 'run_again') THEN
        PERFORM task_ledger.check_asker(p_actor);
    END IF;
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
    IF (SELECT count(*) >= 100 FROM task_ledger.task_event t
        WHERE t.bucket = v_last.bucket AND t.task_id = p_task_id AND t.type = 'noted') THEN
        RETURN task_ledger.outcome_for('too_many', v_last);
    END IF;
    e := v_last;
    e.type := 'noted';
    e.schema_version := p_schema_version;
    e.actor := p_actor;
    e.occurred_at := p_occurred_at;
    e.data := p_data;
    e.private := p_private;
    e := task_ledger.write_event(v_last, e);
    RETURN task_ledger.outcome_for('appended', e);
END
$$;
