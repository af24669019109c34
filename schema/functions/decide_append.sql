-- Whether an attempt's event may follow a task's last event, and if not, why. The first rule that applies
-- decides.
--
-- Returns: text, one of the outcomes of task_ledger.append.
-- Arguments: t_…, the task as its last event carries it, null for no task; e_…, the new event; e_cancels,
--            whether it is failed(cancelled).
-- Usage: task_ledger.append_general; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.decide_append(
    t_state task_ledger.event_type, t_attempt integer, t_claim uuid, t_cancel_requested boolean,
    t_due_at timestamptz, t_max_attempts integer,
    e_type task_ledger.event_type, e_attempt integer, e_claim uuid, e_max_attempts integer,
    e_cancels boolean
)
RETURNS text
LANGUAGE sql VOLATILE
RETURN CASE
    WHEN t_state IS NULL THEN 'unknown'
    -- A message is for one attempt; when another delivery has taken it, this one comes late.
    -- Between attempts no claim holds the task: the last one has nothing left to say.
    -- Who ends a task without a claim speaks for the attempt that the task waits for, so that a stale
    -- message ends no task that waits for a later one.
    WHEN CASE WHEN e_type = 'started' THEN e_attempt IS DISTINCT FROM t_attempt + 1
              WHEN e_claim IS NULL THEN t_claim IS NOT NULL OR e_attempt IS DISTINCT FROM t_attempt + 1
              ELSE e_claim IS DISTINCT FROM t_claim END THEN 'fenced'
    WHEN NOT task_ledger.may_follow(t_state, e_type) THEN 'illegal'
    WHEN t_cancel_requested AND NOT (e_type = 'progress' OR e_cancels) THEN 'cancelled'
    WHEN e_type = 'started' AND t_due_at > clock_timestamp() THEN 'not_due'
    WHEN e_type = 'retrying' AND t_attempt >= coalesce(e_max_attempts, t_max_attempts) THEN 'exhausted'
    ELSE 'appended'
END;
