-- Refuses an array of tasks if any of them cannot be registered, with the reason.
--
-- Returns: nothing; raises TL001, TL003, TL004 or TL005, as task_ledger.enqueue would for the first such
--          task.
-- Arguments: those of task_ledger.enqueue_many.
-- Usage: task_ledger.enqueue_many, after its own check has failed.
CREATE OR REPLACE FUNCTION task_ledger.check_many(
    p_task_ids uuid[], p_project_id text, p_actor text, p_occurred_at timestamptz, p_data json[],
    p_schema_version integer, p_max_attempts integer[], p_due_at timestamptz[], p_messages json[], p_bodies bytea[],
    p_private json[]
)
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_task record;
BEGIN
    PERFORM task_ledger.check_version(p_schema_version);
    PERFORM task_ledger.check_asker(p_actor);
    FOR v_task IN
        SELECT *
        FROM unnest(p_task_ids, p_data, p_max_attempts, p_due_at, p_private)
            AS i(task_id, data, max_attempts, due_at, private)
    LOOP
        PERFORM task_ledger.check_event(p_actor, v_task.data, p_occurred_at, v_task.due_at, v_task.private);
        PERFORM task_ledger.check_task(v_task.task_id, p_project_id, v_task.max_attempts);
    END LOOP;
    SELECT i.due_at, i.message, i.body INTO v_task
    FROM unnest(p_due_at, p_messages, p_bodies) WITH ORDINALITY AS i(due_at, message, body, n)
    WHERE i.body IS NULL OR json_typeof(i.message) IS DISTINCT FROM 'object'
       OR (json_typeof(i.message -> 'exchange') = 'string' AND json_typeof(i.message -> 'routing_key') = 'string'
           AND json_typeof(i.message -> 'content_type') = 'string'
           AND json_typeof(i.message -> 'content_encoding') = 'string'
           AND json_typeof(i.message -> 'headers') = 'object' AND json_typeof(i.message -> 'properties') = 'object'
           AND json_typeof(i.message -> 'declare') = 'array') IS NOT TRUE
    ORDER BY i.n LIMIT 1;
    IF FOUND THEN
        PERFORM task_ledger.check_message(v_task.due_at, v_task.message, v_task.body);
    END IF;
    PERFORM task_ledger.refuse_isolation()
    WHERE current_setting('transaction_isolation') <> 'read committed';
END
$$;
