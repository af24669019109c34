-- Creates a token.
--
-- Returns: uuid, the token's id. Raises 23505 if a token had this name before, or a person has signed in with
--          it: events of both would be under one name. Raises 23514 for a value that task_ledger.access_token
--          refuses.
-- Arguments: p_actor, who creates it, null for the database's login; the others are columns of
--            task_ledger.access_token: p_projects null for all, p_hash sha256 of the secret.
-- Usage: POST /tokens and task-ledger token create. The access log gets a row. In its own transaction,
--        because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.create_token(
    p_actor text, p_name text, p_role text, p_projects text[], p_hash bytea, p_expires_at timestamptz
)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_id uuid;
BEGIN
    -- The lock of task_ledger.open_person_session: who comes second sees the first.
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger name ' || lower(p_name), 0));
    IF EXISTS (SELECT FROM task_ledger.web_session AS s WHERE lower(s.name) = lower(p_name)) THEN
        RAISE EXCEPTION 'a person has signed in with this name' USING ERRCODE = '23505';
    END IF;
    INSERT INTO task_ledger.access_token (name, role, projects, hash, expires_at, created_by)
    VALUES (p_name, p_role, p_projects, p_hash, p_expires_at, coalesce(p_actor, 'login ' || session_user))
    RETURNING id INTO v_id;
    RETURN v_id;
END
$$;
