-- Hides a project from lists of projects. Its tasks, links, queries, audits and exports stay as they are. Recorded
-- in the access log with the actor.
--
-- Returns: boolean, false if it was already hidden; then nothing is recorded. Raises TL004: no project, or p_actor
--          is missing, too long or reserved for a part of the ledger.
-- Arguments: p_project_id, 1 to 1000 bytes; p_actor, 1 to 200 bytes.
-- Usage: POST /projects/{id}/hide, task-ledger projects hide. In its own transaction, because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.hide_project(p_project_id text, p_actor text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_project_change(p_project_id, p_actor);
    INSERT INTO task_ledger.project AS p (project_id, hidden_at, hidden_by, hidden_seq)
    VALUES (p_project_id, clock_timestamp(), p_actor, coalesce(
        (SELECT h.seq FROM task_ledger.project_head AS h WHERE h.project_id = p_project_id), 0))
    ON CONFLICT (project_id) DO UPDATE SET
        hidden_at = excluded.hidden_at, hidden_by = excluded.hidden_by, hidden_seq = excluded.hidden_seq
    WHERE p.hidden_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(p_actor, 'project_hidden', p_project_id, NULL, NULL);
    RETURN true;
END
$$;
