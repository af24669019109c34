-- Deletes the messages of tasks that have ended: nothing will be dispatched from them any more.
-- Returns: nothing.
-- Arguments: task_ids, an array.
-- Usage: task_ledger.projector.projection.
DELETE FROM task_ledger.message WHERE task_id = ANY (%(task_ids)s::uuid[])
