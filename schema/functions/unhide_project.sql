-- Shows a hidden project in lists again. Recorded in the access log with the actor.
--
-- Returns: boolean, false if it was not hidden; then nothing is recorded. Raises TL004, as task_ledger.hide_project.
-- Arguments: those of task_ledger.hide_project.
-- Usage: POST /projects/{id}/unhide, task-ledger projects unhide. In its own transaction, because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.unhide_project(p_project_id text, p_actor text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_project_change(p_project_id, p_actor);
    UPDATE task_ledger.project AS p
    SET hidden_at = NULL, hidden_by = NULL, hidden_seq = NULL
    WHERE p.project_id = p_project_id AND p.hidden_at IS NOT NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM task_ledger.project AS p
    WHERE p.project_id = p_project_id AND num_nonnulls(p.name, p.description, p.hidden_at) = 0;
    PERFORM task_ledger.record_access(p_actor, 'project_unhidden', p_project_id, NULL, NULL);
    RETURN true;
END
$$;
