-- Appends to the access log. Numbers have no gaps, so other callers wait until this transaction ends:
-- call it in its own transaction.
--
-- Returns: bigint, the row's number; raises 42501 for the rewrite after an erasure, retirements and legal
--          holds, unless the login is a member of the owner's role: others could claim that erased text
--          or a hold is gone.
-- Arguments: p_actor; p_action, one of the table's; p_project_id, p_task_id, p_detail, the subject, each
--            may be null. For a traceback, p_detail is replaced by the login.
-- Usage: the API before it sends an export or an evidence pack; task-ledger export, evidence and show
--        --traceback; triggers on access_token and web_session; task_ledger.pause_queue,
--        task_ledger.resume_queue and task_ledger.start_schedule;
--        task_ledger.notifier with each change of channels and rules.
CREATE OR REPLACE FUNCTION task_ledger.record_access(
    p_actor text, p_action text, p_project_id text, p_task_id uuid, p_detail text
)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_last task_ledger.access_log;
    v_seq  bigint;
    v_at   timestamptz;
BEGIN
    IF (p_action = 'erasure' AND p_task_id IS NULL OR p_action IN ('retirement', 'hold_placed', 'hold_released'))
        AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
        RAISE EXCEPTION 'only a member of the role % may record a rewrite, a retirement or a hold', current_user
            USING ERRCODE = '42501';
    END IF;
    IF p_action = 'traceback' THEN
        p_detail := 'login ' || session_user;
    END IF;
    LOCK TABLE task_ledger.access_log IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO v_last FROM task_ledger.access_log a ORDER BY a.seq DESC LIMIT 1;
    v_seq := coalesce(v_last.seq, 0) + 1;
    v_at := greatest(clock_timestamp(), v_last.at);
    INSERT INTO task_ledger.access_log (seq, at, actor, action, project_id, task_id, detail, digest)
    VALUES (v_seq, v_at, p_actor, p_action, p_project_id, p_task_id, p_detail,
            task_ledger.access_digest(v_last.digest, v_seq, v_at, p_actor, p_action, p_project_id,
                                      p_task_id, p_detail));
    RETURN v_seq;
END
$$;
