-- Gives a project a name and a description for people. Recorded in the access log with the actor; the detail is
-- what was set.
--
-- Returns: boolean, false if both were so already; then nothing is recorded. Raises TL004: an argument is too
--          long, the name is not one line of text, or p_actor is missing or reserved for a part of the ledger.
-- Arguments: p_project_id, 1 to 1000 bytes; p_name, up to 100 characters; p_description, up to 300 characters:
--            null keeps what there is, text of nothing but white space removes it; p_actor, 1 to 200 bytes.
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
DECLARE
    blank           constant text := E' \t\n\u000b\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006'
        || E'\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
    new_name        constant text := btrim(p_name, blank);
    new_description constant text := btrim(p_description, blank);
    changed         boolean;
BEGIN
    PERFORM task_ledger.check_project_change(p_project_id, p_actor);
    IF char_length(p_name) > 100 OR p_name ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' THEN
        RAISE EXCEPTION 'the name of a project is one line of up to 100 characters' USING ERRCODE = 'TL004';
    END IF;
    IF char_length(p_description) > 300 THEN
        RAISE EXCEPTION 'the description of a project has up to 300 characters' USING ERRCODE = 'TL004';
    END IF;
    -- DO UPDATE locks the row, so that whoever removes the last of its values cannot delete it meanwhile.
    INSERT INTO task_ledger.project AS p (project_id) VALUES (p_project_id)
    ON CONFLICT (project_id) DO UPDATE SET project_id = excluded.project_id;
    UPDATE task_ledger.project AS p
    SET name = CASE WHEN p_name IS NULL THEN p.name ELSE nullif(new_name, '') END,
        description = CASE WHEN p_description IS NULL THEN p.description ELSE nullif(new_description, '') END
    WHERE p.project_id = p_project_id
        AND ((p_name IS NOT NULL AND p.name IS DISTINCT FROM nullif(new_name, ''))
             OR (p_description IS NOT NULL AND p.description IS DISTINCT FROM nullif(new_description, '')));
    changed := FOUND;
    DELETE FROM task_ledger.project AS p
    WHERE p.project_id = p_project_id AND num_nonnulls(p.name, p.description, p.hidden_at) = 0;
    IF changed THEN
        PERFORM task_ledger.record_access(
            p_actor, 'project_named', p_project_id, NULL,
            concat_ws('; ', 'name: ' || new_name, 'description: ' || new_description));
    END IF;
    RETURN changed;
END
$$;
