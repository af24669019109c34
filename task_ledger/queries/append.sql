-- Appends one event of an attempt.
-- Returns: one ledger.answer.
-- Arguments: those of ledger.append.
-- Usage: task_ledger.store.append. A call in a select list costs less than one in FROM; OFFSET 0
--        keeps the planner from calling it once for each column.
SELECT (answer).* FROM (SELECT ledger.append(
    %(task_id)s, %(type)s::ledger.event_type, %(claim)s, %(attempt)s, %(actor)s, %(occurred_at)s,
    %(data)s::json, %(schema_version)s, %(due_at)s, %(max_attempts)s, %(traceback)s) AS answer OFFSET 0) AS once
