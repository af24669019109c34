-- Deletes dispatches that the transaction took, with the messages of untracked ones.
-- Returns: nothing.
-- Arguments: ids, an array.
-- Usage: task_ledger.projector.relay, once the broker has the messages or nobody wants them.
WITH gone AS (
    DELETE FROM task_ledger.outbox WHERE id = ANY (%(ids)s::bigint[]) RETURNING message_id, task_id
)
DELETE FROM task_ledger.message AS m
USING gone AS g
WHERE g.task_id IS NULL AND m.id = g.message_id
