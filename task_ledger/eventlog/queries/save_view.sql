-- Saves a view, over one of its name.
-- Returns: one row; none if the project has as many others as it may.
-- Arguments: project_id, name, query, sorted_by, columns (an array or null), saved_by; most.
-- Usage: task_ledger.eventlog.saved_views.
INSERT INTO task_ledger.saved_view (project_id, name, query, sorted_by, columns, saved_by, saved_at)
SELECT %(project_id)s, %(name)s, %(query)s, %(sorted_by)s, %(columns)s::text[], %(saved_by)s, clock_timestamp()
WHERE (
    SELECT count(*) FROM task_ledger.saved_view AS v
    WHERE v.project_id = %(project_id)s AND v.name <> %(name)s) < %(most)s
ON CONFLICT (project_id, name) DO UPDATE SET
    query = excluded.query, sorted_by = excluded.sorted_by, columns = excluded.columns,
    saved_by = excluded.saved_by, saved_at = excluded.saved_at
RETURNING name
