-- Saves a view, over one of its name.
-- Returns: one row, whether it was saved, as of task_ledger.save_view.
-- Arguments: project_id, name, query, sorted_by, columns (an array or null), saved_by.
-- Usage: task_ledger.eventlog.saved_views.
SELECT task_ledger.save_view(
    %(project_id)s, %(name)s, %(query)s, %(sorted_by)s, %(columns)s::text[], %(saved_by)s)
