-- Whether an event of a type may be appended to a task in a state.
-- Generated from task_ledger/model/transitions.py: python -m task_ledger.model.transitions
--
-- Returns: boolean.
-- Arguments: p_state, the state carried by the task's last event; p_type, the event's type.
-- Usage: task_ledger.decide_append and the writers of events that change no state; inlined.
CREATE OR REPLACE FUNCTION task_ledger.may_follow(
    p_state task_ledger.event_type, p_type task_ledger.event_type)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN p_state IN ('registered') THEN
        p_type IN ('started', 'failed', 'cancel_requested', 'noted')
    WHEN p_state IN ('started', 'progress') THEN
        p_type IN ('progress', 'retrying', 'completed', 'failed', 'cancel_requested', 'noted')
    WHEN p_state IN ('retrying') THEN
        p_type IN ('started', 'failed', 'cancel_requested', 'noted', 'retry_requested')
    WHEN p_state IN ('completed', 'failed') THEN
        p_type IN ('noted')
    ELSE false
END;
