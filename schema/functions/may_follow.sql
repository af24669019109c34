-- Whether an event of a type may be appended to a task in a state.
-- Generated from task_ledger/transitions.py: python -m task_ledger.transitions
--
-- Returns: boolean.
-- Arguments: p_state, the state carried by the task's last event; p_type, the event's type.
-- Usage: ledger.verdict and the writers of events that change no state; inlined by the planner.
CREATE OR REPLACE FUNCTION ledger.may_follow(p_state ledger.event_type, p_type ledger.event_type)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_state = ANY (CASE p_type
    WHEN 'started' THEN '{registered,retrying}'::ledger.event_type[]
    WHEN 'progress' THEN '{started,progress}'::ledger.event_type[]
    WHEN 'retrying' THEN '{started,progress}'::ledger.event_type[]
    WHEN 'completed' THEN '{started,progress}'::ledger.event_type[]
    WHEN 'failed' THEN '{registered,started,progress,retrying}'::ledger.event_type[]
    WHEN 'cancel_requested' THEN '{registered,started,progress,retrying}'::ledger.event_type[]
    WHEN 'noted' THEN '{registered,started,progress,retrying,completed,failed}'::ledger.event_type[]
END), false);
