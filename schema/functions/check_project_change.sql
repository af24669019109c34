-- Refuses a change of a project without a project or an actor. Not granted to any role.
--
-- Returns: nothing; raises TL004.
-- Arguments: p_project_id, 1 to 1000 bytes; p_actor, 1 to 200 bytes.
-- Usage: task_ledger.name_project, task_ledger.hide_project, task_ledger.unhide_project.
CREATE OR REPLACE FUNCTION task_ledger.check_project_change(p_project_id text, p_actor text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who changes a project has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF (octet_length(p_project_id) BETWEEN 1 AND 1000) IS NOT TRUE THEN
        RAISE EXCEPTION 'the id of a project has 1 to 1000 bytes' USING ERRCODE = 'TL004';
    END IF;
END
$$;
