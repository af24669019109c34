-- Gives a project a name and a description for people. Recorded in the access log with the actor; the detail is
-- what was set.
--
-- Returns: boolean, false if both were so already; then nothing is recorded. Raises TL004: an argument is too
--          long, the name is not one line of text, or p_actor is missing or reserved for a part of the ledger.
-- Arguments: p_project_id, 1 to 1000 bytes; p_name, up to 100 characters; p_description, up to 300 characters:
--            null keeps what there is, blank text removes it; p_actor, 1 to 200 bytes.
-- Usage: PATCH /projects/{id}/name, task-ledger projects name. In its own transaction, because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.name_project(
    p_project_id text, p_name text, p_description text, p_actor text
)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_project_change(p_project_id, p_actor);
    IF char_length(p_name) > 100 OR p_name ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' THEN
        RAISE EXCEPTION 'the name of a project is one line of up to 100 characters' USING ERRCODE = 'TL004';
    END IF;
    IF char_length(p_description) > 300 THEN
        RAISE EXCEPTION 'the description of a project has up to 300 characters' USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.project AS p (project_id) VALUES (p_project_id) ON CONFLICT (project_id) DO NOTHING;
    UPDATE task_ledger.project AS p
    SET name = CASE WHEN p_name IS NULL THEN p.name ELSE nullif(btrim(p_name), '') END,
        description = CASE WHEN p_description IS NULL THEN p.description ELSE nullif(btrim(p_description), '') END
    WHERE p.project_id = p_project_id
        AND ((p_name IS NOT NULL AND p.name IS DISTINCT FROM nullif(btrim(p_name), ''))
             OR (p_description IS NOT NULL AND p.description IS DISTINCT FROM nullif(btrim(p_description), '')));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(
        p_actor, 'project_named', p_project_id, NULL,
        concat_ws('; ', 'name: ' || btrim(p_name), 'description: ' || btrim(p_description)));
    RETURN true;
END
$$;
