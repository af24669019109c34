-- Refuses arguments that the event's type does not allow.
--
-- Returns: nothing; raises TL004.
-- Arguments: those of task_ledger.append; p_due_at also when it was computed from a countdown.
-- Usage: task_ledger.append_general.
CREATE OR REPLACE FUNCTION task_ledger.check_append(
    p_type task_ledger.event_type, p_claim uuid, p_attempt integer, p_due_at timestamptz, p_max_attempts integer,
    p_traceback text
)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p_type IS NULL OR p_type NOT IN ('started', 'progress', 'retrying', 'completed', 'failed') THEN
        RAISE EXCEPTION 'a worker appends started, progress, retrying, completed or failed, not %', p_type
            USING ERRCODE = 'TL004',
                  HINT = 'Use task_ledger.enqueue, task_ledger.request_cancel, task_ledger.request_retry or task_ledger.note for the others.';
    END IF;
    IF p_claim IS NULL AND p_type <> 'failed' THEN
        RAISE EXCEPTION 'only failed may do without a claim, % may not', p_type USING ERRCODE = 'TL004';
    END IF;
    IF p_attempt IS NULL AND (p_type = 'started' OR p_claim IS NULL) THEN
        RAISE EXCEPTION '% names the attempt that it is for', p_type USING ERRCODE = 'TL004',
            HINT = 'An end without a claim is for the attempt that the task waits for: its last one + 1.';
    END IF;
    IF (p_due_at IS NULL) = (p_type = 'retrying') THEN
        RAISE EXCEPTION 'retrying, and nothing else, has a due time or a countdown_s; this is %', p_type
            USING ERRCODE = 'TL004';
    END IF;
    IF p_max_attempts IS NOT NULL AND (p_type <> 'retrying' OR p_max_attempts < 1) THEN
        RAISE EXCEPTION 'retrying, and nothing else, may set max_attempts, to at least 1'
            USING ERRCODE = 'TL004';
    END IF;
    IF p_traceback IS NOT NULL AND p_type NOT IN ('retrying', 'failed') THEN
        RAISE EXCEPTION 'only retrying and failed have a traceback, % has none', p_type
            USING ERRCODE = 'TL004';
    END IF;
END
$$;
