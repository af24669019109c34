-- Undoes the count for dispatches that a round did not publish, except those locked by another relay,
-- which began them at the same moment: waited for, each relay could wait for the other.
-- Returns: nothing.
-- Arguments: ids, an array.
-- Usage: task_ledger.projector.relay, at the end of the round.
UPDATE task_ledger.outbox AS o
SET sends = greatest(o.sends - 1, 0)
WHERE o.id = ANY (ARRAY(
    SELECT d.id FROM task_ledger.outbox AS d
    WHERE d.id = ANY (%(ids)s::bigint[])
    FOR UPDATE SKIP LOCKED))
