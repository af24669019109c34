-- The answer to a write: its outcome, and the task's lifecycle.
--
-- Returns: task_ledger.append_result.
-- Arguments: p_outcome; p_last, the task's last event; null for a task without events, or whose month is not read.
-- Usage: request_cancel, request_retry, note.
CREATE OR REPLACE FUNCTION task_ledger.outcome_for(p_outcome text, p_last task_ledger.task_event)
RETURNS task_ledger.append_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ROW(p_outcome, coalesce(p_last.version, 0), p_last.state, p_last.attempt, p_last.claim,
               coalesce(p_last.cancel_requested, false), p_last.due_at)::task_ledger.append_result
$$;
