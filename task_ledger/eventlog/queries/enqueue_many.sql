-- Registers up to 1,000 tasks of one project and stores their messages.
-- Returns: one integer, how many.
-- Arguments: those of task_ledger.enqueue_many; data and messages as the text of one JSON array, whose
--            elements are kept as they are written, the other arrays as text.
-- Usage: task_ledger.enqueue_many.
SELECT task_ledger.enqueue_many(
    %(task_ids)s::uuid[], %(project_id)s, %(actor)s, %(occurred_at)s,
    ARRAY(SELECT value FROM json_array_elements(%(data)s::json)), %(schema_version)s,
    %(max_attempts)s::integer[], %(due_at)s::timestamptz[],
    ARRAY(SELECT value FROM json_array_elements(%(messages)s::json)), %(bodies)s::bytea[])
