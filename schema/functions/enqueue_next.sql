-- Registers a task that waits for others, and stores its message without a dispatch. It is dispatched
-- when all of them have completed, and ends as failed(upstream) if one does not. With after_failures in
-- its data, it is dispatched when all of them have ended, however they ended.
--
-- Returns: task_ledger.append_result; outcome appended or already_registered (nothing more is stored).
-- Arguments: those of task_ledger.enqueue; p_due_at, the earliest dispatch; p_waits_for, its
--            predecessors, registered in the same transaction (one that has already ended would never
--            trigger the dispatch); p_delay_s, seconds to wait after the last of them.
-- Usage: task_ledger.enqueue(session, chain(…), …).
CREATE OR REPLACE FUNCTION task_ledger.enqueue_next(
    p_task_id uuid, p_project_id text, p_actor text, p_occurred_at timestamptz,
    p_data json, p_schema_version integer, p_max_attempts integer, p_due_at timestamptz,
    p_message json, p_body bytea, p_waits_for uuid[], p_delay_s double precision,
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
    IF coalesce(cardinality(p_waits_for), 0) = 0 OR array_position(p_waits_for, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'a task that comes after others has to name them'
            USING ERRCODE = 'TL004', HINT = 'Pass at least one task id, or call task_ledger.enqueue.';
    END IF;
    IF coalesce(p_delay_s, 0) NOT BETWEEN -2e11 AND 2e11 THEN
        -- The end of the last task before it would fail: its sum with the delay could not be stored.
        RAISE EXCEPTION 'a delay of % s does not end in the years 2000 to 8999', p_delay_s
            USING ERRCODE = 'TL004';
    END IF;
    v_result := task_ledger.register(p_task_id, p_project_id, p_actor, p_occurred_at,
                                p_data, p_schema_version, p_max_attempts, p_due_at, p_private);
    IF v_result.outcome = 'appended' THEN
        PERFORM task_ledger.store_message(p_task_id, 1, NULL, p_message, p_body);
        INSERT INTO task_ledger.next_step (after, task_id, delay, after_failures)
        SELECT DISTINCT w.id, p_task_id, make_interval(secs => coalesce(p_delay_s, 0)),
            coalesce((p_data ->> 'after_failures')::boolean, false)
        FROM unnest(p_waits_for) AS w(id);
    END IF;
    RETURN v_result;
END
$$;
