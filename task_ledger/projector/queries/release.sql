-- Takes tasks out of quarantine.
-- Returns: nothing.
-- Arguments: follower; task_ids, an array.
-- Usage: task_ledger.projector.quarantine, in the transaction that stored their records.
DELETE FROM task_ledger.dead_letter
WHERE follower = %(follower)s AND task_id = ANY (%(task_ids)s::uuid[])
