-- Saves a view of a project's tasks, replacing one of the same name. Saves in one project wait for each
-- other, so the limit is never exceeded.
--
-- Returns: boolean, false if the project has 100 others; then nothing is saved. Raises 23514 for a name
--          that cannot be part of a path (see task_ledger.saved_view), 55P03 if another save in the
--          project takes more than five seconds.
-- Arguments: the columns of task_ledger.saved_view; p_columns may be null.
-- Usage: PUT /projects/{id}/views/{name}.
CREATE OR REPLACE FUNCTION task_ledger.save_view(
    p_project_id text, p_name text, p_query text, p_sorted_by text, p_columns text[], p_saved_by text
)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    -- Later statements see what the previous save has committed.
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger saved views ' || p_project_id, 0));
    IF (SELECT count(*) >= 100 FROM task_ledger.saved_view AS v
        WHERE v.project_id = p_project_id AND v.name <> p_name) THEN
        RETURN false;
    END IF;
    INSERT INTO task_ledger.saved_view (project_id, name, query, sorted_by, columns, saved_by, saved_at)
    VALUES (p_project_id, p_name, p_query, p_sorted_by, p_columns, p_saved_by, clock_timestamp())
    ON CONFLICT (project_id, name) DO UPDATE SET
        query = excluded.query, sorted_by = excluded.sorted_by, columns = excluded.columns,
        saved_by = excluded.saved_by, saved_at = excluded.saved_at;
    RETURN true;
END
$$;
