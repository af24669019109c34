-- Marks a task's dependents as ready for task_ledger.take_next_steps. Not granted to any role.
--
-- Returns: nothing.
-- Arguments: p_task_id, the ended task; p_type, completed or failed, p_ended_at and p_data, of its end.
-- Usage: task_ledger.append, task_ledger.request_cancel, in the transaction of the end.
CREATE OR REPLACE FUNCTION task_ledger.mark_dependents(
    p_task_id uuid, p_type task_ledger.event_type, p_ended_at timestamptz, p_data json
)
RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
    UPDATE task_ledger.next_step AS s
    SET ready_at = CASE WHEN p_type = 'completed' OR s.after_failures THEN p_ended_at + s.delay
                        ELSE p_ended_at END,
        outcome = CASE WHEN p_type = 'failed' THEN p_data ->> 'reason'
                       WHEN (p_data ->> 'ignored')::boolean THEN 'ignored' ELSE 'completed' END
    WHERE s.after = p_task_id;
END;
