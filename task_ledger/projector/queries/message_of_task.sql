-- The message of a task, while it is kept.
-- Returns: one row with the message's columns, or none.
-- Arguments: task_id.
-- Usage: task_ledger.projector.rerunning.
SELECT m.exchange, m.routing_key, m.content_type, m.content_encoding, m.headers, m.properties, m.declare, m.body
FROM task_ledger.message AS m
WHERE m.task_id = %(task_id)s
