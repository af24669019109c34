-- Appends one event of an attempt.
-- Returns: one task_ledger.append_result, as text.
-- Arguments: those of task_ledger.append.
-- Usage: task_ledger.eventlog.append.append, which reads the text: taking the answer apart in the query costs
--        the server a twentieth more.
SELECT task_ledger.append(
    %(task_id)s, %(type)s::task_ledger.event_type, %(claim)s, %(attempt)s, %(actor)s, %(occurred_at)s,
    %(data)s::json, %(schema_version)s, %(due_at)s, %(max_attempts)s, %(traceback)s,
    %(private)s::json)::text
