-- Whether the current role may rewrite the database's statistics.
-- Returns: boolean.
-- Arguments: none.
-- Usage: task_ledger.ops.rewriting.
SELECT pg_has_role(d.datdba, 'USAGE') FROM pg_database AS d WHERE d.datname = current_database()
