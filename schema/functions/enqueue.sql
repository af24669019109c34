-- Registers a task and stores its message and first dispatch in the caller's transaction, so that either
-- all or nothing is committed. No worker can see an unregistered task, and every registered task is
-- dispatched.
--
-- Returns: task_ledger.append_result; outcome appended or already_registered (nothing more is stored).
-- Arguments: those of task_ledger.register; p_message and p_body as of task_ledger.store_message.
-- Usage: task_ledger.enqueue(session, signature, …).
CREATE OR REPLACE FUNCTION task_ledger.enqueue(
    p_task_id uuid, p_project_id text, p_actor text, p_occurred_at timestamptz,
    p_data json, p_schema_version integer, p_max_attempts integer, p_due_at timestamptz,
    p_message json, p_body bytea,
    p_private json DEFAULT NULL
)
RETURNS task_ledger.append_result
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_result task_ledger.append_result;
BEGIN
    v_result := task_ledger.register(p_task_id, p_project_id, p_actor, p_occurred_at,
                                p_data, p_schema_version, p_max_attempts, p_due_at, p_private);
    IF v_result.outcome = 'appended' THEN
        PERFORM task_ledger.store_message(p_task_id, 1, coalesce(p_due_at, clock_timestamp()), p_message, p_body);
    END IF;
    RETURN v_result;
END
$$;
