-- The advisory lock of a task. Locks of several tasks are taken in the order of this key.
--
-- Returns: bigint.
-- Arguments: p_task_id.
-- Usage: ledger.begin_write, ledger.try_begin_write, ledger.append_many, ledger.unsettled.
CREATE OR REPLACE FUNCTION ledger.lock_key(p_task_id uuid)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN uuid_hash_extended(p_task_id, 7305793);
