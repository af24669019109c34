-- The key of a task's advisory lock. Locks of several tasks are taken in the order of this key.
--
-- Returns: bigint.
-- Arguments: p_task_id.
-- Usage: task_ledger.begin_write, task_ledger.try_begin_write, task_ledger.append_many, task_ledger.unsettled.
CREATE OR REPLACE FUNCTION task_ledger.lock_key(p_task_id uuid)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN uuid_hash_extended(p_task_id, 7305793);
