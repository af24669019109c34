-- Registers up to 1,000 tasks of one project and stores their messages.
-- Returns: one integer, how many.
-- Arguments: those of task_ledger.enqueue_many; data, private and messages as the text of one JSON array, whose
--            elements are kept as they are written, the other arrays as text; due_in_s, where due_at is
--            null: seconds from now, by this server's clock; null for at once.
-- Usage: task_ledger.enqueue_many.
SELECT task_ledger.enqueue_many(
    %(task_ids)s::uuid[], %(project_id)s, %(actor)s, %(occurred_at)s,
    ARRAY(SELECT value FROM json_array_elements(%(data)s::json)), %(schema_version)s,
    %(max_attempts)s::integer[], 
    ARRAY(SELECT coalesce(d.at, clock_timestamp() + make_interval(secs => d.wait_s))
          FROM unnest(%(due_at)s::timestamptz[], %(due_in_s)s::float8[]) WITH ORDINALITY AS d(at, wait_s, n)
          ORDER BY d.n),
    ARRAY(SELECT value FROM json_array_elements(%(messages)s::json)), %(bodies)s::bytea[],
    ARRAY(SELECT value FROM json_array_elements(%(private)s::json)))
