-- Undoes the count for dispatches that a round did not publish.
-- Returns: nothing.
-- Arguments: ids, an array.
-- Usage: task_ledger.projector.relay, at the end of the round.
UPDATE task_ledger.outbox SET sends = greatest(sends - 1, 0) WHERE id = ANY (%(ids)s::bigint[])
