-- Whether a task's id, project and limit of attempts are valid. An id's time determines its partition; an
-- id that is too old could belong to a detached month.
--
-- Returns: boolean; never null.
-- Arguments: p_task_id; p_project_id; p_max_attempts, null for no limit.
-- Usage: task_ledger.register, task_ledger.check_task; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.registrable(p_task_id uuid, p_project_id text, p_max_attempts integer)
RETURNS boolean
LANGUAGE sql VOLATILE
RETURN coalesce(CASE task_ledger.version_of(p_task_id)
           WHEN 7 THEN task_ledger.drawn_at(p_task_id)
                       BETWEEN clock_timestamp() - interval '31 days' AND clock_timestamp() + interval '1 day'
           WHEN 4 THEN true
       END, false)
    AND octet_length(coalesce(p_project_id, '')) BETWEEN 1 AND 200
    AND coalesce(p_max_attempts, 1) >= 1;
